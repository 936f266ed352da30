"""Files that are there whole or not at all, whenever the power goes."""

import os

from camera_firmware.portable import sync_directory, sync_file

TEMPORARY = ".tmp"


def write(path, data):
    """Replaces `path` by `data` (bytes-like). Raises OSError and then leaves the old file as it was."""
    temporary = path + TEMPORARY
    try:
        with open(temporary, "wb") as file:
            written = file.write(data)
            if written is not None and written != len(data):
                raise OSError(28)  # ENOSPC: a short write to a file has no other cause
            sync_file(file)
        os.rename(temporary, path)
    except OSError:
        remove(temporary)
        raise
    sync_directory(path.rpartition("/")[0] or ".")


def remove(path):
    """Removes `path`; True if it was there and is gone."""
    try:
        os.remove(path)
    except OSError:
        return False
    return True


def make_directory(path):
    try:
        os.mkdir(path)
    except OSError:
        os.stat(path)  # raises if it is not there already
