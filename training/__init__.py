"""Teacher, student, int8 and proof: from labelled frames to the file a camera runs."""
