"""The portable tests inside the built firmware: x86-64, and ARMv7 with and without NEON in libjpeg-turbo."""

import os
import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]

RUNS = {
    "x86_64": ([], "x86_64", {}),
    "x86_64 without SIMD": ([], "x86_64", {"JSIMD_FORCENONE": "1"}),
    "armv7 with NEON": (["qemu-arm"], "armv7", {"JSIMD_FORCENEON": "1"}),
    "armv7 without NEON": (["qemu-arm"], "armv7", {"JSIMD_FORCENONE": "1"}),
}


@pytest.mark.parametrize("run", RUNS)
def test_portable_tests_pass_in_the_firmware(run):
    emulator, architecture, environment = RUNS[run]
    camera = ROOT / "build" / architecture / "doorlens-camera"
    if not camera.exists():
        pytest.skip(f"{camera} is missing: run `make firmware`")
    if emulator and shutil.which(emulator[0]) is None:
        pytest.skip("qemu-arm is missing: install qemu-user")
    command = [*emulator, camera, ROOT / "tests" / "portable" / "run.py"]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=300, cwd="/", env=os.environ | environment
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 failed on micropython" in done.stdout
