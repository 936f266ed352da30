"""`doorlens flash` on the virtual camera, and what it refuses."""

import dataclasses
import json
import os
import shutil
import socket

import packages
import pytest
from click.testing import CliRunner
from test_simcam_applications import Plain, eap
from waiting import until

from contract.errors import DoorlensError
from host_tools import camera_file, flash, keys, project
from host_tools.commands.flash import command
from host_tools.flash import axis
from host_tools.flash import package as flash_package
from host_tools.flash import settings as flash_settings
from host_tools.project import CameraSettings
from host_tools.simcam import Applications, SimulatedCamera
from host_tools.simcam.firmware import free_port
from host_tools.vapix import Application

PASSWORD = {"DOORLENS_CAMERA_PASSWORD": "doorlens"}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Packages whose executables cannot run, by architecture."""
    build = packages.stand_in_build(tmp_path_factory.mktemp("build"))
    out = tmp_path_factory.mktemp("made")
    return {architecture: packages.make(build, out, architecture)[0] for architecture in ("armv7hf", "x86_64")}


@pytest.fixture
def camera(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    with SimulatedCamera(Plain(), applications=Applications(tmp_path / "flash", "x86_64")) as camera:
        yield camera


def invoke(*arguments):
    return CliRunner().invoke(command, [str(word) for word in arguments], env=PASSWORD)


def refusal(*arguments):
    """The sentence."""
    result = invoke(*arguments)
    assert isinstance(result.exception, DoorlensError), result.output
    assert "\n" not in str(result.exception)
    return str(result.exception)


def listed(camera):
    return [(package.name, package.version, status) for package, status in camera.applications.listing()]


def versioned(tmp_path, version, architecture="x86_64"):
    """The built firmware in a package of another version number."""
    path = packages.firmware_package(tmp_path / version, architecture)
    files = packages.contents(path)
    files["manifest.json"] = files["manifest.json"].replace(b'"version": "0.1.0"', b'"version": "%s"' % version.encode())
    path.write_bytes(eap(files))
    return path


def test_firmware_is_installed_set_up_started_and_seen_to_work(camera, tmp_path):
    path = packages.firmware_package(tmp_path / "made")
    project.create(tmp_path / "door", "door", ["closed", "open"])
    result = invoke(camera.url, "--package", path, "--allow-unsigned", "--project", tmp_path / "door", "--name", "front")
    assert result.exit_code == 0, result.output + repr(result.exception)
    assert "allow unsigned packages" in result.output and "the application takes pictures" in result.output
    assert listed(camera) == [("doorlens", "0.1.0", "Running")]
    known = project.Project.open(tmp_path / "door").cameras["front"]
    assert (known.url, known.user, known.password) == (camera.url, "root", "doorlens") and len(known.token) >= 32
    assert known.token not in result.output, "the secret is in the project's file alone"
    written = json.loads((tmp_path / "flash/localdata/doorlens/settings.json").read_text())
    assert written["control"] == {"token": known.token} and written["camera"] == "front"

    camera_file.put(tmp_path / "door", "front", CameraSettings("http://127.0.0.1:1", known.token, ("north",)))
    again = invoke(camera.url, "--package", versioned(tmp_path, "0.2.0"), "--project", tmp_path / "door", "--name", "front")
    assert again.exit_code == 0 and "over version 0.1.0 (running)" in again.output, again.output + repr(again.exception)
    assert listed(camera) == [("doorlens", "0.2.0", "Running")]
    assert json.loads((tmp_path / "flash/localdata/doorlens/settings.json").read_text()) == written
    assert project.Project.open(tmp_path / "door").cameras["front"] == known, "an address that does not hold any more is put right"

    assert "which is newer than 0.1.0" in refusal(camera.url, "--package", path)
    assert listed(camera) == [("doorlens", "0.2.0", "Running")]
    back = invoke(camera.url, "--package", path, "--downgrade")
    assert back.exit_code == 0 and "token is not known here" in back.output
    assert listed(camera) == [("doorlens", "0.1.0", "Running")]


def test_own_settings_replace_those_of_the_camera(camera, tmp_path):
    path = packages.firmware_package(tmp_path / "made")
    own = {"camera": "side", "source": {"type": "snapshot", "url": camera.url + "/axis-cgi/jpg/image.cgi", "user": "root",
                                        "password": "doorlens", "interval_ms": 100},
           "control": {"host": "0.0.0.0", "port": free_port(), "token": "my-own-long-token"}}
    (tmp_path / "own.json").write_text(json.dumps(own))
    result = invoke(camera.url, "--package", path, "--allow-unsigned", "--settings", tmp_path / "own.json")
    assert result.exit_code == 0, result.output + repr(result.exception)
    assert json.loads((tmp_path / "flash/localdata/doorlens/settings.json").read_text()) == own
    assert "my-own-long-token" in result.output and "cameras add" in result.output, "told once, since there is no project"
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", own["control"]["port"])) != 0, "the package has it behind the camera's web server"


def test_camera_whose_pictures_do_not_come_is_reported(camera, tmp_path, monkeypatch):
    monkeypatch.setattr(flash_settings, "until_it_works", with_little_patience)
    own = {"camera": "side", "source": {"type": "snapshot", "url": camera.url + "/axis-cgi/jpg/image.cgi", "user": "root",
                                        "password": "wrong"}, "control": {"token": "my-own-long-token"}}
    (tmp_path / "own.json").write_text(json.dumps(own))
    said = refusal(camera.url, "--package", packages.firmware_package(tmp_path / "made"), "--allow-unsigned", "--settings",
                   tmp_path / "own.json")
    assert "does not do its work" in said and "401" in said


_works = flash_settings.until_it_works


def with_little_patience(folder, camera):
    return _works(folder, camera, patience_s=2)


def test_dry_run_changes_nothing(camera, made):
    result = invoke(camera.url, "--package", made["x86_64"], "--allow-unsigned", "--dry-run")
    assert result.exit_code == 0 and "would: install" in result.output and "would: allow unsigned" in result.output
    assert listed(camera) == [] and not camera.applications.allow_unsigned


def test_wrong_architecture_is_refused_before_anything_is_sent(camera, made):
    said = refusal(camera.url, "--package", made["armv7hf"], "--allow-unsigned")
    assert "x86_64" in said and "armv7hf" in said and "nothing was sent" in said
    assert not camera.applications.allow_unsigned


def test_unsigned_needs_permission(camera, made):
    assert "--allow-unsigned" in refusal(camera.url, "--package", made["x86_64"])


def test_full_camera_keeps_what_it_has(camera, made):
    camera.fault = "flash-full"
    assert "flash is full" in refusal(camera.url, "--package", made["x86_64"], "--allow-unsigned")
    assert listed(camera) == []


def test_executable_that_cannot_start_is_reported(camera, tmp_path):
    build = packages.stand_in_build(tmp_path / "build")
    (build / "x86_64/doorlens-camera").write_bytes(packages.elf("x86_64")[:18] + b"\xb7\x00" + bytes(40))
    path = packages.make(build, tmp_path / "made", "x86_64")[0]
    assert "could not start it" in refusal(camera.url, "--package", path, "--allow-unsigned")


@pytest.mark.parametrize(("listed", "word"), [({}, "no application"), ({"doorlens": "0.0.9"}, "0.0.9")])
def test_camera_that_takes_the_package_and_does_not_list_it_is_reported(made, listed, word):
    class Camera:
        url = "http://camera"

        def upload(self, *package):
            pass

        def applications(self):
            return {name: Application(name, version, "Stopped", "", "None") for name, version in listed.items()}
    with pytest.raises(flash.FlashError, match=word):
        axis.install(Camera(), flash_package.read(made["x86_64"]), axis.Plan(None, False, ()))


def test_cut_connection_leaves_the_version_before_and_repeating_completes(camera, tmp_path):
    first = packages.firmware_package(tmp_path / "made")
    assert invoke(camera.url, "--package", first, "--allow-unsigned").exit_code == 0
    second = versioned(tmp_path, "0.3.0")
    camera.fault = "cut-after:100000"
    assert "cannot be reached" in refusal(camera.url, "--package", second)
    assert listed(camera) == [("doorlens", "0.1.0", "Running")]
    camera.fault = None
    assert invoke(camera.url, "--package", second).exit_code == 0
    until(lambda: listed(camera) == [("doorlens", "0.3.0", "Running")])


@pytest.mark.parametrize("address, word", [("ftp://camera", "neither"), ("https://", "neither")])
def test_address_that_is_none(tmp_path, monkeypatch, address, word):
    monkeypatch.chdir(tmp_path)
    assert word in refusal(address)


def test_files_that_are_no_package(camera, tmp_path, made):
    (tmp_path / "x.eap").write_bytes(b"no")
    assert "is no package" in refusal(camera.url, "--package", tmp_path / "x.eap")
    shutil.copy(made["x86_64"], tmp_path / "cut.eap")
    os.truncate(tmp_path / "cut.eap", 3000)
    assert "is no package" in refusal(camera.url, "--package", tmp_path / "cut.eap")
    assert "cannot be read" in refusal(camera.url, "--package", tmp_path / "absent.eap")
    tarball, = made["x86_64"].parent.glob("*x86_64.tar.gz")
    assert "is for SSH" in refusal(camera.url, "--package", tarball, "--allow-unsigned") and listed(camera) == []


def test_settings_that_are_none(camera, tmp_path, made):
    for content in ("{", "[]", "\xff"):
        (tmp_path / "s.json").write_bytes(content.encode("latin-1"))
        assert "s.json" in refusal(camera.url, "--package", made["x86_64"], "--settings", tmp_path / "s.json")


def test_missing_package_says_how_to_make_one(tmp_path):
    with pytest.raises(flash.FlashError, match="make package"):
        flash_package.find("eap", "armv7hf", tmp_path)


def test_newest_package_is_the_one_made_last(tmp_path):
    for second, version in enumerate(("0_9_0", "0_10_0")):
        file = tmp_path / f"Doorlens_{version}_armv7hf.eap"
        file.touch()
        os.utime(file, (second, second))
    (tmp_path / "Doorlens_1_0_0_x86_64.eap").touch()
    assert flash_package.find("eap", "armv7hf", tmp_path) == file
    (tmp_path / "doorlens-0.1.0-armv7.tar.gz").touch()
    assert flash_package.find("tar", "armv7hf", tmp_path).name == "doorlens-0.1.0-armv7.tar.gz"


@pytest.mark.parametrize("version, than, answer", [("0.9.2", "0.10.0", True), ("0.10.0", "0.9.2", False), ("1.0.0", "1.0.0", False)])
def test_versions_are_compared_as_numbers(version, than, answer):
    assert flash_package.older(version, than) is answer


def test_application_without_frames_is_no_success():
    class Client:
        def __init__(self, folder, camera):
            pass

        def __enter__(self):
            return self

        def __exit__(self, *exception):
            pass

        def status(self):
            return {"frame": {"count": 7}, "source": {"last_error": "connection refused"}}
    with pytest.raises(flash.FlashError, match="connection refused"):
        flash_settings.until_it_works(None, CameraSettings("http://x", "t"), patience_s=0.6, connect=Client)


def test_camera_without_a_user_is_not_taken_for_an_axis_camera(tmp_path):
    project.create(tmp_path / "door", "door", ["closed", "open"], cameras={"side": CameraSettings("http://192.0.2.1:8765", "token")})
    assert "ssh://root@192.0.2.1" in refusal("side", "--project", tmp_path / "door")


def test_settings_of_another_linux_are_reached_at_their_port(tmp_path):
    own = {"control": {"port": 8765, "token": "my-own-long-token"}}
    (tmp_path / "own.json").write_text(json.dumps(own))
    given = flash_settings.given(tmp_path / "own.json", "ssh://root@192.0.2.1:2222")
    assert given.reached == CameraSettings("https://192.0.2.1:8765", "my-own-long-token") and given.certified
    assert json.loads(given.text) == {"control": own["control"] | {"certificate": "control.pem"}}
    for certificate, url in (("", "http://192.0.2.1:8765"), ("/etc/mine.pem", "https://192.0.2.1:8765")):
        (tmp_path / "own.json").write_text(json.dumps({"control": own["control"] | {"certificate": certificate}}))
        mine = flash_settings.given(tmp_path / "own.json", "ssh://192.0.2.1")
        assert mine.reached.url == url and not mine.certified and mine.text == (tmp_path / "own.json").read_text()
    (tmp_path / "own.json").write_text("{}")
    assert flash_settings.given(tmp_path / "own.json", "ssh://192.0.2.1").reached is None


def test_new_camera_gets_the_project_s_key_and_a_known_one_when_there_is_one(tmp_path):
    opened = project.create(tmp_path / "door", "Front Door", ["closed", "open"])
    assert flash_settings.trust(None) is None and flash_settings.trust(opened) is None
    key = keys.create(opened.path, "a long password")
    update = flash_settings.trust(opened)
    assert update == {"key": key.public_hex, "product": "front-door"}
    made = flash_settings.first("front", "https://camera", "http://127.0.0.1/", "root", "pass", update=update)
    assert json.loads(made.text)["update"] == update

    class Camera:
        def __init__(self, state):
            self.state, self.sent = state, []

        def application_state(self):
            return self.state, None

        def put_settings(self, text, token="", partly=False):
            self.sent.append((json.loads(text), token, partly))
    known, new = Camera("good"), Camera("missing")
    assert axis.settle(known, made, "token", update) is False and axis.settle(new, made, None, update) is True
    assert known.sent == [({"update": update}, "token", True)]
    assert new.sent == [(json.loads(made.text), "", False)]
    assert axis.settle(known, made, None, update) is False and len(known.sent) == 1, "without its token it is left alone"
    assert axis.settle(known, dataclasses.replace(made, own=True), "token", update) is True
    assert known.sent[1:] == [(json.loads(made.text), "token", False)], "a person's own replace those of the camera"
