"""The portable tests inside the built firmware: x86-64 and ARMv7; those that call C once more without SIMD.

libjpeg-turbo asks its environment besides the processor.
"""

import os
import pathlib
import re
import shutil
import subprocess

import pytest
from side_by_side import side_by_side

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


def missing(run):
    """What this run lacks, as a sentence, or None."""
    emulator, architecture, _, _ = RUNS[run]
    if emulator and shutil.which(emulator[0]) is None:
        return "qemu-arm is missing: install qemu-user"
    return None if camera(architecture).exists() else f"{camera(architecture)} is missing: run `make firmware`"


def camera(architecture):
    return ROOT / "build" / architecture / "doorlens-camera"


def work(run):
    emulator, architecture, environment, parts = RUNS[run]
    command = [*emulator, camera(architecture), PORTABLE / "run.py", *parts]
    return subprocess.run(command, capture_output=True, text=True, timeout=600, cwd="/", env=os.environ | environment)


@pytest.fixture(scope="module")
def runs():
    with side_by_side(work, [run for run in RUNS if not missing(run)]) as begun:
        yield begun


@pytest.mark.parametrize("run", RUNS)
def test_portable_tests_pass_in_the_firmware(runs, run):
    if missing(run):
        pytest.skip(missing(run))
    done = runs[run].result()
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 failed on micropython" in done.stdout
