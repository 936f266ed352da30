"""Instructions per call, side by side with the best that others have: `python -m bench`, see docs/bench.md."""
