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


def whole(path):
    """The file in one buffer that is made once: read() would need twice the memory. Raises OSError, MemoryError."""
    with open(path, "rb") as file:
        buffer = bytearray(os.stat(path)[6])
        file.readinto(buffer)
    return buffer


def write_at(path, offset, data):
    """Writes `data` at `offset` of the file; at 0 the file is made anew. Not synced. Raises OSError."""
    with open(path, "r+b" if offset else "wb") as file:
        file.seek(offset)
        file.write(data)
