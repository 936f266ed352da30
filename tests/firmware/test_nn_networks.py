"""Networks give the same logits with NEON, without it, and on the host."""

import pathlib
import shutil
import subprocess
import sys

import pytest
from side_by_side import side_by_side

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import nn_networks_work  # noqa: E402

CAMERA = HERE.parents[1] / "build" / "armv7" / "doorlens-camera"
NETWORKS = 60
CPUS = ["cortex-a9", "cortex-a7", "cortex-a9,neon=off"]

pytestmark = [
    pytest.mark.skipif(not CAMERA.exists(), reason="build/armv7/doorlens-camera is missing: run `make firmware`"),
    pytest.mark.skipif(shutil.which("qemu-arm") is None, reason="qemu-arm is missing: install qemu-user"),
]


@pytest.fixture(scope="module")
def on_host():
    return [nn_networks_work.logits(index).hex() for index in range(NETWORKS)]


def on_camera(cpu):
    script = HERE / "nn_networks_work.py"
    command = ["qemu-arm", "-cpu", cpu, CAMERA, "-X", "heapsize=16M", script, "0", str(NETWORKS)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=True).stdout.split()


@pytest.fixture(scope="module")
def on_cameras():
    with side_by_side(on_camera, CPUS) as begun:
        yield begun


@pytest.mark.parametrize("cpu", CPUS)
def test_random_networks_give_the_hosts_logits(on_cameras, on_host, cpu):
    results = on_cameras[cpu].result()
    assert [i for i in range(NETWORKS) if results[i] != on_host[i]] == [] and len(results) == NETWORKS


def test_the_networks_tell_pictures_apart(on_host):
    assert len(set(on_host)) > NETWORKS * 3 // 4
