"""Teacher, student, int8 and proof: from labelled frames to the file a camera runs."""

import os

# Before torch loads its OpenMP: threads that wait by spinning take ten times as long where anything
# else runs on the machine, and the demonstration's virtual camera does.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
