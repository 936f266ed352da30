"""Whole frames in fenced memory (cmodules/frame/grid) on ARMv7 without NEON; test_kernel_grids.py runs them with it."""

import pathlib
import shutil
import subprocess

import pytest

BUILD = pathlib.Path(__file__).resolve().parents[2] / "build" / "armv7"
CAMERA, GRID = BUILD / "doorlens-camera", BUILD / "frame_grid"

pytestmark = [
    pytest.mark.skipif(not CAMERA.exists(), reason=f"{CAMERA} is missing: run `make firmware`"),
    pytest.mark.skipif(shutil.which("qemu-arm") is None, reason="qemu-arm is missing: install qemu-user"),
]


@pytest.mark.parametrize("cpu", ["cortex-a9,neon=off", "cortex-a7"])
def test_frames_of_every_kind_stay_within_their_memory_and_equal_the_steps(cpu):
    done = subprocess.run(["qemu-arm", "-cpu", cpu, GRID, "300"], capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stdout) == (0, "frame_run: 300 cases, 0 different\n"), done.stdout[-4000:] + done.stderr
