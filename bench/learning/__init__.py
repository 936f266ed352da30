"""Ours against what others do with as many labels: `python -m bench.learning`, see docs/bench-learning.md."""

import training  # noqa: F401  (sets how torch's threads wait, before torch is loaded)
