"""A small picture in a place for large ones takes the memory of the small one, whatever the C library's memmove does."""

import subprocess
from pathlib import Path

import pytest
from camera_process import binary

HERE = Path(__file__).resolve().parent


@pytest.mark.parametrize("architecture", ["x86_64", "armv7"])
def test_what_lies_behind_a_copied_picture_is_not_touched(architecture):
    command = [*binary(architecture), str(HERE / "copying_memory_work.py"), str(HERE.parents[1])]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True, cwd="/")
    assert int(done.stdout) < 1024, "KiB for five copies of 3 KB in 20 MiB"
