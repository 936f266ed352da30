"""Small things about files; contract.durable writes them."""

import os

PARTS = ".part"  # what contract.durable was writing when the power went


def remove(path):
    """Removes `path`; True if it was there and is gone."""
    try:
        os.remove(path)
    except OSError:
        return False
    return True


def make_directory(path):
    """Makes `path` unless it is there. Raises OSError."""
    try:
        os.mkdir(path)
    except OSError:
        os.stat(path)  # raises if it is not there either
