"""Signed firmware of the built firmware: received, checked, started in the old one's place, confirmed, given up, survived."""

import os
import shutil
import subprocess

import pytest
from camera_process import BUILD, free_port
from camera_server import CameraServer
from signed_camera import digest, signed
from signed_firmware import (CANNOT_USE_THE_MODEL, ENDS_AT_ONCE, HANGS, PASSES_THEN_ENDS, PASSES_THEN_HANGS, built,
                             firmware)
from small_disk import small_disk
from supervised_camera import SupervisedCamera

from contract import api

ROOT = BUILD.parent


@pytest.fixture(scope="module")
def server():
    with CameraServer() as running:
        running.grey = 20
        yield running


def source(server):
    return {"source": {"type": "snapshot", "url": server.url(), "interval_ms": 20, "timeout_s": 5}}


@pytest.fixture
def camera(server, tmp_path):
    with SupervisedCamera(tmp_path / "camera", source(server), watchdog_s=2) as running:
        running.install(signed(1))
        yield running


def number(sequence, architecture="x86_64"):
    return firmware(sequence, built(architecture, sequence), architecture)


def refusal(response, code):
    assert response.status_code == api.ERRORS[code], response.text
    assert response.json()["error"] == code and "\n" not in response.json()["message"]
    return response.json()["message"]


def packaged_runs(camera):
    """And classifies with its model."""
    camera.wait("the packaged firmware runs", lambda: camera.firmware["state"] is not None)
    assert camera.running == {"sequence": None, "sha256": None} and camera.get(api.MODEL).json()["sequence"] == 1
    camera.wait_frames(1)


@pytest.mark.parametrize("architecture", ["x86_64", "armv7"])
def test_firmware_takes_over_in_the_same_process_is_confirmed_and_stays(server, tmp_path, architecture):
    with SupervisedCamera(tmp_path / "camera", source(server), architecture) as camera:
        camera.install(signed(1))
        process = camera.child
        camera.install_firmware(number(5, architecture))
        assert camera.running["sequence"] == 5 and camera.firmware["floor"] == 6 and camera.child == process
        assert "its model is number 1" in camera.log and camera.get(api.MODEL).json()["sequence"] == 1
        assert camera.update["state"] == api.CONFIRMED and camera.update["floor"] == 2, "models have numbers of their own"
        assert camera.status["update"]["firmware"]["machine"] == architecture
        camera.crash()
        assert camera.running["sequence"] == 5 and camera.firmware["state"] == api.CONFIRMED
        camera.install(signed(2))
        assert sorted(path.name for path in camera.folder.glob("firmware*")) == ["firmware-a", "firmware.json"]
        assert "Traceback" not in camera.log


@pytest.mark.parametrize(("content", "reason"), [
    (ENDS_AT_ONCE, "does not start as it should: exit status 0"), (HANGS, "hung when it was started"),
    (CANNOT_USE_THE_MODEL, "cannot use the model"), (PASSES_THEN_ENDS, "started 3 times and never confirmed"),
    (PASSES_THEN_HANGS, "started 3 times and never confirmed"),
], ids=["ends at once", "hangs", "refuses the model", "ends after its check", "hangs after its check"])
def test_firmware_that_does_not_work_is_given_up_and_the_packaged_one_goes_on(camera, content, reason):
    data = firmware(5, content)
    assert camera.upload(data).status_code == 200
    assert reason in camera.firmware_ends_in(api.REJECTED, data)["reason"]
    packaged_runs(camera)
    assert camera.firmware["floor"] == 1 and not list(camera.folder.glob("firmware-*"))
    assert camera.update["state"] == api.CONFIRMED and camera.status["safe_mode"] is None


def test_firmware_that_classifies_nothing_is_given_up(camera, server):
    data = number(5)
    server.behaviour = "error"
    try:
        camera.upload(data)
        assert "classified no frame in 10 s" in camera.firmware_ends_in(api.REJECTED, data)["reason"]
    finally:
        server.behaviour = "good"
    camera.wait("the packaged one runs", lambda: camera.running["sequence"] is None)
    packaged_runs(camera)


def test_one_update_is_under_way_at_a_time_and_goes_on_or_is_withdrawn(server, tmp_path):
    with SupervisedCamera(tmp_path / "camera", source(server), settle_s=60) as camera:
        camera.install(signed(1))
        model, data = signed(2), firmware(5, HANGS + bytes(250000))
        camera.put(model[:500])
        camera.put(data[:1000])
        assert camera.update["state"] == api.CONFIRMED and not (camera.folder / "update.part").exists(), "the other one was let go"
        camera.upload(data[:65536 * 3])
        camera.crash()
        assert camera.firmware["have"] == 65536 * 2 and camera.firmware["digest"] == digest(data)
        assert camera.upload(data, begin=65536 * 2).json()["state"] == api.TRIAL
        refusal(camera.put(model), "update_busy")
        refusal(camera.put(number(6)[:65536]), "update_busy")
        withdrawn(camera)
        camera.install(model)
        camera.upload(number(5))
        camera.wait("it runs", lambda: camera.running["sequence"] == 5)
        withdrawn(camera)
        camera.wait("the packaged one runs", lambda: camera.running["sequence"] is None)


def withdrawn(camera):
    answer = camera.request("DELETE", api.UPDATE, params={"kind": "firmware"}).json()
    assert (answer["state"], answer["reason"]) == (api.REJECTED, "it was withdrawn")


def test_firmware_that_does_not_last_later_is_left_for_the_packaged_one(server, tmp_path):
    with SupervisedCamera(tmp_path / "camera", source(server)) as camera:
        camera.install(signed(1))
        camera.install_firmware(number(6))
        settled(camera)
        change_settings(camera, settle_s=60)
        for sequence in (6, 6, 6, None, None):
            assert camera.running["sequence"] == sequence and camera.get(api.MODEL).json()["sequence"] == 1
            camera.crash()
        assert camera.firmware["reason"] == "3 starts in a row lasted less than 60 s" and camera.firmware["floor"] == 7
        assert camera.status["safe_mode"] is None


def settled(camera):
    camera.wait("the start has lasted", lambda: '"boots":0' in (camera.folder / "firmware.json").read_text())


def change_settings(camera, **update_settings):
    camera.kill()
    camera.settings["update"].update(update_settings)
    camera.write_settings()
    camera.start()


def test_package_that_was_installed_since_wins_and_the_same_one_again_does_not(camera):
    camera.install_firmware(number(5))
    camera.kill()
    copy = camera.package.with_suffix(".copy")
    shutil.copy(camera.package, copy)
    copy.replace(camera.package)
    camera.start()
    assert camera.running["sequence"] == 5
    camera.kill()
    copy.write_bytes(built("x86_64", 100))
    copy.chmod(0o755)
    copy.replace(camera.package)
    camera.start()
    packaged_runs(camera)
    assert "number 5 is given up: another package was installed" in camera.log and camera.firmware["state"] == api.NONE
    assert not list(camera.folder.glob("firmware-*"))
    refusal(camera.put(number(5)[:65536]), "update_sequence")


def test_damaged_firmware_is_not_started(camera):
    for sequence in (5, 6):
        camera.install_firmware(number(sequence))
    camera.kill()
    for slot, expected in (("b", 5), ("a", None)):
        path = camera.folder / f"firmware-{slot}"
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
        camera.start()
        assert camera.running["sequence"] == expected and "its file cannot be used" in camera.firmware["reason"]
        camera.kill()


def test_firmware_ends_the_safe_mode(server, tmp_path):
    with SupervisedCamera(tmp_path / "camera", source(server), settle_s=60) as camera:
        camera.install(signed(1))
        for _ in range(6):
            camera.crash()
        assert camera.status["safe_mode"]
        change_settings(camera, settle_s=1)
        camera.install_firmware(number(5))
        assert camera.status["safe_mode"] is None and camera.get(api.MODEL).json()["sequence"] == 1


class AxisCamera(SupervisedCamera):
    """Started as AXIS OS does."""

    @property
    def arguments(self):
        return str(ROOT / "sdk" / "package" / "axis" / "launcher.py"), str(self.folder), str(free_port()), str(self.port)


def test_firmware_takes_over_on_an_axis_camera_with_the_launchers_arguments(server, tmp_path):
    with AxisCamera(tmp_path / "camera", source(server)) as camera:
        camera.install(signed(1))
        camera.install_firmware(number(5))
        with open(f"/proc/{camera.child}/cmdline") as arguments:
            assert "launcher.py" in arguments.read()
        camera.crash()
        assert camera.running["sequence"] == 5 and camera.get(api.MODEL).json()["sequence"] == 1


def test_disk_without_room_refuses_the_firmware_and_takes_it_when_there_is_room(server, tmp_path):
    settings = source(server) | {"spool": {"bytes": 65536}}
    with small_disk(tmp_path / "camera", 8000), SupervisedCamera(tmp_path / "camera", settings) as camera:
        camera.install(signed(1))
        (camera.folder / "filler").write_bytes(bytes(2000000))
        data = number(5)
        refusal(camera.upload(data), "storage_full")
        packaged_runs(camera)
        (camera.folder / "filler").unlink()
        assert camera.upload(data, begin=camera.firmware["have"]).json()["state"] == api.TRIAL
        camera.firmware_ends_in(api.CONFIRMED, data)


def test_disk_that_lets_nothing_be_executed_is_told_and_the_packaged_firmware_goes_on(server, tmp_path):
    folder = tmp_path / "camera"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "noexec,size=32m", "none", folder]
    if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a disk that lets nothing be executed can be made by root only")
    try:
        with SupervisedCamera(folder, source(server)) as camera:
            camera.install(signed(1))
            assert "from this camera's disk: not permitted" in refusal(camera.upload(number(5)), "firmware_start")
            packaged_runs(camera)
            assert not list(folder.glob("firmware*"))
    finally:
        subprocess.run(["umount", "-l", folder], check=True)
