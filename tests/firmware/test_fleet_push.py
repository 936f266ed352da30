"""`doorlens push` to many of the real firmware, one of which looks at something that the new model calls otherwise.

DOORLENS_FLEET=20 (`make check-fleet`) is the number of cameras; the suite takes fewer.
"""

import os
from contextlib import ExitStack

import numpy
import pytest
from camera_model import make
from camera_process import TOKEN, CameraProcess
from camera_server import picture
from click.testing import CliRunner

from host_tools import deployed, keys, project
from host_tools.commands import push
from host_tools.errors import CameraError

CAMERAS = int(os.environ.get("DOORLENS_FLEET", 5))
PASSWORD = "a password of the tests"
DARK, BRIGHT = 20, 200
BAD = f"gate{CAMERAS - 2}"  # of the last stage


def needs_more_light(spec, tensors):
    """The model of camera_model, which calls BRIGHT closed."""
    tensors["1.bias"] = numpy.array([12800, -12800, 5120], numpy.int32)
    pixels = tensors["selftest.input"].reshape(4, -1)
    means = (pixels.sum(1, dtype=int) + 32) // 64 - 128
    logits = (means[:, None] * tensors["1.weight"][:, 0].astype(int) + tensors["1.bias"] + 64) >> 7
    tensors["selftest.logits"] = logits.clip(-128, 127).astype(numpy.int8)


def show(folder, grey):
    """What the camera sees from now on."""
    folder.joinpath("pictures").mkdir(parents=True, exist_ok=True)
    new = folder / "new"
    new.write_bytes(picture(grey))
    new.rename(folder / "pictures" / "view.jpg")


@pytest.fixture
def site(tmp_path):
    """(the project's folder, {name: CameraProcess}); every camera sees the dark door, one the bright."""
    folder = tmp_path / "site"
    folder.mkdir()
    public, product = keys.create(folder, PASSWORD).public_hex, "gates"
    settings = {"source": {"type": "folder", "path": "pictures", "interval_ms": 100},
                "update": {"key": public, "product": product, "trial_frames": 10}}
    with ExitStack() as stack:
        cameras = {}
        for number in range(CAMERAS):
            name = f"gate{number}"
            show(tmp_path / name, BRIGHT if name == BAD else DARK)
            cameras[name] = stack.enter_context(CameraProcess(tmp_path / name, settings))
        project.create(folder, product, ["closed", "open"],
                       cameras={name: project.CameraSettings(f"http://127.0.0.1:{camera.port}", TOKEN) for name, camera in cameras.items()})
        yield folder, cameras


def run(folder, *arguments, fails=None):
    result = CliRunner(env={keys.PASSWORD_VARIABLE: PASSWORD}).invoke(push.command, ["--project", str(folder), *arguments])
    assert isinstance(result.exception, fails or type(None)), (result.output, result.exception)
    return str(result.exception) if fails else result.output


def test_push_pauses_at_the_bad_camera_names_it_and_completes_when_it_is_repaired(site, tmp_path):
    folder, cameras = site
    old, new = tmp_path / "old.safetensors", tmp_path / "new.safetensors"
    old.write_bytes(make(sequence=1))
    new.write_bytes(make(sequence=2, change=needs_more_light))
    assert f"{CAMERAS} of {CAMERAS} in use" in run(folder, str(old), "all")

    said = run(folder, str(new), "all", fails=CameraError)
    assert "paused" in said and f"{BAD}: rejected" in said and "agreed" in said
    assert any(line.split()[:1] == [BAD] and "rejected" in line for line in run(folder, "--report").splitlines())
    state = cameras[BAD].status["state"]
    assert cameras[BAD].status["model"]["sha256"] == deployed_digest(folder, BAD) and state["state"] == "open", "the old one serves on"

    show(cameras[BAD].folder, DARK)
    cameras[BAD].wait("it sees the dark door", lambda: cameras[BAD].status["state"]["state"] == "closed")
    run(folder, "--resume")
    assert f"{CAMERAS} of {CAMERAS} in use" in run(folder, "--report")
    assert len({camera.status["model"]["sha256"] for camera in cameras.values()}) == 1
    assert [set(names) for names in deployed.cameras(project.Project.open(folder)).values()] == [set(cameras)]


def deployed_digest(folder, name):
    return next(digest for digest, names in deployed.cameras(project.Project.open(folder)).items() if name in names)
