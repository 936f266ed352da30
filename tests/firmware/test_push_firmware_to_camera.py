"""`doorlens push` of firmware to the built firmware, which changes executables while it is asked how it goes."""

import hashlib

import pytest
from camera_process import BUILD, TOKEN
from camera_server import picture
from click.testing import CliRunner
from signed_camera import signed
from signed_firmware import PASSES_THEN_ENDS, built, firmware
from supervised_camera import SupervisedCamera

from host_tools import keys, project, push
from host_tools.camera_client import CameraClient
from host_tools.commands import push as push_command
from host_tools.errors import ProjectError

PASSWORD = "a password of the tests"


def camera_at(folder, **update_settings):
    (folder / "pictures").mkdir(parents=True)
    (folder / "pictures" / "dark.jpg").write_bytes(picture(20))
    return SupervisedCamera(folder, {"source": {"type": "folder", "path": "pictures", "interval_ms": 20}}, **update_settings)


@pytest.fixture
def camera(tmp_path):
    with camera_at(tmp_path / "one" / "camera") as running:
        running.install(signed(1))
        yield running


def pushed(camera, data, told=None):
    with CameraClient(f"http://127.0.0.1:{camera.port}", TOKEN) as client:
        return push.push(client, push.Update(data), told)


def test_push_waits_for_the_restart_and_the_verdict(camera):
    states = []
    outcome = pushed(camera, firmware(5, built("x86_64", 5)), lambda answer: states.append(answer and answer["state"]))
    assert outcome.result == push.CONFIRMED and outcome.answer["sequence"] == 5
    assert states.index("receiving") < states.index("trial") < states.index("confirmed")
    outcome = pushed(camera, firmware(6, PASSES_THEN_ENDS))
    assert outcome.result == push.REJECTED and "never confirmed" in outcome.reason
    assert pushed(camera, firmware(5, built("x86_64", 5))).code == "update_sequence"
    camera.wait("the one before runs", lambda: camera.running["sequence"] == 5)


def test_push_completes_although_the_camera_dies_in_the_trial(camera):
    died = []

    def told(answer):
        if answer and answer["state"] == "trial" and answer["trial"]["seconds"] and not died:
            died.append(answer)
            camera.crash()

    camera.kill()
    camera.settings["update"]["settle_s"] = 3
    camera.write_settings()
    camera.start()
    assert pushed(camera, firmware(5, built("x86_64", 5)), told).result == push.CONFIRMED and died


def test_command_brings_firmware_to_a_project_and_none_to_another_processor(camera, tmp_path):
    folder = tmp_path / "site"
    folder.mkdir()
    public = keys.create(folder, PASSWORD).public_hex
    with camera_at(tmp_path / "two" / "camera", key=public, product="gates") as other:
        project.create(folder, "gates", ["closed", "open"],
                       cameras={"gate": project.CameraSettings(f"http://127.0.0.1:{other.port}", TOKEN)})

        def run(file):
            return CliRunner(env={keys.PASSWORD_VARIABLE: PASSWORD}).invoke(push_command.command, ["--project", str(folder), str(file)])

        file = tmp_path / "doorlens-camera"
        file.write_bytes(built("x86_64", 3))
        result = run(file)
        assert result.exit_code == 0 and "gate: runs update 1 now" in result.output, (result.output, result.exception)
        assert other.running == {"sequence": 1, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
        assert "runs this firmware already" in run(file).output
        refused = run(BUILD / "armv7" / "doorlens-camera").exception
        assert isinstance(refused, ProjectError) and "armv7" in str(refused) and other.firmware["sequence"] == 1
