"""`make package`: the same bytes every time, what the packages hold, and their installation."""

import json
import os
import shutil
import subprocess
import tarfile
import time

import httpx
import packages
import pytest

from contract import api

VERSION = "0.1.0"
EAP = "Doorlens_0_1_0_armv7hf.eap"
SETTINGS = {"camera": "front", "source": {"type": "folder", "path": "pictures"}, "control": {"token": "a-long-token"}}


@pytest.fixture(scope="module")
def build(tmp_path_factory):
    return packages.stand_in_build(tmp_path_factory.mktemp("build"))


@pytest.fixture(scope="module")
def made(build, tmp_path_factory):
    return {path.name: path for path in packages.make(build, tmp_path_factory.mktemp("made"))}


def test_package_is_the_same_byte_for_byte_in_any_surroundings(build, made, tmp_path):
    old = os.umask(0o077)
    try:
        copy = shutil.copytree(build, tmp_path / "elsewhere")
        os.utime(copy / "armv7" / "doorlens-camera", (1, 1))
        again = packages.make(copy, tmp_path / "out", cwd="/", environment={"TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "5"})
    finally:
        os.umask(old)
    assert len(again) == 2
    for path in again:
        assert path.read_bytes() == made[path.name].read_bytes()


def test_time_of_the_members_is_source_date_epoch(build, tmp_path):
    path = packages.make(build, tmp_path, environment={"SOURCE_DATE_EPOCH": "1700000000"})[0]
    with tarfile.open(path) as tar:
        assert {member.mtime for member in tar} == {1700000000}
    assert path.read_bytes()[4:8] == bytes(4), "no time in the gzip header"


def test_axis_package_holds_what_the_camera_asks_for(made):
    with tarfile.open(made[EAP]) as tar:
        modes = {member.name: member.mode for member in tar}
    files = packages.contents(made[EAP])
    setup = json.loads(files["manifest.json"])["acapPackageConf"]["setup"]
    assert setup["appName"] in files and modes[setup["appName"]] == 0o755
    assert (setup["architecture"], setup["version"], setup["runMode"]) == ("armv7hf", VERSION, "respawn")
    assert len(setup["vendorId"]) == 10 and int(setup["vendorId"], 16)
    launcher, localdata, *ports = setup["runOptions"].split()
    assert launcher.startswith("/usr/local/packages/doorlens/") and launcher.rpartition("/")[2] in files
    assert localdata == "/usr/local/packages/doorlens/localdata"
    proxies = json.loads(files["manifest.json"])["acapPackageConf"]["configuration"]["reverseProxy"]
    assert [(proxy["target"], proxy["access"]) for proxy in proxies] == [(f"http://localhost:{port}/", "admin") for port in ports]
    assert f"/local/{setup['appName']}/{proxies[1]['apiPath']}" == api.BEHIND
    assert "html/" + json.loads(files["manifest.json"])["acapPackageConf"]["configuration"]["settingPage"] in files


def test_package_conf_is_a_shell_s_and_agrees_with_the_manifest(made, tmp_path):
    files = packages.contents(made[EAP])
    (tmp_path / "package.conf").write_bytes(files["package.conf"])
    said = subprocess.run(["sh", "-c", '. ./package.conf; echo "$APPNAME $APPTYPE $APPMAJORVERSION.$APPMINORVERSION.$APPMICROVERSION'
                           ' $STARTMODE|$APPOPTS"'], cwd=tmp_path, capture_output=True, text=True, check=True).stdout.strip()
    setup = json.loads(files["manifest.json"])["acapPackageConf"]["setup"]
    assert said == f"doorlens armv7hf {VERSION} respawn|{setup['runOptions']}"


def test_licence_carries_every_notice(made):
    licence = packages.contents(made[EAP])["LICENSE"].decode()
    for text in ("Doorlens developers", "Licence of micropython", "Licence of libjpeg-turbo", "Licence of mbedtls"):
        assert text in licence


def test_missing_firmware_is_one_sentence(tmp_path):
    with pytest.raises(subprocess.CalledProcessError) as failed:
        packages.make(tmp_path, tmp_path / "out")
    assert failed.value.stderr.count("\n") == 1 and "make firmware" in failed.value.stderr
    assert not (tmp_path / "out").exists()


def install(folder, root, *arguments):
    return subprocess.run(["sh", str(folder / "install.sh"), *arguments], env={**os.environ, "DOORLENS_ROOT": str(root)},
                          capture_output=True, text=True, timeout=60)


def program(folder, version):
    """A program that answers as the firmware does when it is asked for its version."""
    (folder / "doorlens-camera").write_text(f"#!/bin/sh\necho {version}\n")
    (folder / "doorlens-camera").chmod(0o755)
    (folder / "VERSION").write_text(version + "\n")


@pytest.fixture
def unpacked(made, tmp_path):
    subprocess.run(["tar", "xzf", str(made[f"doorlens-{VERSION}-armv7.tar.gz"])], cwd=tmp_path, check=True)
    return tmp_path / f"doorlens-{VERSION}-armv7"


def test_tarball_installs_upgrades_and_goes_back(unpacked, tmp_path):
    root = tmp_path / "root"
    library = root / "usr/local/lib/doorlens"
    program(unpacked, "1.0.0")
    first = install(unpacked, root)
    assert first.returncode == 0 and "doorlens 1.0.0 is installed" in first.stdout
    assert (root / "etc/systemd/system/doorlens.service").exists() and (library / "LICENSE").exists()
    assert json.loads((root / "var/lib/doorlens/settings.example.json").read_text())["camera"]
    program(unpacked, "1.1.0")
    for _ in range(2):  # the second time nothing changes: the version before stays the version before
        assert "doorlens 1.1.0 is installed" in install(unpacked, root).stdout
        assert "1.0.0" in (library / "doorlens-camera.previous").read_text()
    assert "doorlens 1.0.0 is installed" in install(unpacked, root, "--back").stdout
    assert "doorlens 1.1.0 is installed" in install(unpacked, root, "--back").stdout
    assert sorted(path.name for path in library.iterdir()) == ["LICENSE", "doorlens-camera", "doorlens-camera.previous"]


def test_executable_that_does_not_run_here_replaces_nothing(unpacked, tmp_path):
    root = tmp_path / "root"
    program(unpacked, "1.0.0")
    install(unpacked, root)
    before = (root / "usr/local/lib/doorlens/doorlens-camera").read_bytes()
    (unpacked / "doorlens-camera").write_bytes(b"\x7fELF of another machine")
    failed = install(unpacked, root)
    assert failed.returncode == 1 and "does not run on this machine" in failed.stderr
    program(unpacked, "2.0.0")
    (unpacked / "VERSION").write_text("3.0.0\n")
    assert "is version 2.0.0, not 3.0.0" in install(unpacked, root).stderr
    assert (root / "usr/local/lib/doorlens/doorlens-camera").read_bytes() == before
    assert install(unpacked, tmp_path / "empty", "--back").returncode == 1


def test_real_firmware_is_tried_by_its_own_version(unpacked, tmp_path):
    binary = packages.BUILD / "x86_64" / "doorlens-camera"
    if not binary.exists():
        pytest.skip("build/x86_64/doorlens-camera is missing: run `make firmware`")
    shutil.copy(binary, unpacked / "doorlens-camera")
    assert f"doorlens {VERSION} is installed" in install(unpacked, tmp_path / "root").stdout


class Launched:
    """The launcher of the package under the x86-64 firmware."""

    def __init__(self, folder):
        binary = packages.BUILD / "x86_64" / "doorlens-camera"
        if not binary.exists():
            pytest.skip("build/x86_64/doorlens-camera is missing: run `make firmware`")
        from host_tools.simcam.firmware import free_port
        self.port, self.control = free_port(), free_port()
        (folder / "localdata").mkdir(exist_ok=True)
        self.log = folder / "log.txt"
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([str(binary), str(packages.ROOT / "sdk/package/axis/launcher.py"),
                                             str(folder / "localdata"), str(self.port), str(self.control)], stdout=log, stderr=log)

    def __enter__(self):
        for _ in range(400):
            try:
                self.request("GET")
                return self
            except httpx.TransportError:
                assert self.process.poll() is None, self.log.read_text()
                time.sleep(0.05)
        raise AssertionError(self.log.read_text())

    def __exit__(self, *exception):
        self.process.kill()
        self.process.wait()

    def request(self, method, body=None, **headers):
        return httpx.request(method, f"http://127.0.0.1:{self.port}/local/doorlens/api/settings", content=body, timeout=10,
                             headers={name.replace("_", "-"): value for name, value in headers.items()}, trust_env=False)


def test_first_start_waits_for_settings_instead_of_ending(tmp_path):
    with Launched(tmp_path) as launched:
        assert launched.request("GET").json()["state"] == "missing"
        for body, word in ((b"no", "JSON"), (b'{"camera": "x"}', "source.type"), (b" " * 20000, "at most"),
                           (json.dumps(SETTINGS | {"control": {}}).encode(), "control.token")):
            assert word in launched.request("PUT", body).json()["message"]
        assert launched.request("PATCH", json.dumps(SETTINGS)).status_code == 400
        assert launched.process.poll() is None and not (tmp_path / "localdata/settings.json").exists()
        assert launched.request("PUT", json.dumps(SETTINGS)).status_code == 200
        assert launched.process.wait(20) == 1, "AXIS OS starts it again, now with settings"
    assert json.loads((tmp_path / "localdata/settings.json").read_text()) == SETTINGS


def test_settings_that_are_wrong_can_be_replaced(tmp_path):
    (tmp_path / "localdata").mkdir()
    (tmp_path / "localdata/settings.json").write_text('{"camera": "x", "surprise": 1}')
    with Launched(tmp_path) as launched:
        answer = launched.request("GET").json()
        assert answer["state"] == "wrong" and "surprise" in answer["reason"]
        assert launched.request("PUT", json.dumps(SETTINGS)).status_code == 200


def test_running_application_takes_new_settings_only_with_its_token(tmp_path):
    (tmp_path / "localdata").mkdir()
    (tmp_path / "localdata/settings.json").write_text(json.dumps(SETTINGS | {"control": {"port": 0, "token": "a-long-token"}}))
    with Launched(tmp_path) as launched:
        assert launched.request("GET").json()["state"] == "good"
        api_at = f"http://127.0.0.1:{launched.control}{api.BEHIND}{api.STATUS}"
        assert httpx.get(api_at, headers={api.TOKEN_HEADER: "a-long-token"}, trust_env=False).json()["camera"] == "front"
        assert launched.request("PUT", json.dumps(SETTINGS)).status_code == 401
        assert launched.request("PUT", json.dumps(SETTINGS), X_Doorlens_Token="another-token").status_code == 401
        assert launched.process.poll() is None
        assert launched.request("PUT", json.dumps(SETTINGS), X_Doorlens_Token="a-long-token").status_code == 200
        assert launched.process.wait(20) == 1
    assert "front" in launched.log.read_text(), "the application itself ran"


def test_single_sections_of_the_settings_can_be_changed(tmp_path):
    (tmp_path / "localdata").mkdir()
    given = SETTINGS | {"control": {"token": "a-long-token"}, "log": {"level": "debug"}}
    file = tmp_path / "localdata/settings.json"
    file.write_text(json.dumps(given))
    with Launched(tmp_path) as launched:
        def patch(changes, token="a-long-token"):
            return launched.request("PATCH", json.dumps(changes), X_Doorlens_Token=token)
        assert patch({"log": {"level": "info"}}, "another-token").status_code == 401
        assert "surprise" in patch({"log": {"surprise": 1}}).json()["message"]
        assert patch([1]).status_code == 400
        assert patch({"log": {"level": "debug"}}).status_code == 200
        assert json.loads(file.read_text()) == given and launched.process.poll() is None, "nothing to change: it runs on"
        assert patch({"control": {"host": "127.0.0.1"}, "mqtt": {"host": "broker"}}).status_code == 200
        assert launched.process.wait(20) == 1
    assert json.loads(file.read_text()) == given | {"control": {"token": "a-long-token", "host": "127.0.0.1"},
                                                    "mqtt": {"host": "broker"}}
