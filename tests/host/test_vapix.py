"""The VAPIX client against answers in the shapes of Axis's documentation and of the public tests of other clients."""

import asyncio
import ipaddress
import json
import re
import socket
import ssl
import threading
from datetime import datetime, timedelta

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from host_tools.vapix import ApplicationError, AxisCamera, PinError, Pins, VapixError, answers
from host_tools.vapix.errors import TOO_FULL, UNSIGNED

LIST = """<reply result="ok">
 <application Name="doorlens" NiceName="Doorlens" Vendor="Doorlens developers" Version="0.1.0" License="None" Status="Running"
  ConfigurationPage="local/doorlens/index.html" VendorHomePage="&lt;a href=&quot;x&quot;&gt;x&lt;/a&gt;"/>
 <application Name="vmd" Version="4.4-1" Status="Stopped"/>
</reply>"""


def camera(handler):
    return AxisCamera("http://camera", "root", "pass", transport=httpx.MockTransport(handler))


def answering(text, status=200, **headers):
    return camera(lambda request: httpx.Response(status, text=text, headers=headers))


def test_list_is_read_with_and_without_optional_attributes():
    found = answering(LIST).applications()
    assert (found["doorlens"].version, found["doorlens"].status) == ("0.1.0", "Running")
    assert found["vmd"].version == "4.4-1" and found["vmd"].vendor == ""


@pytest.mark.parametrize("text", ['<reply result="ok"/>', '<reply result="ok">\r\n</reply>\r\n', '<?xml version="1.0"?><reply result="ok"></reply>'])
def test_empty_list_is_empty(text):
    assert answering(text).applications() == {}


@pytest.mark.parametrize("text, word", [("<html>", "not the XML"), ("<html/>", "<html>"), ("", "not the XML"),
                                        ('<reply result="error"><error type="10" message="no disk"/></reply>', "no disk")])
def test_list_that_is_none_is_one_sentence(text, word):
    with pytest.raises(VapixError, match=word):
        answering(text).applications()


@pytest.mark.parametrize("number, word", [(1, "make package"), (2, "--allow-unsigned"), (3, "flash is full"), (5, "processor"),
                                          (10, "system log"), (12, "wait a minute"), (13, "system user"), (99, "error 99")])
def test_upload_errors_come_with_status_200_and_become_sentences(number, word):
    with pytest.raises(ApplicationError, match=word) as refused:
        answering(f"Error: {number}\n").upload(b"package")
    assert refused.value.number == number


def test_error_numbers_that_the_command_acts_on():
    assert (UNSIGNED, TOO_FULL) == (2, 3)


@pytest.mark.parametrize("action, number, word", [("start", 4, "no such application"), ("start", 6, "running already"),
                                                  ("stop", 7, "not running"), ("start", 8, "could not start"),
                                                  ("start", 9, "too many"), ("remove", 10, "system log")])
def test_control_errors_name_action_and_application(action, number, word):
    with pytest.raises(ApplicationError, match=f"cannot {action} doorlens: .*{word}"):
        answering(f"Error: {number}").control(action, "doorlens")


@pytest.mark.parametrize("body", ["OK", "OK\n", "OK\r\n"])
def test_ok_is_ok(body):
    answering(body).upload(b"package")
    answering(body).control("start", "doorlens")


def test_upload_that_is_answered_by_a_page_is_no_success():
    with pytest.raises(VapixError, match="neither took nor refused"):
        answering("<html>busy</html>").upload(b"package")


def test_package_is_sent_as_multipart_with_its_length_and_progress():
    seen, steps = [], []

    def handler(request):
        seen.append((request.headers, request.read()))
        return httpx.Response(200, text="OK")
    data = bytes(range(256)) * 200
    camera(handler).upload(data, "Doorlens.eap", steps.append)
    headers, body = seen[0]
    boundary = headers["Content-Type"].partition("boundary=")[2].encode()
    head, _, rest = body.partition(b"\r\n\r\n")
    assert int(headers["Content-Length"]) == len(body)
    assert head.startswith(b"--" + boundary) and b'filename="Doorlens.eap"' in head
    assert rest == data + b"\r\n--" + boundary + b"--\r\n"
    assert steps == sorted(steps) and steps[-1] == len(data) and len(steps) > 2


def test_challenge_during_the_upload_sends_the_package_again_whole():
    bodies = []

    def handler(request):
        bodies.append(request.read())
        if "Authorization" in request.headers:
            return httpx.Response(200, text="OK")
        return httpx.Response(401, headers={"WWW-Authenticate": 'Digest realm="AXIS", nonce="n", algorithm=MD5, qop="auth"'})
    camera(handler).upload(b"x" * 50000)
    assert len(bodies) == 2 and bodies[0] == bodies[1]


def test_allow_unsigned_is_read_and_set():
    def handler(request):
        value = request.url.params.get("value", "false")
        return httpx.Response(200, text=f'<reply result="ok"><param name="AllowUnsigned" value="{value}"/></reply>')
    with camera(handler) as one:
        assert one.allows_unsigned() is False
        one.allow_unsigned()
    with pytest.raises(VapixError, match="does not change"):
        answering('<reply result="ok"><param name="AllowUnsigned" value="false"/></reply>').allow_unsigned()


def test_camera_before_allow_unsigned_is_no_error():
    assert answering("", 404).allows_unsigned() is None


def test_what_the_camera_is_comes_from_basicdeviceinfo():
    properties = {"Architecture": "armv7hf", "ProdFullName": "AXIS M1065-LW Network Camera", "Version": "9.80.1",
                  "SerialNumber": "ACCC8E012345", "Soc": "Axis Artpec-6"}
    info = answering(json.dumps({"apiVersion": "1.1", "data": {"propertyList": properties}})).info()
    assert info == answers.DeviceInfo("AXIS M1065-LW Network Camera", "armv7hf", "9.80.1", "ACCC8E012345")


def test_old_camera_says_what_it_is_in_parameters():
    def handler(request):
        if request.url.path.endswith("basicdeviceinfo.cgi"):
            return httpx.Response(404)
        return httpx.Response(200, text="root.Brand.ProdFullName=AXIS Q7401\nroot.Properties.Firmware.Version=5.51.1.1\n"
                                        "root.Properties.System.Architecture=mips\nroot.Properties.System.SerialNumber=00408C\n")
    assert camera(handler).info() == answers.DeviceInfo("AXIS Q7401", "mips", "5.51.1.1", "00408C")


def test_value_with_an_equals_sign_stays_whole():
    assert answers.parameters("root.A.B=x=y&z\r\nroot.A.C=\n") == {"A.B": "x=y&z", "A.C": ""}


def test_parameter_errors_are_sentences():
    with pytest.raises(VapixError, match="Error getting"):
        answering("# Error: Error getting param in group 'root.X'\n").parameters("X")
    with pytest.raises(VapixError, match="Error setting"):
        answering("# Error: Error setting 'root.X' to 'y'!\n").set_parameter("root.X", "y")
    answering("OK").set_parameter("root.X", "y")


@pytest.mark.parametrize("status, word", [(401, "refuses user root"), (403, "administrator"), (404, "very old"), (500, "500")])
def test_http_errors_are_sentences(status, word):
    with pytest.raises(VapixError, match=word):
        answering("", status).applications()


def test_redirect_names_the_other_address():
    with pytest.raises(VapixError, match="https://camera/list"):
        answering("", 301, Location="https://camera/list").applications()


@pytest.mark.parametrize("url", ["camera", "ftp://camera", "http://", "192.168.1.1:80"])
def test_address_that_is_none(url):
    with pytest.raises(VapixError, match="not an address"):
        AxisCamera(url, "root", "pass")


@pytest.mark.parametrize("fault", [httpx.ConnectError("refused"), httpx.ReadTimeout("slow"), httpx.RemoteProtocolError("cut")])
def test_network_trouble_is_one_sentence(fault):
    def handler(request):
        raise fault
    with pytest.raises(VapixError, match="http://camera") as failed:
        camera(handler).applications()
    assert "\n" not in str(failed.value)


def test_password_is_in_no_message():
    for text, status in (("", 401), ("Error: 2", 200), ("x", 500)):
        with pytest.raises(VapixError) as failed:
            AxisCamera("http://camera", "root", "s3cr3t-word",
                       transport=httpx.MockTransport(lambda request: httpx.Response(status, text=text))).upload(b"")
        assert "s3cr3t-word" not in str(failed.value)


# Pins.

def certificate(folder, name):
    """The path of a PEM file with a new self-signed certificate, expired like those of cameras without a clock."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signed = (x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
              .serial_number(x509.random_serial_number()).not_valid_before(datetime(2000, 1, 1))
              .not_valid_after(datetime(2000, 1, 1) + timedelta(days=3))
              .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
              .sign(key, hashes.SHA256()))
    path = folder / (name + ".pem")
    path.write_bytes(signed.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return path


class TlsServer:
    """Answers every request of every connection with an empty list of applications; `requests` is what it was sent."""

    def __init__(self, pem, port=0):
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(pem)
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port, self.requests = self._listener.getsockname()[1], []
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def _serve(self):
        while True:
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            try:
                with self._context.wrap_socket(plain, server_side=True) as stream:
                    self.requests.append(stream.recv(4096))
                    body = b'<reply result="ok"/>'
                    stream.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            except OSError:
                pass

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *exception):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()


def test_certificate_of_the_first_time_is_the_only_one_trusted(tmp_path):
    pins = Pins(tmp_path / "state" / "pins.json")
    with TlsServer(certificate(tmp_path, "camera")) as server:
        url = f"https://127.0.0.1:{server.port}"
        for _ in range(2):
            with AxisCamera(url, "root", "pass", pins) as one:
                assert one.applications() == {}
    known = json.loads((tmp_path / "state" / "pins.json").read_text())
    assert list(known) == [f"https 127.0.0.1:{server.port}"] and re.fullmatch("[0-9a-f]{64}", *known.values())
    with TlsServer(certificate(tmp_path, "other"), server.port) as other, AxisCamera(url, "root", "pass", pins) as one:
        with pytest.raises(PinError, match="between you and the camera"):
            one.applications()
        assert [data for data in other.requests if data] == [], "nothing was sent to the stranger"
    assert json.loads((tmp_path / "state" / "pins.json").read_text()) == known


def test_https_without_pins_verifies_as_usual(tmp_path):
    with TlsServer(certificate(tmp_path, "camera")) as server:
        with AxisCamera(f"https://127.0.0.1:{server.port}", "root", "pass") as one, pytest.raises(VapixError, match="certificate"):
            one.applications()


def test_connection_that_cannot_be_checked_is_not_made(tmp_path):
    async def get(url, context):
        async with httpx.AsyncClient(verify=context, trust_env=False) as client:
            await client.get(url)
    pins = Pins(tmp_path / "pins.json")
    with TlsServer(certificate(tmp_path, "camera")) as server, pytest.raises(PinError, match="asyncio .* cannot be checked"):
        asyncio.run(get(f"https://127.0.0.1:{server.port}", pins.context("https camera:443")))
    assert server.requests == [] and not pins.path.exists()


@pytest.mark.parametrize("content", ["{", "[]"])
def test_damaged_pins_are_not_trusted_anew(tmp_path, content):
    (tmp_path / "pins.json").write_text(content)
    with pytest.raises(PinError, match="pins.json"):
        Pins(tmp_path / "pins.json").check("https camera:443", b"certificate")
