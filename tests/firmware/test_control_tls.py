"""The control API of a camera that is no Axis camera, over TLS with a certificate of its own."""

import contextlib
import json
import os
import re
import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import numpy
import pytest
from camera_model import make
from camera_process import TOKEN, CameraProcess
from camera_server import picture
from signed_camera import KEY, PRODUCT, TRIAL_FRAMES, signed

from contract import api
from host_tools import push
from host_tools.camera_client import CameraClient, connect
from host_tools.errors import CameraError
from host_tools.flash import certificate
from host_tools.project import CameraSettings
from host_tools.vapix import Pins, default_pins


class TlsCamera(CameraProcess):
    """A SignedCamera that looks at a folder, and whose control API has a certificate."""

    def __init__(self, folder, pem=None, architecture="x86_64"):
        super().__init__(folder, {
            "source": {"type": "folder", "path": "pictures", "interval_ms": 20},
            "update": {"key": KEY.public_hex, "product": PRODUCT, "trial_frames": TRIAL_FRAMES},
            "sampler": {"strategy": "simple", "period_s": 0.1}}, architecture)
        (self.folder / "pictures").mkdir()
        (self.folder / "pictures" / "dark.jpg").write_bytes(picture(20))
        self.pem = certificate.make() if pem is None else pem
        (self.folder / "control.pem").write_bytes(self.pem)
        self.settings["control"]["certificate"] = "control.pem"
        (self.folder / "settings.json").write_text(json.dumps(self.settings))
        self.url = f"https://127.0.0.1:{self.port}"
        self.pins = Pins(self.folder / "pins.json")
        self._http = httpx.Client(base_url=self.url, verify=self.pins.context(f"https 127.0.0.1:{self.port}"), trust_env=False,
                                  timeout=30, headers={api.TOKEN_HEADER: TOKEN})

    def client(self, token=TOKEN, pins=None):
        return CameraClient(self.url, token, pins=pins or self.pins)


@pytest.fixture(scope="module")
def camera(tmp_path_factory):
    with TlsCamera(tmp_path_factory.mktemp("camera") / "localdata") as running:
        yield running


def large(sequence):
    def change(spec, tensors):
        tensors["filler"] = numpy.random.default_rng(sequence).integers(0, 256, 150000).astype(numpy.uint8)
    return push.Update(signed(sequence, make(sequence, change)))


def test_certificate_of_the_host_is_what_the_camera_shows(camera, tmp_path):
    pins = default_pins(tmp_path)
    pins.expect(f"https 127.0.0.1:{camera.port}", certificate.shown(camera.pem))
    with connect(tmp_path, CameraSettings(camera.url, TOKEN)) as client:
        assert client.status()["camera"] == "door"


def test_model_is_pushed_and_samples_come_whole(camera):
    with camera.client() as client:
        assert push.push(client, large(1)).result == push.CONFIRMED and client.model()["sequence"] == 1
        record = next(iter(client.samples()))
        assert client.picture(record["id"]) == picture(20)
        client.delete(record["id"])
    assert "listening on 127.0.0.1:%d, TLS" % camera.port in camera.log


def test_pieces_of_64_kilobytes_and_refusals_pass(camera):
    update = large(2)
    with camera.client() as client:
        client.drop_update()
        assert client.put_update(0, update.data[:65536])["have"] == 65536
        with pytest.raises(CameraError) as refused:
            client.put_update(65536, bytes(65537))
        assert refused.value.code == "too_large"
        with camera.client(TOKEN + "x") as wrong, pytest.raises(CameraError, match="refuses the token"):
            wrong.status()
        assert push.push(client, update).result == push.CONFIRMED, "gone on with at 64 KiB"


def test_other_certificate_is_refused_before_the_token_is_sent(camera, tmp_path):
    pins = Pins(tmp_path / "pins.json")
    pins.expect(f"https 127.0.0.1:{camera.port}", certificate.shown(certificate.make()))
    before = camera.metrics["http_requests"]
    with camera.client(pins=pins) as client, pytest.raises(CameraError, match="another certificate"):
        client.status()
    assert camera.metrics["http_requests"] == before + 1


def descriptors(camera):
    return len(os.listdir(f"/proc/{camera.process.pid}/fd"))


def test_plain_http_and_rubbish_get_no_answer_and_frames_go_on(camera):
    open_files = descriptors(camera)
    for _ in range(5):
        for first in (b"GET /api/v1/status HTTP/1.1\r\nX-Doorlens-Token: " + TOKEN.encode() + b"\r\n\r\n",
                      b"\x16\x03\x01\x00\x05hello", bytes(5000), b""):
            answer = b""
            with socket.create_connection(("127.0.0.1", camera.port), 10) as connection, contextlib.suppress(ConnectionResetError):
                connection.sendall(first)
                connection.shutdown(socket.SHUT_WR)
                while piece := connection.recv(4096):
                    answer += piece
            assert b"HTTP/1" not in answer and len(answer) < 100, "an alert at most"
    camera.wait_frames()
    camera.wait("they are closed there too", lambda: descriptors(camera) <= open_files)
    assert "Traceback" not in camera.log


def test_connections_that_never_shake_hands_do_not_keep_others_out_for_long(camera):
    silent = [socket.create_connection(("127.0.0.1", camera.port), 10) for _ in range(5)]
    with camera.client() as client:
        assert client.status()["camera"] == "door"
    for one in silent:
        one.close()


def test_connection_cut_at_any_byte_of_the_handshake_harms_nobody(camera):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    for cut in (1, 5, 50, 200, 400):
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        hello = context.wrap_bio(incoming, outgoing)
        with pytest.raises(ssl.SSLWantReadError):
            hello.do_handshake()
        with socket.create_connection(("127.0.0.1", camera.port), 10) as connection:
            connection.sendall(outgoing.read()[:cut])
    camera.wait_frames()
    with camera.client() as client:
        assert client.status()["camera"] == "door"


def test_memory_is_where_it_was_after_many_connections(camera):
    def connections(number):
        for _ in range(number):
            with camera.client() as client:
                client.status()

    def resident():
        with open(f"/proc/{camera.process.pid}/status") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1])
    connections(20)
    before, heap = resident(), camera.metrics["heap_used"]
    with ThreadPoolExecutor(2) as together:
        for done in [together.submit(connections, 20) for _ in range(2)]:
            done.result()
    assert resident() - before < 600 and camera.metrics["heap_used"] - heap < 600000, "two at a time, garbage below the collector's limit"


@pytest.mark.parametrize("spoil", [lambda file: file.unlink(), lambda file: file.write_bytes(b"no"),
                                   lambda file: file.write_bytes(file.read_bytes()[:300])])
def test_without_its_certificate_nothing_is_served_in_the_clear(tmp_path, spoil):
    camera = TlsCamera(tmp_path / "localdata")
    spoil(camera.folder / "control.pem")
    camera.answers = lambda: "cannot listen" in camera.log
    with camera:
        time.sleep(0.3)
        with pytest.raises(OSError):
            socket.create_connection(("127.0.0.1", camera.port), 2).close()
        assert TOKEN not in camera.log and "PRIVATE" not in camera.log and "Traceback" not in camera.log


def test_armv7_speaks_tls_too(tmp_path):
    with TlsCamera(tmp_path / "localdata", architecture="armv7") as camera:
        for _ in range(2):
            with camera.client() as client:
                assert client.status()["camera"] == "door"
        for secret in (TOKEN, *camera.pem.decode().split("-----")[-3].split()):
            assert secret not in camera.log


def test_source_whose_handshake_fails_leaves_no_file_open(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        def rubbish():
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" + bytes(5000))
                    connection.recv(4096)
                    connection.close()
        threading.Thread(target=rubbish, daemon=True).start()
        source = {"type": "snapshot", "url": f"https://127.0.0.1:{server.getsockname()[1]}/", "interval_ms": 20}
        with CameraProcess(tmp_path / "camera", {"source": source}) as camera:
            camera.wait_count("source_errors", 1)
            before = descriptors(camera)
            camera.wait_count("source_errors", 2)
            assert descriptors(camera) <= before
