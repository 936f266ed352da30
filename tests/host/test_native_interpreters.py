"""The portable tests inside the built firmware: x86-64 and ARMv7; those that call C once more without SIMD.

libjpeg-turbo asks its environment besides the processor.
"""

import os
import pathlib
import re
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]

PORTABLE = ROOT / "tests" / "portable"
IN_C = [path.stem for path in sorted(PORTABLE.glob("test_*.py"))
        if re.search(r"^\s+(import|from) (imgprep|nn|ujpeg|frame)\b", path.read_text(), re.MULTILINE)]
RUNS = {  # emulator, architecture, environment, parts of the tests
    "x86_64": ([], "x86_64", {}, ()),
    "x86_64 without SIMD": ([], "x86_64", {"JSIMD_FORCENONE": "1"}, IN_C),
    "armv7 with NEON": (["qemu-arm", "-cpu", "cortex-a9"], "armv7", {"JSIMD_FORCENEON": "1"}, ()),
    "armv7 without NEON": (["qemu-arm", "-cpu", "cortex-a9,neon=off"], "armv7", {"JSIMD_FORCENONE": "1"}, IN_C),
}


@pytest.mark.parametrize("run", RUNS)
def test_portable_tests_pass_in_the_firmware(run):
    emulator, architecture, environment, parts = RUNS[run]
    camera = ROOT / "build" / architecture / "doorlens-camera"
    if not camera.exists():
        pytest.skip(f"{camera} is missing: run `make firmware`")
    if emulator and shutil.which(emulator[0]) is None:
        pytest.skip("qemu-arm is missing: install qemu-user")
    command = [*emulator, camera, PORTABLE / "run.py", *parts]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd="/", env=os.environ | environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 failed on micropython" in done.stdout
