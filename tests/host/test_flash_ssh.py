"""Flashing over SSH, against asyncssh's own server on loopback."""

import json
import subprocess
from pathlib import Path

import packages
import pytest
from click.testing import CliRunner
from ssh_server import SshServer

from host_tools import project
from host_tools.camera_client import connect
from host_tools.commands.flash import command
from host_tools.errors import CameraError
from host_tools.flash import FlashError, certificate, ssh
from host_tools.flash import package as flash_package
from host_tools.flash import settings as flash_settings
from host_tools.project import CameraSettings
from host_tools.simcam.firmware import free_port
from host_tools.vapix import PinError, Pins, default_pins

SETTINGS = {"camera": "side", "source": {"type": "stdin"}}


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """The x86-64 tarball, with the built firmware where there is one."""
    if not (packages.BUILD / "x86_64/doorlens-camera").exists():
        pytest.skip("build/x86_64/doorlens-camera is missing: run `make firmware`")
    return flash_package.read(packages.make(packages.BUILD, tmp_path_factory.mktemp("made"), "x86_64")[1])


@pytest.fixture
def pins(tmp_path):
    return Pins(tmp_path / "pins.json")


def target(server, root, user="root", password="pass"):
    (root / "usr").mkdir(parents=True, exist_ok=True)
    return ssh.Target("127.0.0.1", server.port, user, password, str(root))


def test_package_is_installed_with_its_settings(package, pins, tmp_path):
    sent, root = [], tmp_path / "root"
    with SshServer() as server:
        to = target(server, root)
        assert "install doorlens-0.1.0-x86_64.tar.gz" in ssh.plan(to, pins, package)[1]
        said = ssh.install(to, pins, package, json.dumps(SETTINGS), sent.append)
        assert "doorlens 0.1.0 is installed" in said
        assert "over version 0.1.0, which is kept" in ssh.plan(to, pins, package)[1]
    assert (root / "usr/local/lib/doorlens/doorlens-camera").read_bytes() == (packages.BUILD / "x86_64/doorlens-camera").read_bytes()
    assert json.loads((root / "var/lib/doorlens/settings.json").read_text()) == SETTINGS
    assert (root / "var/lib/doorlens/settings.json").stat().st_mode & 0o077 == 0
    assert sent == sorted(sent) and sent[-1] == len(package.data)
    folders = [words.split("/package")[0].removeprefix("cat > ") for words in server.commands if words.startswith("cat > ")]
    assert folders and not any(Path(folder).exists() for folder in folders), "what was sent is cleared away"


def test_camera_gets_a_certificate_once_and_is_reached_with_it(package, tmp_path):
    root, door, port = tmp_path / "root", tmp_path / "door", free_port()
    reached = CameraSettings(f"https://127.0.0.1:{port}", "a-long-token")
    settings = {"camera": "side", "source": {"type": "folder", "path": "."},
                "control": {"port": port, "token": reached.token, "certificate": certificate.NAME}}
    with SshServer() as server:
        to = target(server, root)
        for _ in range(2):
            ssh.install(to, default_pins(door), package, json.dumps(settings), certified_port=port)
    assert sum("control.pem.part" in words for words in server.commands) == 1, "the second time it is there"
    state = root / "var/lib/doorlens"
    assert (state / "control.pem").stat().st_mode & 0o077 == 0
    assert not any("PRIVATE" in words for words in server.commands)
    camera = subprocess.Popen([root / "usr/local/lib/doorlens/doorlens-camera", "-m", "camera_firmware", state / "settings.json"],
                              stderr=subprocess.PIPE, text=True)
    try:
        while "listening" not in camera.stderr.readline():
            assert camera.poll() is None
        with connect(door, reached) as client:
            assert client.status()["camera"] == "side", "the first connection is checked already"
        Pins(door / "pins.json").expect(f"https 127.0.0.1:{port}", b"another")
        with connect(door, reached) as client, pytest.raises(CameraError, match="another certificate"):
            client.status()
    finally:
        camera.kill()
        camera.wait()
        camera.stderr.close()


@pytest.mark.parametrize("answers, word", [
    ({"uname -m": "armv6l"}, "armv6l"), ({"__version__": "0.2.0"}, "newer than 0.1.0"), ({"df -Pk": "900"}, "bytes free")])
def test_refusals_before_anything_is_sent(package, pins, tmp_path, answers, word):
    with SshServer(answers) as server:
        with pytest.raises(FlashError, match=word):
            ssh.plan(target(server, tmp_path / "root"), pins, package)
        assert not any("cat >" in words for words in server.commands)


def test_downgrade_when_told(package, pins, tmp_path):
    with SshServer({"__version__": "0.2.0"}) as server:
        assert "over version 0.2.0" in ssh.plan(target(server, tmp_path / "root"), pins, package, downgrade=True)[1]


def test_wrong_password_is_one_sentence(package, pins, tmp_path):
    with SshServer() as server, pytest.raises(FlashError, match="refuses root"):
        ssh.plan(target(server, tmp_path / "root", password="wrong"), pins, package)


def test_other_host_key_than_the_first_time_is_refused(package, pins, tmp_path):
    with SshServer() as server:
        ssh.plan(target(server, tmp_path / "root"), pins, package)
        port = server.port
    with SshServer(port=port) as server:
        with pytest.raises(PinError, match="between you and the camera"):
            ssh.plan(target(server, tmp_path / "root"), pins, package)
        assert server.commands == []


def test_nobody_there_is_one_sentence(package, pins, tmp_path):
    with SshServer() as server:
        to = target(server, tmp_path / "root")
    with pytest.raises(FlashError, match="cannot be reached"):
        ssh.plan(to, pins, package)


def test_lost_connection_leaves_what_was_there_and_repeating_completes(package, pins, tmp_path):
    with SshServer(cut="cat >") as server:
        with pytest.raises(FlashError, match="run this again"):
            ssh.install(target(server, tmp_path / "root"), pins, package)
    assert not (tmp_path / "root/usr/local/lib/doorlens").exists()
    with SshServer(port=server.port) as server:
        to = target(server, tmp_path / "root")
        assert "is installed" in ssh.install(to, Pins(tmp_path / "other.json"), package)


def test_package_that_arrives_changed_is_not_installed(package, pins, tmp_path):
    with SshServer({"sha256sum": "0" * 64 + "  file"}) as server, pytest.raises(FlashError, match="did not reach"):
        ssh.install(target(server, tmp_path / "root"), pins, package)
    assert not (tmp_path / "root/usr/local").exists()


def test_command_line_looks_without_changing(package, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    with SshServer({"df -Pk": "1000000"}) as server:
        result = CliRunner().invoke(command, [f"ssh://root@127.0.0.1:{server.port}", "--package", str(package.path), "--dry-run"],
                                    env={"DOORLENS_CAMERA_PASSWORD": "pass"})
    assert result.exit_code == 0 and "would: install" in result.output, result.output + repr(result.exception)
    assert not any("cat >" in words for words in server.commands)


def test_command_line_certifies_the_control_api_and_notes_its_address(package, tmp_path, monkeypatch):
    sent = []
    monkeypatch.setattr(ssh, "plan", lambda *given: ["armv7l"])
    monkeypatch.setattr(ssh, "install", lambda to, pins, chosen, text, progress, port: sent.append((json.loads(text), port)) or "done")
    monkeypatch.setattr(flash_settings, "until_it_works", lambda folder, camera: "takes pictures")
    project.create(tmp_path / "door", "door", ["closed", "open"])
    (tmp_path / "own.json").write_text(json.dumps(SETTINGS | {"control": {"port": 8765, "token": "a-long-token"}}))
    result = CliRunner().invoke(command, ["ssh://root@192.0.2.1", "--package", str(package.path), "--settings", str(tmp_path / "own.json"),
                                          "--project", str(tmp_path / "door"), "--name", "side"])
    assert result.exit_code == 0 and "a-long-token" not in result.output, result.output
    assert [(settings["control"]["certificate"], port) for settings, port in sent] == [(certificate.NAME, 8765)]
    assert project.Project.open(tmp_path / "door").cameras == {"side": CameraSettings("https://192.0.2.1:8765", "a-long-token")}


def test_axis_package_is_not_for_ssh(package, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    eap = packages.firmware_package(tmp_path)
    result = CliRunner().invoke(command, ["ssh://root@127.0.0.1:1", "--package", str(eap)])
    assert isinstance(result.exception, FlashError) and ".tar.gz" in str(result.exception)
