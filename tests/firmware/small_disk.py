"""A disk that is soon full."""

import os
import subprocess

import pytest


def small_disk(folder, kilobytes):
    """Mounts one at the new `folder`; skips the test where that is not possible. To be unmounted with umount."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "none", folder]
    if os.geteuid() or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("a small disk can be made by root only")
