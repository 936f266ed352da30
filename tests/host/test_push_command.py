import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from camera_double import TOKEN
from click.testing import CliRunner
from update_double import UpdateDouble

from contract import api
from contract.model import ModelError
from host_tools import keys, project, push, rollout_file
from host_tools.commands import push as push_command
from host_tools.errors import CameraError, ProjectError, SigningError
from host_tools.project import CameraSettings

sys.path.append(str(Path(__file__).parents[1] / "training"))
from little_model import write_model  # noqa: E402

ROOT = Path(__file__).parents[2]
PASSWORD = "a password of the tests"
NAMES = ["d0", "d1", "d2"]


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    for name in ("_POLL_S", "_RETRY_S", "_RESTART_S"):
        monkeypatch.setattr(push, name, tuple(0.001 for _ in getattr(push, name)))


@pytest.fixture
def cameras():
    key = keys.generate()
    with ExitStack() as stack:
        yield {name: stack.enter_context(UpdateDouble(key.public)) for name in NAMES}


@pytest.fixture
def folder(tmp_path, cameras):
    door = project.create(tmp_path / "door", "front door", ["closed", "open"],
                          cameras={name: CameraSettings(camera.url, TOKEN, ("north",) if name != "d0" else ())
                                   for name, camera in cameras.items()})
    public = keys.create(door.path, PASSWORD).public
    for camera in cameras.values():
        camera.public = public
        camera._show()
    write_model(door.runs_path / "monday" / "model.safetensors", 0.5, sequence=1)
    return door.path


def run(folder, *arguments, fails=None, password=PASSWORD, **options):
    """What is said, or the error if it is to fail with one."""
    result = CliRunner(env={"COLUMNS": "160", keys.PASSWORD_VARIABLE: password}).invoke(
        push_command.command, ["--project", str(folder), *map(str, arguments)], **options)
    assert isinstance(result.exception, fails or type(None)), (result.output, result.exception)
    return str(result.exception) if fails else result.output


def monday(folder):
    return folder / "runs" / "monday" / "model.safetensors"


def running(cameras, file):
    return [name for name, camera in cameras.items() if camera.content == file.read_bytes()]


def test_newest_model_goes_to_the_cameras_named(folder, cameras):
    said = run(folder, "d2", "d0")
    assert running(cameras, monday(folder)) == ["d0", "d2"]
    assert "d0: runs update 1 now" in said and "2 of 2 in use" in said


def test_cameras_are_chosen_by_tag_or_all_of_them(folder, cameras):
    run(folder, "--tag", "north")
    assert running(cameras, monday(folder)) == ["d1", "d2"]
    said = run(folder, monday(folder), "all")
    assert running(cameras, monday(folder)) == NAMES and "d1: runs this model already" in said


def test_several_cameras_have_to_be_meant(folder, cameras):
    assert "--tag" in run(folder, fails=ProjectError)
    assert not any(camera.pieces for camera in cameras.values())


def test_password_is_asked_for_and_a_wrong_one_sends_nothing(folder, cameras):
    run(folder, "d0", password="", input=PASSWORD + "\n")
    assert running(cameras, monday(folder)) == ["d0"]
    assert "password is wrong" in run(folder, "d1", password="not that one", fails=SigningError)
    assert not cameras["d1"].pieces


def test_damaged_model_is_refused_here(folder, cameras, tmp_path):
    bad = tmp_path / "bad.safetensors"
    bad.write_bytes(monday(folder).read_bytes()[:-1])
    assert "\n" not in run(folder, bad, "d0", fails=ModelError)
    assert not cameras["d0"].asked


def test_bad_camera_pauses_names_itself_and_is_skipped_or_repaired(folder, cameras):
    cameras["d0"].reject = "it classifies in 900 ms, the limit is 500 ms"
    said = run(folder, "all", fails=CameraError)
    assert "d0" in said and "900 ms" in said and "--resume" in said and "2 cameras not begun" in said and "\n" not in said
    assert running(cameras, monday(folder)) == []
    assert "is paused" in run(folder, "all", fails=ProjectError)
    assert any(line.split()[:1] == ["d0"] and "900 ms" in line for line in run(folder, "--report").splitlines())
    run(folder, "--resume", "--skip", "d0", password="no password is needed for what is signed")
    assert running(cameras, monday(folder)) == ["d1", "d2"]
    assert "nothing to go on with" in run(folder, "--resume", fails=ProjectError)


def test_repeated_command_goes_on_after_an_interruption(folder, cameras):
    opened = project.Project.open(folder)
    cameras["d0"].stuck = True
    assert "d0" in run(folder, "all", "--trial-seconds", "0.01", fails=CameraError)
    last = rollout_file.newest(opened)
    last.pause(None)  # as if the power had gone during the trial
    cameras["d0"].stuck = False
    assert "goes on with push 1" in run(folder, "all")
    assert running(cameras, monday(folder)) == NAMES and cameras["d0"].pieces.count(0) == 1


def _heeds_ctrl_c():
    """What a shell starts in the background ignores SIGINT, and so would the command."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_interrupted_command_says_how_to_go_on(folder, cameras):
    cameras["d0"].stuck = True
    command = subprocess.Popen([sys.executable, "-m", "host_tools.main", "push", "all", "--project", str(folder)], cwd=ROOT,
                               stderr=subprocess.PIPE, text=True, env=os.environ | {keys.PASSWORD_VARIABLE: PASSWORD},
                               preexec_fn=_heeds_ctrl_c)
    while cameras["d0"].state != api.TRIAL:
        assert command.poll() is None
        time.sleep(0.02)
    command.send_signal(signal.SIGINT)
    said = command.communicate(timeout=60)[1]
    assert command.returncode == 1 and "--resume" in said and said.count("\n") == 1
    cameras["d0"].stuck = False
    run(folder, "--resume")
    assert running(cameras, monday(folder)) == NAMES and cameras["d0"].pieces.count(0) == 1


def test_same_model_again_is_signed_under_a_new_number(folder, cameras):
    run(folder, "d0")
    assert "runs this model already" in run(folder, "d0")
    assert "update 2" in run(folder, "d0", "--again") and cameras["d0"].floor == 3


def test_old_model_comes_back_under_a_new_number(folder, cameras):
    run(folder, "d0")
    new = write_model(folder / "runs" / "tuesday" / "model.safetensors", 0.6, sequence=2)
    run(folder, new, "d0")
    assert "update 3" in run(folder, monday(folder), "d0") and running(cameras, monday(folder)) == ["d0"]


def test_comparison_is_left_out_only_when_asked(folder, cameras):
    run(folder, "d0")
    assert cameras["d0"].header.compared
    run(folder, "d0", "--again", "--no-comparison")
    assert not cameras["d0"].header.compared


def test_camera_without_a_key_takes_it_with_a_warning(folder, cameras):
    cameras["d0"].public = None
    cameras["d0"]._show()
    assert "warning" in run(folder, "d0", password="no password is needed") and running(cameras, monday(folder)) == ["d0"]


@pytest.mark.parametrize("arguments", [["--resume", "d0"], ["--skip", "d0"], ["--report", "--tag", "north"]])
def test_words_that_exclude_each_other(folder, arguments):
    assert run(folder, *arguments, fails=SystemExit) == "2", "a wrong use of the command, not a failure of it"


def test_nothing_to_resume_or_report(folder):
    for option in ("--resume", "--report"):
        assert "nothing was pushed" in run(folder, option, fails=ProjectError)


def test_key_has_to_be_there_for_a_camera_that_wants_one(folder, cameras):
    (folder / keys.PRIVATE).unlink()
    assert "doorlens keys create" in run(folder, "d0", fails=SigningError)
    assert not cameras["d0"].pieces
