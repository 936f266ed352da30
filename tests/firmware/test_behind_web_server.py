"""The control API behind an Axis camera's web server: TLS, digest, then the token. The real package on the virtual camera."""

import json
import logging
import sys
from pathlib import Path

import httpx
import numpy
import pytest
from camera_model import make
from camera_server import picture
from click.testing import CliRunner

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "host"))
import packages  # noqa: E402
from test_vapix import certificate  # noqa: E402

from contract import api  # noqa: E402
from host_tools import keys, project, push  # noqa: E402
from host_tools.camera_client import CameraClient, connect  # noqa: E402
from host_tools.commands import cameras, flash, ingest  # noqa: E402
from host_tools.commands import push as push_command  # noqa: E402
from host_tools.errors import CameraError  # noqa: E402
from host_tools.simcam import Applications, SimulatedCamera  # noqa: E402
from host_tools.vapix import Pins  # noqa: E402

USER_PASSWORD, KEY_PASSWORD, TOKEN = "an administrator's password", "the signing key's password", "token-of-the-control-api"
DARK, BRIGHT = 20, 200


class View:
    """A source of one picture, whatever the time."""

    name, start_ms, end_ms, times = "view", 1_772_360_430_500, None, None
    grey = DARK

    def jpeg(self, time_ms, size, quality):
        return picture(self.grey)

    def truth(self, time_ms):
        return None


class Site:
    """A camera with the package, reached over HTTPS, and the project that it belongs to. What commands say is in `said`."""

    def __init__(self, folder):
        self.folder, self.said, self.view = folder, [], View()
        self.door = folder / "door"
        self.applications = Applications(folder / "flash", "x86_64")
        self.certificate = certificate(folder, "camera")
        self.camera = self.virtual_camera().start()
        project.create(self.door, "front door", ["closed", "open"])
        keys.create(self.door, KEY_PASSWORD)
        self.file = folder / "model.safetensors"
        self.flash()

    def virtual_camera(self, port=0, pem=None):
        return SimulatedCamera(self.view, "root", USER_PASSWORD, port=port, applications=self.applications,
                               certificate=pem or self.certificate)

    def flash(self):
        update = {"key": keys.public_hex(self.door), "product": "front-door", "trial_frames": 10}
        source = {"type": "snapshot", "url": self.camera.url + "/axis-cgi/jpg/image.cgi", "user": "root", "password": USER_PASSWORD,
                  "interval_ms": 20}
        settings = {"camera": "front", "source": source, "control": {"token": TOKEN}, "update": update, "log": {"level": "debug"},
                    "sampler": {"strategy": "simple", "period_s": 0.05}}
        (self.folder / "settings.json").write_text(json.dumps(settings))
        self.run(flash.command, self.camera.url, "--package", packages.firmware_package(self.folder / "made"), "--allow-unsigned",
                 "--settings", self.folder / "settings.json", "--name", "front")

    def run(self, command, *arguments, fails=None):
        environment = {"DOORLENS_CAMERA_PASSWORD": USER_PASSWORD, keys.PASSWORD_VARIABLE: KEY_PASSWORD, "COLUMNS": "160"}
        words = [str(word) for word in arguments] + ["--project", str(self.door)] * (command is not ingest.command)
        result = CliRunner(env=environment).invoke(command, words)
        self.said += [result.output, str(result.exception)]
        assert isinstance(result.exception, fails or type(None)), (result.output, result.exception)
        return result.output

    @property
    def known(self):
        return project.Project.open(self.door).cameras["front"]

    def client(self):
        return connect(self.door, self.known)

    def http(self, **options):
        return httpx.Client(base_url=self.camera.url, verify=Pins(self.door / "pins.json").context("https 127.0.0.1:%d" % self.camera.port),
                            trust_env=False, **options)

    @property
    def log(self):
        return (self.folder / "flash/logs/doorlens.log").read_text()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    packages.firmware_package(tmp_path_factory.mktemp("skips"))
    site = Site(tmp_path_factory.mktemp("site"))
    yield site
    site.camera.stop()


def filled(sequence):
    """A model file of several pieces."""
    def change(spec, tensors):
        tensors["filler"] = numpy.random.default_rng(sequence).integers(0, 256, 150000).astype(numpy.uint8)
    return make(sequence, change)


def update_of(site, sequence):
    return push.Update(keys.sign(filled(sequence), 1, sequence, "front-door", keys.load(site.door, KEY_PASSWORD)))


def test_every_command_works_over_https_and_no_log_or_output_has_a_secret(site, caplog):
    caplog.set_level(logging.DEBUG)
    assert (site.known.url, site.known.user) == (site.camera.url, "root") and site.known.url.startswith("https://")
    site.file.write_bytes(filled(3))
    assert "front" in site.run(push_command.command, site.file)
    listed = json.loads(site.run(cameras.command, "--json"))
    assert [(one["name"], one["error"], one["state"], one["model"]) for one in listed] == [("front", None, "closed", 3)]
    site.run(ingest.command, site.door)
    pictures = list(site.door.glob("frames/**/*.jpg"))
    assert pictures and {file.read_bytes() for file in pictures} == {picture(DARK)}, "the camera's own bytes, through the proxy"
    site.run(cameras.command, "add", "again", site.camera.url, "--user", "root", "--token", TOKEN)
    site.run(cameras.command, "remove", "again")
    with CameraClient(site.camera.url, TOKEN + "x", user="root", password=USER_PASSWORD, pins=Pins(site.door / "pins.json")) as wrong, \
            pytest.raises(CameraError) as refused:
        wrong.status()
    with site.client() as client:
        texts = [site.log, caplog.text, str(refused.value), *site.said, json.dumps([client.status(), client._json("GET", api.METRICS)])]
    for secret in (TOKEN, USER_PASSWORD, KEY_PASSWORD):
        assert not any(secret in text for text in texts), secret
    assert "model" in site.log and caplog.text, "there was something to look through"


def test_wrong_token_is_the_application_s_refusal(site):
    with CameraClient(site.camera.url, "wrong-token", user="root", password=USER_PASSWORD, pins=Pins(site.door / "pins.json")) as client, \
            pytest.raises(CameraError, match="refuses the token") as refused:
        client.status()
    assert refused.value.code == "unauthorized"


def counted(site):
    with site.client() as client:
        return client._json("GET", api.METRICS)["http_requests"]


@pytest.mark.parametrize("sign", [None, httpx.DigestAuth("root", "wrong"), httpx.BasicAuth("root", USER_PASSWORD)])
def test_nothing_reaches_the_application_without_the_camera_s_own_user(site, sign):
    before = counted(site)
    with site.http(headers={api.TOKEN_HEADER: TOKEN}, auth=sign) as http:
        for method, path in (("GET", api.STATUS), ("PUT", api.UPDATE + "?offset=0"), ("DELETE", api.UPDATE)):
            answer = http.request(method, api.BEHIND + path, content=b"x" if method == "PUT" else None)
            assert answer.status_code == 401 and "digest" in answer.headers["WWW-Authenticate"].lower()
    assert counted(site) == before + 1


def test_wrong_password_and_missing_user_are_sentences(site):
    pins = Pins(site.door / "pins.json")
    for user, password, word in (("root", "wrong", "refuses user root or the password"), ("", "", "asks for a user")):
        with CameraClient(site.camera.url + ("" if user else api.BEHIND), TOKEN, user=user, password=password, pins=pins) as client, \
                pytest.raises(CameraError, match=word) as refused:
            client.status()
        assert refused.value.code == "unauthorized", "asking again is of no use"


def test_whole_answers_and_refusals_come_through_as_they_are(site):
    with site.client() as client:
        for method, path, code in (("GET", "/nothing", "not_found"), ("PATCH", api.STATUS, "method_not_allowed"),
                                   ("PUT", api.UPDATE + "?offset=x", "bad_request")):
            with pytest.raises(CameraError) as refused:
                client._request(method, path, content=b"x" if method == "PUT" else None)
            assert refused.value.code == code
        with pytest.raises(CameraError) as refused:
            client.put_update(0, bytes(api.MAX_PIECE_BYTES + 1))
        assert refused.value.code == "too_large"


def test_status_page_comes_through_for_the_camera_s_own_user_and_asks_for_the_token_itself(site):
    with site.http(auth=httpx.DigestAuth("root", USER_PASSWORD)) as http:
        for path in (api.HOME, api.PAGE):
            answer = http.get(api.BEHIND + path)
            assert answer.status_code == 200 and answer.headers["Content-Type"] == "text/html; charset=utf-8"
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert '"api/v1/"' in answer.text and '"/api' not in answer.text, "paths are relative to the page's own"
        assert http.get(api.BEHIND + api.STATUS).status_code == 401
        assert http.get(api.BEHIND + api.PROMETHEUS, headers={api.TOKEN_HEADER: TOKEN}).text.startswith("# HELP doorlens_")
    with site.http() as http:
        assert http.get(api.BEHIND + api.PAGE).status_code == 401


@pytest.mark.parametrize("cut", [1, 40000, api.MAX_PIECE_BYTES - 1])
def test_upload_cut_in_the_middle_is_gone_on_with(site, cut):
    update, size = update_of(site, 100 + cut), api.MAX_PIECE_BYTES

    class Cut(Exception):
        pass

    def some():
        yield update.data[size:size + cut]
        raise Cut
    with site.client() as client:
        client.drop_update()
        assert client.put_update(0, update.data[:size])["have"] == size
        with site.http(headers={api.TOKEN_HEADER: TOKEN}, auth=httpx.DigestAuth("root", USER_PASSWORD)) as http:
            assert http.get(api.BEHIND + api.STATUS).status_code == 200, "now the digest's challenge is known"
            with pytest.raises(Cut):
                http.put(f"{api.BEHIND}{api.UPDATE}?offset={size}", content=some(), headers={"Content-Length": str(size)})
        assert client.update()["have"] == size, "a piece counts when it is whole"
        assert push.push(client, update).result == push.CONFIRMED
        assert client.model()["sequence"] == 100 + cut


def test_application_that_is_down_is_said_to_be_down(site):
    site.applications.control("stop", "doorlens")
    try:
        with site.client() as client, pytest.raises(CameraError, match=r"does not answer \(503\)") as down:
            client.status()
        assert down.value.code is None, "it may come back"
        assert "503" in site.run(cameras.command)
        with site.http(headers={api.TOKEN_HEADER: TOKEN}) as http:
            assert http.get(api.BEHIND + api.STATUS).status_code == 401, "the camera's web server asks first"
    finally:
        site.applications.control("start", "doorlens")


def test_another_certificate_than_the_first_time_is_refused_before_anything_is_sent(site, tmp_path):
    port = site.camera.port
    site.camera.stop()
    try:
        with site.virtual_camera(port, certificate(tmp_path, "other")), site.client() as client:
            with pytest.raises(CameraError, match="another certificate or key than the first time") as refused:
                client.status()
            assert refused.value.code == "pin" and "\n" not in str(refused.value)
            assert "another certificate" in site.run(cameras.command)
            outcome = push.push(client, update_of(site, 200000))
            assert outcome.result == push.UNREACHABLE and "another certificate" in outcome.reason
    finally:
        site.camera = site.virtual_camera(port).start()
