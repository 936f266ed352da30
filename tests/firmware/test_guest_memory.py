"""The gauge of test_memory.py sees every page, whoever touches it first."""

import pathlib
import shutil
import subprocess

import pytest
from guest_memory import resident

WORK = pathlib.Path(__file__).resolve().parent / "touch_memory_work.py"
SIZE = 5_000_000
NEARLY = 100_000  # pages of code and heap that are touched on the way


@pytest.fixture
def guest(camera):
    if camera.architecture != "armv7" or not shutil.which("qemu-arm"):
        pytest.skip("measured inside the emulator")
    process = subprocess.Popen([*camera.command, str(WORK), str(SIZE)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    yield process
    process.communicate("\n\n\n", timeout=60)


def test_pages_touched_by_the_program_and_by_the_kernel_alone_are_counted(guest, camera):
    found = []
    for _ in range(3):
        assert guest.stdout.readline() == "ready\n"
        found.append(resident(guest.pid, camera.path.resolve()))
        guest.stdin.write("\n")
        guest.stdin.flush()
    assert found[0] < 3_000_000
    for before, after in zip(found, found[1:]):
        assert SIZE - 4096 <= after - before < SIZE + NEARLY, found
