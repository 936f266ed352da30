"""A disk that is soon full."""

import contextlib
import os
import subprocess

import pytest


@contextlib.contextmanager
def small_disk(folder, kilobytes, needed=True):
    """The new `folder`, on a disk of its own while the context lasts; yields whether it is one.

    Only root can mount one. Where that is not possible, the test is skipped, or goes on without unless it is `needed`.
    """
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "none", folder]
    mounted = not os.geteuid() and not subprocess.run(command, capture_output=True).returncode
    if needed and not mounted:
        pytest.skip("a small disk can be made by root only")
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", folder], check=True)
