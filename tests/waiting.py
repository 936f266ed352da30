"""Waiting for something that happens elsewhere."""

import time


def until(condition, patience_s=60, said=str):
    """Returns when `condition()` holds; fails after `patience_s` with what `said()` tells, such as a log."""
    deadline = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < deadline, "waited in vain " + said()
        time.sleep(0.02)
