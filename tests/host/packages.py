"""Packages as the tests make them: from the built firmware, or from a stand-in for it."""

import functools
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
MACHINES = {"armv7": 40, "x86_64": 62}


def elf(architecture, content=b""):
    """The head of an executable of that machine, and `content`: enough for everything but running it."""
    return b"\x7fELF\x01\x01\x01" + bytes(11) + MACHINES[architecture].to_bytes(2, "little") + bytes(40) + content


def stand_in_build(folder):
    """A folder as `make firmware` leaves it, with executables that cannot run."""
    for architecture in MACHINES:
        (folder / architecture).mkdir(parents=True)
        (folder / architecture / "doorlens-camera").write_bytes(elf(architecture, b"firmware" * 1000))
    (folder / "notices").mkdir()
    for name in ("micropython", "libjpeg-turbo", "mbedtls"):
        (folder / "notices" / (name + ".txt")).write_text(f"Licence of {name}\n")
    return folder


def make(build, out, architecture="armv7hf", environment=None, **options):
    """[Path] of the packages made."""
    done = subprocess.run([sys.executable, str(ROOT / "sdk/package/package.py"), "--build", str(build), "--out", str(out),
                           "--architecture", architecture], env={**os.environ, **(environment or {})}, check=True,
                          capture_output=True, text=True, **options)
    return [Path(line) for line in done.stdout.splitlines()]


@functools.cache
def _firmware_package(architecture):
    with tempfile.TemporaryDirectory() as out:
        path = make(BUILD, out, architecture)[0]
        return path.name, path.read_bytes()


def firmware_package(out, architecture="x86_64"):
    """A copy in `out` of the application package of the built firmware; skips the test where it is not built."""
    folder = {"armv7hf": "armv7"}.get(architecture, architecture)
    if not (BUILD / folder / "doorlens-camera").exists():
        pytest.skip(f"build/{folder}/doorlens-camera is missing: run `make firmware`")
    name, data = _firmware_package(architecture)
    out.mkdir(parents=True, exist_ok=True)
    (out / name).write_bytes(data)
    return out / name


def contents(path):
    """{name: bytes} of the files in a gzip tar."""
    with tarfile.open(path) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar if member.isfile()}
