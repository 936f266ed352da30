"""The firmware as a child of the virtual camera."""

import json
import os
import shutil
import signal
import threading
from pathlib import Path

import httpx
import pytest
from waiting import until

from host_tools.simcam import FirmwareError, FirmwareProcess, SimulatedCamera
from host_tools.simcam.firmware import command_for, environment_for
from host_tools.simcam.supervised import Supervised

ROOT = Path(__file__).resolve().parents[2]
BUILT = [ROOT / "build" / arch / "doorlens-camera" for arch in ("armv7", "x86_64")]
SETTINGS = {"camera": "front", "source": {"type": "snapshot", "url": "http://127.0.0.1:1/", "user": "u", "password": "p"},
            "control": {"host": "127.0.0.1", "token": "long-enough"}}


def elf(path, machine):
    path.write_bytes(b"\x7fELF" + bytes(14) + machine.to_bytes(2, "little") + bytes(40))
    path.chmod(0o755)
    return path


def test_arm_binary_runs_under_either_name_of_qemu(tmp_path):
    binary = elf(tmp_path / "doorlens-camera", 40)
    for installed in ("qemu-arm", "qemu-arm-static"):
        command = command_for(binary, which=lambda name: "/usr/bin/" + name if name == installed else None)
        assert command == ["/usr/bin/" + installed, str(binary)]
        assert environment_for(command) == {"DOORLENS_EMULATOR": "/usr/bin/" + installed}, "pushed firmware starts under it too"


def test_missing_qemu_says_what_to_install(tmp_path):
    with pytest.raises(FirmwareError, match="apt-get install qemu-user"):
        command_for(elf(tmp_path / "doorlens-camera", 40), which=lambda name: None)


def test_native_binary_runs_as_it_is(tmp_path):
    binary = elf(tmp_path / "doorlens-camera", 62)
    assert command_for(binary) == [str(binary)]


@pytest.mark.parametrize("content, message", [(None, "make firmware"), (b"#!/bin/sh\n", "not an executable"),
                                              (b"", "not an executable")])
def test_wrong_binaries_are_one_sentence(tmp_path, content, message):
    if content is not None:
        (tmp_path / "camera").write_bytes(content)
    with pytest.raises(FirmwareError, match=message):
        FirmwareProcess(tmp_path / "camera", tmp_path / "localdata", SETTINGS)


def test_binary_for_another_machine_is_refused(tmp_path):
    with pytest.raises(FirmwareError, match="machine 183"):
        command_for(elf(tmp_path / "camera", 183))


def test_settings_are_written_with_a_free_control_port(tmp_path):
    process = FirmwareProcess(elf(tmp_path / "camera", 62), tmp_path / "local", SETTINGS)
    written = json.loads((tmp_path / "local" / "settings.json").read_text())
    assert written["source"] == SETTINGS["source"] and written["control"]["token"] == "long-enough"
    assert process.control_url == "http://127.0.0.1:%d" % written["control"]["port"]
    assert "port" not in SETTINGS["control"]


def test_existing_settings_stay_but_for_the_source_s_address(tmp_path):
    (tmp_path / "settings.json").write_text(json.dumps(
        {"camera": "mine", "source": {"type": "mjpeg", "url": "http://old/"}, "control": {"port": 4711, "token": "kept-token"}}))
    process = FirmwareProcess(elf(tmp_path / "camera", 62), tmp_path, SETTINGS)
    assert process.settings == {"camera": "mine", "source": dict(SETTINGS["source"], type="mjpeg"),
                                "control": {"port": 4711, "token": "kept-token"}}


def test_broken_settings_file_is_named(tmp_path):
    (tmp_path / "settings.json").write_text("{")
    with pytest.raises(FirmwareError, match="settings.json"):
        FirmwareProcess(elf(tmp_path / "camera", 62), tmp_path, SETTINGS)


def test_firmware_is_told_of_its_emulator(tmp_path):
    emulator = tmp_path / "qemu-arm"
    emulator.write_text("#!/bin/sh\necho started under $DOORLENS_EMULATOR\nsleep 60\n")
    emulator.chmod(0o755)
    command = [str(emulator), str(elf(tmp_path / "doorlens-camera", 40))]
    with Supervised(command, tmp_path, tmp_path / "log", environment_for(command)) as child:
        until(lambda: f"started under {emulator}" in child.log_tail())


def test_child_that_dies_is_restarted_and_stop_ends_it(tmp_path):
    with FirmwareProcess(shutil.which("false"), tmp_path, SETTINGS) as process:
        until(lambda: process.restarts >= 1)
    assert not process.running and process.pid is None
    assert "supervised" not in [thread.name for thread in threading.enumerate()], "nobody is left to start it"


@pytest.mark.parametrize("binary", BUILT, ids=lambda path: path.parent.name)
def test_firmware_takes_every_frame_in_lock_step_and_survives_a_kill(tmp_path, binary):
    if not binary.exists():
        pytest.skip(f"{binary} is missing: run `make firmware`")
    with SimulatedCamera("lobby", seed=3, size=(320, 180), step_s=60, start_ms=0, until_ms=39 * 60_000) as camera:
        settings = {"camera": "front", "control": {"host": "127.0.0.1", "token": "long-enough"},
                    "source": {"type": "snapshot", "url": camera.url + "/axis-cgi/jpg/image.cgi", "user": camera.user,
                               "password": camera.password, "interval_ms": 0, "clock": "header"}}
        with FirmwareProcess(binary, tmp_path, settings) as firmware:
            assert camera.wait_for_hold(120), firmware.log_tail()
            assert camera.frames_served >= 40
            first = firmware.pid
            os.kill(first, signal.SIGKILL)
            until(lambda: firmware.restarts == 1 and firmware.running)
            assert firmware.pid != first
            until(lambda: answers(firmware), said=firmware.log_tail)


def answers(firmware):
    try:
        return httpx.get(firmware.control_url + "/api/v1/status",
                         headers={"X-Doorlens-Token": "long-enough"}).status_code == 200
    except httpx.TransportError:
        return False
