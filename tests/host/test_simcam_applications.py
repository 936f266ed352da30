"""The virtual camera installs, starts and watches packages as the documented application API does."""

import io
import json
import os
import shutil
import signal
import tarfile
import threading
import time
from pathlib import Path

import httpx
import numpy
import packages
import pytest
from waiting import until

from host_tools.simcam import Applications, SimulatedCamera, jpeg
from host_tools.simcam.applications import Refused
from host_tools.simcam.disk import PowerCut
from host_tools.vapix import ApplicationError, AxisCamera, Pins, VapixError


class Plain:
    """A source of one picture, whatever the time."""

    name, start_ms, end_ms, times = "plain", 1_772_360_430_500, None, None
    picture = jpeg.encode(numpy.arange(96 * 64 * 3, dtype=numpy.uint8).reshape(64, 96, 3))

    def jpeg(self, time_ms, size, quality):
        return self.picture

    def truth(self, time_ms):
        return None


def package(name="hello", version="1.0.0", executable=None, **changes):
    """The bytes of a package whose executable is this machine's `sleep`, with the option 1000."""
    setup = {"appName": name, "vendor": "Tests", "vendorId": "0000000000", "version": version, "architecture": "x86_64",
             "runMode": "respawn", "runOptions": "1000"} | changes
    files = {name: sleep() if executable is None else executable, "LICENSE": b"free",
             "manifest.json": json.dumps({"schemaVersion": "2.2.0", "acapPackageConf": {"setup": setup}}).encode(),
             "html/index.html": b"<h1>%s</h1>" % version.encode()}
    return eap(files)


def sleep():
    return Path(shutil.which("sleep")).read_bytes()


def eap(files):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", compresslevel=1) as tar:
        for path, data in files.items():
            member = tarfile.TarInfo(path)
            member.size, member.mode = len(data), 0o755
            tar.addfile(member, io.BytesIO(data))
    return packed.getvalue()


@pytest.fixture
def applications(tmp_path):
    applications = Applications(tmp_path / "flash", "x86_64", allow_unsigned=True).boot()
    yield applications
    applications.shut_down()


def number(function, *arguments):
    with pytest.raises(Refused) as refused:
        function(*arguments)
    return refused.value.number


def listed(applications):
    return {package.name: (package.version, status) for package, status in applications.listing()}


def test_installing_does_not_start(applications):
    applications.install(package())
    assert listed(applications) == {"hello": ("1.0.0", "Stopped")}


def test_start_stop_restart_remove_and_their_errors(applications):
    assert number(applications.control, "start", "hello") == 4
    applications.install(package())
    assert number(applications.control, "stop", "hello") == 7
    applications.control("start", "hello")
    first = applications.process("hello").pid
    assert number(applications.control, "start", "hello") == 6
    applications.control("restart", "hello")
    assert applications.process("hello").pid not in (None, first)
    assert number(applications.control, "explode", "hello") == 10
    (applications.folder / "localdata/hello/kept").write_text("x")
    applications.control("remove", "hello")
    assert listed(applications) == {} and not (applications.folder / "localdata/hello").exists()
    assert number(applications.control, "remove", "hello") == 4


@pytest.mark.parametrize("data, refused", [
    (b"", 1), (b"not a package", 1), (eap({"hello": b"x"}), 1), (package(executable=b"")[:200], 1),
    (eap({"../../etc/passwd": b"x", "LICENSE": b"x"}), 1), (package(name="with space"), 1),
    (package(architecture="aarch64"), 5), (package(compatibleOsVersions=[{"min": "13"}]), 5),
    (package(compatibleOsVersions=[{"max": "11.99"}]), 5), (package(user={"username": "root", "group": "root"}), 13)])
def test_packages_are_refused_by_number_and_leave_nothing(applications, data, refused):
    assert number(applications.install, data) == refused
    assert listed(applications) == {} and not list((applications.folder / "unpacked").glob("*"))


def test_version_ranges_that_fit(applications):
    for range_ in ({"min": "11.11", "max": "13"}, {"max": "12.4"}, {"min": "12.4.59", "max": "12"}):
        applications.install(package(compatibleOsVersions=[range_]))


def test_unsigned_packages_need_permission_which_is_remembered(tmp_path):
    applications = Applications(tmp_path, "x86_64")
    assert number(applications.install, package()) == 2
    applications.set_allow_unsigned(True)
    Applications(tmp_path, "x86_64").install(package())


def test_full_flash_keeps_what_is_installed(tmp_path):
    applications = Applications(tmp_path, "x86_64", size=len(sleep()) + 5000, allow_unsigned=True)
    applications.install(package())
    assert number(applications.install, package(version="2.0.0")) == 3
    assert listed(applications)["hello"][0] == "1.0.0"
    assert len(list((tmp_path / "unpacked").glob("*"))) == 1


def test_upgrade_keeps_local_data_and_runs_the_new_version(applications):
    applications.install(package())
    applications.control("start", "hello")
    (applications.folder / "localdata/hello/settings.json").write_text("{}")
    first = applications.process("hello").pid
    applications.install(package(version="1.1.0"))
    assert listed(applications) == {"hello": ("1.1.0", "Running")}
    assert applications.process("hello").pid != first
    assert (applications.folder / "localdata/hello/settings.json").read_text() == "{}"
    assert applications.page("hello", "index.html") == b"<h1>1.1.0</h1>"


def test_application_that_dies_is_started_again(applications):
    applications.install(package())
    applications.control("start", "hello")
    process = applications.process("hello")
    os.kill(process.pid, signal.SIGKILL)
    until(lambda: process.restarts == 1 and process.running)


def test_started_application_runs_again_after_the_power_was_away(applications):
    applications.install(package())
    applications.control("start", "hello")
    applications.power_off()
    assert listed(applications) == {"hello": ("1.0.0", "Stopped")}
    applications.boot()
    assert listed(applications) == {"hello": ("1.0.0", "Running")}


def test_executable_of_another_machine_cannot_be_started(applications):
    applications.install(package(executable=packages.elf("x86_64")[:18] + b"\xb7\x00" + bytes(40)))
    assert number(applications.control, "start", "hello") == 8


def test_second_installation_at_the_same_time_is_busy(applications):
    with applications._lock:
        assert number(applications.install, package()) == 12


def test_power_cut_after_every_operation_of_an_upgrade_leaves_one_whole_version(tmp_path):
    """Enumerated: after each the old or the new version is complete, runs, and the repeated installation succeeds."""
    old, new = (package(version=version) for version in ("1.0.0", "1.1.0"))
    seen, cut = set(), 0
    while True:
        applications = Applications(tmp_path / str(cut), "x86_64", allow_unsigned=True).boot()
        applications.install(old)
        applications.control("start", "hello")
        applications.disk.cut(cut)
        try:
            applications.install(new)
            done = True
        except PowerCut:
            done = False
        applications.power_off()
        applications = Applications(tmp_path / str(cut), "x86_64").boot()
        version, status = listed(applications)["hello"]
        seen.add(version)
        assert status == "Running" and applications.page("hello", "index.html") == b"<h1>%s</h1>" % version.encode()
        assert len(list((applications.folder / "unpacked").glob("*"))) == 1, "leftovers are gone"
        applications.install(new)
        assert listed(applications)["hello"] == ("1.1.0", "Running")
        applications.shut_down()
        if done:
            break
        cut += 1
    assert cut >= 10 and seen == {"1.0.0", "1.1.0"}


# Over HTTP.

@pytest.fixture
def camera(tmp_path):
    applications = Applications(tmp_path / "flash", "x86_64")
    with SimulatedCamera(Plain(), applications=applications) as camera:
        yield camera


@pytest.fixture
def client(camera):
    with AxisCamera(camera.url, camera.user, camera.password) as client:
        yield client


def test_our_client_installs_and_controls(client):
    assert client.info().architecture == "x86_64" and client.applications() == {}
    assert client.allows_unsigned() is False
    with pytest.raises(ApplicationError, match="--allow-unsigned"):
        client.upload(package())
    client.allow_unsigned()
    assert client.allows_unsigned() is True
    client.upload(package())
    assert client.applications()["hello"].status == "Stopped"
    client.control("start", "hello")
    assert client.applications()["hello"].status == "Running"
    with pytest.raises(ApplicationError, match="running already"):
        client.control("start", "hello")
    client.control("remove", "hello")
    assert client.applications() == {}


def test_wrong_password_is_refused_everywhere(camera):
    with AxisCamera(camera.url, camera.user, "wrong") as client:
        for ask in (client.applications, client.info, lambda: client.upload(package()), lambda: client.control("start", "x")):
            with pytest.raises(VapixError, match="refuses user root"):
                ask()


def test_parameters_are_listed_by_group_and_changed(client):
    assert client.parameters("root.Brand")["Brand.Brand"] == "AXIS"
    assert client.parameters("Properties.System.Architecture") == {"Properties.System.Architecture": "x86_64"}
    client.set_parameter("root.Network.HostName", "front=door & co")
    assert client.parameters("Network")["Network.HostName"] == "front=door & co"
    for name in ("root.Properties.Firmware.Version", "root.Nothing"):
        with pytest.raises(VapixError, match="Error setting"):
            client.set_parameter(name, "x")
    with pytest.raises(VapixError, match="Error -1 getting"):
        client.parameters("root.Nothing")


@pytest.mark.parametrize("form", [{}, {"content": b"x", "headers": {"Content-Type": "text/plain"}},
                                  {"content": b"no form", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
                                  {"headers": {"Content-Type": "multipart/form-data"}}])
def test_upload_that_is_no_form_is_error_1(camera, form):
    answer = httpx.post(camera.url + "/axis-cgi/applications/upload.cgi", auth=httpx.DigestAuth("root", "doorlens"), **form)
    assert (answer.status_code, answer.text.strip()) in ((200, "Error: 1"), (200, "Error: 2"))


def test_connection_cut_in_an_upload_installs_nothing(camera, client):
    client.allow_unsigned()
    for after in (1, *range(0, len(package()), 4096)):
        camera.fault = f"cut-after:{after}"
        with pytest.raises(VapixError, match="cannot be reached"):
            client.upload(package())
    camera.fault = None
    assert client.applications() == {}
    client.upload(package())


def test_full_flash_is_error_3(camera, client):
    client.allow_unsigned()
    camera.fault = "flash-full"
    with pytest.raises(ApplicationError, match="flash is full"):
        client.upload(package())


def test_camera_without_power_does_not_answer_until_it_is_back(camera, client):
    client.allow_unsigned()
    client.upload(package())
    client.control("start", "hello")
    camera.fault = "power-cut:3"
    for _ in range(2):
        with pytest.raises(VapixError):
            client.upload(package(version="2.0.0"))
    camera.fault = None
    with pytest.raises(VapixError):
        client.applications()
    camera.power_on()
    assert (client.applications()["hello"].version, client.applications()["hello"].status) == ("1.0.0", "Running")
    client.upload(package(version="2.0.0"))
    assert client.applications()["hello"].version == "2.0.0"


def test_clock_that_was_never_set_is_on_the_pictures(camera):
    with httpx.Client(base_url=camera.url, auth=httpx.DigestAuth("root", "doorlens")) as client:
        assert float(client.get("/axis-cgi/jpg/image.cgi").headers["X-Timestamp"]) > 1e9
        camera.fault = "wrong-clock"
        assert float(client.get("/axis-cgi/jpg/image.cgi").headers["X-Timestamp"]) < 86400


def test_slow_processor_stops_the_application_most_of_the_time(camera, client):
    client.allow_unsigned()
    client.upload(package())
    client.control("start", "hello")
    pid = camera.applications.process("hello").pid
    camera.fault = "slow-cpu:20"

    def state():
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0]
    until(lambda: state() == "T")
    camera.fault = None
    until(lambda: all(state() == "S" for _ in range(20) if not time.sleep(0.01)))
    client.control("stop", "hello")


def test_pages_of_an_application_are_served_and_nothing_else(camera, client):
    client.allow_unsigned()
    client.upload(package())
    with httpx.Client(base_url=camera.url, auth=httpx.DigestAuth("root", "doorlens")) as http:
        assert http.get("/local/hello/index.html").text == "<h1>1.0.0</h1>"
        for path in ("/local/hello/..%2fmanifest.json", "/local/hello/", "/local/other/index.html", "/local/hello/api/x"):
            assert http.get(path).status_code == 404
    assert httpx.get(camera.url + "/local/hello/index.html").status_code == 401


def test_https_camera_is_pinned(tmp_path):
    from test_vapix import certificate
    applications = Applications(tmp_path / "flash", "x86_64")
    with SimulatedCamera(Plain(), applications=applications, certificate=certificate(tmp_path, "camera")) as camera:
        assert camera.url.startswith("https://")
        with AxisCamera(camera.url, "root", "doorlens", Pins(tmp_path / "pins.json")) as client:
            assert client.applications() == {}


def test_uploads_of_two_at_once_end_one_way_or_the_other(camera, client):
    client.allow_unsigned()
    outcomes = []

    def upload():
        with AxisCamera(camera.url, "root", "doorlens") as one:
            try:
                one.upload(package())
                outcomes.append("OK")
            except ApplicationError as error:
                outcomes.append(error.number)
    threads = [threading.Thread(target=upload) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 3 and "OK" in outcomes and set(outcomes) <= {"OK", 12}
    assert client.applications()["hello"].version == "1.0.0"


# The real package.

@pytest.mark.parametrize("architecture", ["x86_64", "armv7hf"])
def test_firmware_is_installed_set_up_and_takes_pictures(tmp_path, architecture):
    data = packages.firmware_package(tmp_path / "made", architecture).read_bytes()
    applications = Applications(tmp_path / "flash", architecture, allow_unsigned=True)
    with SimulatedCamera(Plain(), applications=applications) as camera, \
            AxisCamera(camera.url, "root", "doorlens") as client:
        client.upload(data)
        assert client.application_state() is None
        client.control("start", "doorlens")
        until(lambda: client.application_state() is not None, said=applications.process("doorlens").log_tail)
        assert client.application_state()[0] == "missing"
        settings = {"camera": "front", "source": {"type": "snapshot", "url": camera.url + "/axis-cgi/jpg/image.cgi",
                                                  "user": "root", "password": "doorlens", "interval_ms": 50},
                    "control": {"token": "a-long-token"}}
        with pytest.raises(VapixError, match="surprise"):
            client.put_settings(json.dumps(settings | {"surprise": 1}))
        client.put_settings(json.dumps(settings))
        until(lambda: camera.frames_served > 3, said=applications.process("doorlens").log_tail)
        assert client.application_state() == ("good", None)
        assert applications.process("doorlens").restarts == 1
