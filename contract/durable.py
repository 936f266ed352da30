"""Write a file so that after a power cut it is whole: the old one or the new one."""

import os

try:
    from storage import fsync as _fsync_path  # the firmware's own C module
except ImportError:
    def _fsync_path(path):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def write(path, data):
    """Replace `path` by `data` (bytes-like): temporary name, sync, rename, sync of the folder.

    Raises OSError and leaves the old file in place if anything fails.
    """
    path = str(path)
    temporary = path + ".part"
    try:
        with open(temporary, "wb") as file:
            file.write(data)
        _fsync_path(temporary)
        rename(temporary, path)
    except OSError:
        _remove(temporary)
        raise


def rename(source, target):
    """Move `source` over `target` in the same folder; on the disk when it returns. Raises OSError."""
    _replace(source, target)
    _fsync_path(target.rpartition("/")[0] or ("/" if target.startswith("/") else "."))


_replace = getattr(os, "replace", None) or os.rename  # POSIX rename replaces


def _remove(path):
    try:
        os.remove(path)
    except OSError:
        pass
