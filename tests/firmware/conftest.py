"""The built executables, as the tests run them."""

import os
import pathlib
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"


class Camera:
    """One executable; `command` runs it on this machine, `emulator` is what it needs besides itself, or None."""

    def __init__(self, architecture):
        self.architecture = architecture
        self.path = BUILD / architecture / "doorlens-camera"
        self.emulator = {"armv7": "qemu-arm", "x86_64": None}[architecture]

    @property
    def command(self):
        return ([self.emulator] if self.emulator else []) + [str(self.path)]


@pytest.fixture(scope="session")
def bench_programs():
    """build/bench, built through the SDK image where this machine can; nothing happens if it is up to date."""
    if shutil.which("docker") or (os.geteuid() == 0 and shutil.which("apt-get")):
        subprocess.run([sys.executable, str(ROOT / "sdk" / "container.py"), "bench"], check=True, timeout=1500)


@pytest.fixture(params=["x86_64", "armv7"])
def camera(request):
    camera = Camera(request.param)
    if not camera.path.exists():
        pytest.skip(f"{camera.path} is missing: run `make firmware`")
    if camera.emulator and shutil.which(camera.emulator) is None:
        pytest.skip(f"{camera.emulator} is missing: install qemu-user")
    return camera
