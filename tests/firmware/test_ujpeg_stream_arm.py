"""The fast path on ARMv7, with NEON and without, against libjpeg-turbo in the same process."""

import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest
from side_by_side import side_by_side

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "host"))

import jpeg_pictures  # noqa: E402

CAMERA = HERE.parents[1] / "build" / "armv7" / "doorlens-camera"
BASELINE, BROKEN = 320, 200

pytestmark = [
    pytest.mark.skipif(not CAMERA.exists(), reason="build/armv7/doorlens-camera is missing: run `make firmware`"),
    pytest.mark.skipif(shutil.which("qemu-arm") is None, reason="qemu-arm is missing: install qemu-user"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("pictures")
    sources = (jpeg_pictures.baseline(300, BASELINE), jpeg_pictures.unusual(301), jpeg_pictures.broken(302, BROKEN))
    for pictures in sources:
        for name, data in pictures:
            (path / name).write_bytes(data)
    return path


# Our code asks the processor for NEON; libjpeg-turbo asks /proc/cpuinfo, which under qemu-user is the host's.
RUNS = [("cortex-a9", "JSIMD_FORCENEON"), ("cortex-a9", "JSIMD_FORCENONE"), ("cortex-a9,neon=off", "JSIMD_FORCENONE")]


@pytest.fixture(scope="module")
def runs(folder):
    def work(run):
        cpu, simd = run
        command = ["qemu-arm", "-cpu", cpu, CAMERA, HERE / "ujpeg_stream_work.py", folder]
        return subprocess.run(command, check=True, timeout=900, env=os.environ | {simd: "1"}, capture_output=True, text=True)
    with side_by_side(work, RUNS) as begun:
        yield begun


@pytest.mark.parametrize("run", RUNS, ids="-".join)
def test_stream_equals_libjpeg_turbo_on_the_camera(runs, run):
    said = runs[run].result().stdout
    decoded, fast, differences = map(int, re.search(r"decoded (\d+) fast (\d+) differences (\d+)", said).groups())
    assert differences == 0, said
    assert decoded > 40 * BASELINE and fast > 18 * BASELINE
