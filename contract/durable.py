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


PART = ".part"  # behind the name of a file that is being written


def write(path, data):
    """Replace `path` by `data` (bytes-like): temporary name, sync, rename, sync of the folder.

    Raises OSError and leaves the old file in place if anything fails.
    """
    path = str(path)
    stage(path, data)
    try:
        rename(path + PART, path)
    except OSError:
        _remove(path + PART)
        raise


def stage(path, data):
    """The first half of `write`: `data` is on the disk under the temporary name. Raises OSError, then leaves nothing."""
    temporary = path + PART
    try:
        with open(temporary, "wb") as file:
            file.write(data)
        _fsync_path(temporary)
    except OSError:
        _remove(temporary)
        raise


def publish(paths):
    """The second half for files of one folder, in order; the folder is synced once. Raises OSError."""
    for path in paths:
        _replace(path + PART, path)
    if paths:
        _sync_folder(paths[0])


def rename(source, target):
    """Move `source` over `target` in the same folder; on the disk when it returns. Raises OSError."""
    _replace(source, target)
    _sync_folder(target)


def sync(path):
    """What was written to the file is on the disk when this returns. Raises OSError."""
    _fsync_path(path)


def _sync_folder(path):
    _fsync_path(path.rpartition("/")[0] or ("/" if path.startswith("/") else "."))


_replace = getattr(os, "replace", None) or os.rename  # POSIX rename replaces


def _remove(path):
    try:
        os.remove(path)
    except OSError:
        pass
