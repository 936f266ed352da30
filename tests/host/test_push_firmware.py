"""`doorlens push` of firmware."""

import struct
import sys
from contextlib import ExitStack
from pathlib import Path

import click
import pytest
from camera_double import TOKEN
from click.testing import CliRunner
from firmware_double import FirmwareDouble

from contract import api
from host_tools import deployed, firmware_image, keys, project, push, rollout_file
from host_tools.commands import push as push_command
from host_tools.errors import CameraError, ProjectError
from host_tools.project import CameraSettings

sys.path.append(str(Path(__file__).parents[1] / "training"))
from little_model import write_model  # noqa: E402

PASSWORD = "a password of the tests"
NAMES = ["d0", "d1", "d2"]
ARMV7, X86_64 = 40, 62


def image(machine=ARMV7, number=1):
    """What the host sees of an executable of ours."""
    return struct.pack("<4s14xH", b"\x7fELF", machine) + b"camera_firmware" + bytes([number]) * 50000


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    for name in ("_POLL_S", "_RETRY_S", "_RESTART_S"):
        monkeypatch.setattr(push, name, tuple(0.001 for _ in getattr(push, name)))


@pytest.fixture
def key(tmp_path):
    return keys.create(tmp_path, PASSWORD)


@pytest.fixture
def cameras(key):
    with ExitStack() as stack:
        yield {name: stack.enter_context(FirmwareDouble(key.public)) for name in NAMES}


@pytest.fixture
def folder(tmp_path, cameras, key):
    door = project.create(tmp_path / "door", "front door", ["closed", "open"],
                          cameras={name: CameraSettings(camera.url, TOKEN) for name, camera in cameras.items()})
    (tmp_path / "keys").rename(door.path / "keys")
    return door.path


@pytest.fixture
def executable(tmp_path):
    path = tmp_path / "doorlens-camera"
    path.write_bytes(image())
    return path


def run(folder, *arguments, fails=None):
    """What is said, or the error if it is to fail with one."""
    result = CliRunner(env={"COLUMNS": "160", keys.PASSWORD_VARIABLE: PASSWORD}).invoke(
        push_command.command, ["--project", str(folder), *map(str, arguments)], standalone_mode=False)
    assert isinstance(result.exception, fails or type(None)), (result.output, result.exception)
    return str(result.exception) if fails else result.output


def running(cameras, content):
    return [name for name, camera in cameras.items() if camera.content == content]


def test_firmware_goes_to_the_cameras_in_stages_although_they_restart(folder, cameras, executable):
    said = run(folder, executable, "all")
    assert running(cameras, image()) == NAMES and "3 of 3 in use" in said and "d0: runs update 1 now" in said
    assert all(set(camera.kinds) == {None, "firmware"} for camera in cameras.values())
    assert cameras["d0"].header.product == "doorlens-armv7" and cameras["d0"].header.flags == 0
    opened = project.Project.open(folder)
    record = rollout_file.newest(opened).record
    assert record.kind == "firmware" and [len(stage) for stage in record.stages] == [1, 2]
    assert deployed.cameras(opened) == {} and deployed.sequences(opened) == []
    assert "d1: runs this firmware already" in run(folder, executable, "all")


def test_next_push_gets_a_number_above_those_of_the_cameras_and_of_models(folder, cameras, executable):
    cameras["d1"].floor = 40
    cameras["d1"]._show()
    run(folder, executable, "d1")
    assert cameras["d1"].header.sequence == 40
    executable.write_bytes(image(number=2))
    run(folder, executable, "d1")
    assert cameras["d1"].header.sequence == 41 and rollout_file.newest(project.Project.open(folder)).record.cameras["d1"].before == 40


def test_firmware_for_another_processor_is_sent_to_nobody(folder, cameras, executable):
    cameras["d1"].machine = "x86_64"
    cameras["d1"]._show()
    said = run(folder, executable, "all", fails=ProjectError)
    assert "d1" in said and "x86_64" in said and "armv7" in said
    assert not any(camera.pieces for camera in cameras.values())
    executable.write_bytes(image(X86_64))
    assert "d0" in run(folder, executable, "all", fails=ProjectError)


@pytest.mark.parametrize(("change", "word"), [
    (lambda status: status["update"].pop("firmware"), "doorlens flash"),
    (lambda status: status["update"].update(key=None), "public key")])
def test_camera_that_takes_no_firmware_by_push_is_named_before_anything_is_sent(folder, cameras, executable, monkeypatch, change, word):
    show = FirmwareDouble._show

    def without(camera):
        show(camera)
        if camera is cameras["d2"]:
            change(camera.status)
    monkeypatch.setattr(FirmwareDouble, "_show", without)
    cameras["d2"]._show()
    said = run(folder, executable, "all", fails=ProjectError)
    assert "d2" in said and word in said and not any(camera.pieces for camera in cameras.values())


def test_firmware_that_fails_its_trial_pauses_the_push(folder, cameras, executable):
    cameras["d0"].reject = "it was started 3 times and never confirmed"
    said = run(folder, executable, "all", fails=CameraError)
    assert "d0" in said and "never confirmed" in said and running(cameras, image()) == []
    assert not cameras["d1"].pieces
    cameras["d0"].reject = None
    run(folder, "--resume")
    assert running(cameras, image()) == NAMES


def test_firmware_whose_camera_never_confirms_is_undecided(folder, cameras, executable):
    cameras["d0"].stuck = True
    assert "frames in 0 s" in run(folder, executable, "d0", "--trial-seconds", "0.01", fails=CameraError)


@pytest.mark.parametrize(("content", "word"), [
    (image(8), "no processor"), (image().replace(b"camera_firmware", b"something_else_"), "no Doorlens"),
    (image() + bytes(api.MAX_FIRMWARE_BYTES), "stripped")])
def test_executable_that_is_no_firmware_is_refused_here(folder, cameras, executable, content, word):
    executable.write_bytes(content)
    assert word in run(folder, executable, "d0", fails=ProjectError)
    assert not cameras["d0"].asked


def test_models_are_still_models_and_their_option_is_not_for_firmware(folder, executable):
    write_model(folder / "m.safetensors", 0.5, sequence=1)
    assert not firmware_image.is_firmware((folder / "m.safetensors").read_bytes())
    assert "about models" in run(folder, executable, "d0", "--no-comparison", fails=click.UsageError)


def test_camera_that_is_busy_with_another_update_says_so(folder, cameras, executable):
    cameras["d0"].refuse = ("update_busy", "another update is on trial")
    assert "another update is on trial" in run(folder, executable, "d0", fails=CameraError)
