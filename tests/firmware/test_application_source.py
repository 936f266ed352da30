"""The frame loop against cameras that misbehave, in the built firmware."""

import datetime
import ssl

import pytest
from camera_process import CameraProcess
from camera_server import PASSWORD, STREAM, USER, CameraServer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

MAX_FRAME = 200000


@pytest.fixture(scope="module")
def server():
    with CameraServer() as running:
        yield running


@pytest.fixture(scope="module", params=["x86_64", "armv7"])
def camera(request, server, tmp_path_factory):
    server.auth = None
    server.behaviour = "good"
    source = {"type": "snapshot", "url": server.url(), "interval_ms": 20, "timeout_s": 1, "max_frame_bytes": MAX_FRAME,
              "user": USER, "password": PASSWORD}
    with CameraProcess(tmp_path_factory.mktemp("snapshot"), {"source": source}, request.param) as running:
        running.wait_frames()
        yield running


@pytest.fixture(autouse=True)
def well_behaved(server):
    server.behaviour, server.auth = "good", None
    yield
    server.behaviour, server.auth = "good", None


@pytest.mark.parametrize(("behaviour", "line"), [
    ("refused", "status 401: the camera refuses source.user or source.password"),
    ("error", "status 500 Internal Server Error"),
    ("silent", "no answer in time"),
    ("stalled", "no answer in time, in the middle of a frame"),
    ("half", "the camera closed the connection after "),
    ("not_http", "the camera's answer is not HTTP"),
])
def test_failing_camera_is_said_in_one_line_and_frames_go_on_afterwards(camera, server, behaviour, line):
    before = len(camera.log)
    server.behaviour = behaviour
    camera.wait_count("source_errors")
    camera.wait_log(f"warning source: {line}", before)
    assert "Traceback" not in camera.log
    server.behaviour = "good"
    camera.wait_frames()
    camera.wait_log("frames arrive again", before)


@pytest.mark.parametrize("behaviour", ["half", "stalled"])
def test_half_a_frame_is_dropped_and_counted(camera, server, behaviour):
    before = camera.metrics
    server.behaviour = behaviour
    camera.wait_count("frames_cut")
    server.behaviour = "good"
    camera.wait_frames()
    assert camera.metrics["frames_broken"] == before["frames_broken"], "half a frame must not be decoded"


@pytest.mark.parametrize("behaviour", ["truncated", "empty", "not_jpeg", "100_megapixels"])
def test_bad_picture_is_counted_and_the_next_good_one_is_used(camera, server, behaviour):
    before, restarts = len(camera.log), camera.metrics["task_restarts"]
    server.behaviour = behaviour
    camera.wait_count("frames_broken", 3)
    frames = camera.metrics["frames"]
    camera.wait_count("frames_broken", 3)
    assert camera.metrics["frames"] == frames
    assert camera.log[before:].count("warning frame: dropped: ") == 1, "one line, however many frames"
    server.behaviour = "good"
    camera.wait_frames()
    assert camera.metrics["task_restarts"] == restarts and "Traceback" not in camera.log


def test_frame_larger_than_the_buffer_is_dropped_and_counted(camera, server):
    server.behaviour = "too_large"
    camera.wait_count("frames_too_large")
    server.behaviour = "good"
    camera.wait_frames()


@pytest.mark.parametrize(("behaviour", "counter", "line"), [
    ("blank", "frames_blank", "pictures are of one grey; they are not kept"),
    ("other_sizes", "frame_size_changes", "the pictures' size changes"),
])
def test_odd_pictures_are_one_line_and_a_count_and_frames_go_on(camera, server, behaviour, counter, line):
    before, restarts = len(camera.log), camera.metrics["task_restarts"]
    server.behaviour = behaviour
    camera.wait_count(counter, 4)
    assert camera.log[before:].count(line) <= 1 and line in camera.log, "one line, however many frames"
    server.behaviour = "good"
    camera.wait_frames()
    assert camera.metrics["task_restarts"] == restarts and "Traceback" not in camera.log


def test_times_that_jump_are_one_line_and_a_count_and_sampling_goes_on(server, tmp_path):
    source = {"type": "snapshot", "url": server.url(), "interval_ms": 20, "clock": "header"}
    try:
        server.time_ms = 1772360430500
        with CameraProcess(tmp_path, {"source": source, "sampler": {"strategy": "simple", "period_s": 0.01}}) as camera:
            for jump_ms in (-86_400_000, 90_000_000, 3_600_000, -5000):
                camera.wait_frames()
                server.time_ms += jump_ms
                camera.wait_count("time_jumps")
            kept = camera.status["spool"]["samples"]
            server.time_ms += 1000
            camera.wait("samples are kept", lambda: camera.status["spool"]["samples"] > kept)
            assert camera.log.count("the frames' time jumps") == 1 and camera.metrics["task_restarts"] == 0
    finally:
        server.time_ms = None


@pytest.mark.parametrize("behaviour", ["chunked", "old"])
def test_every_way_to_end_a_body_is_understood(camera, server, behaviour):
    before = camera.metrics
    server.behaviour = behaviour
    camera.wait_frames(5)
    after = camera.metrics
    assert [after[name] - before[name] for name in ("frames_broken", "source_errors")] == [0, 0]


@pytest.mark.parametrize("auth", ["basic", "digest", "sha-256"])
def test_authentication_succeeds(camera, server, auth):
    server.auth = auth
    camera.wait_frames(5)


def test_digest_keeps_connection_and_nonce_and_counts_up(camera, server):
    server.auth = "digest"
    camera.wait_frames()
    server.connections.clear()
    challenges = server.challenges
    camera.wait_frames(10)
    assert len(server.connections) == 1 and server.challenges == challenges
    newest = list(server.nonces.values())[-1]
    assert len(newest) >= 10 and newest == list(range(1, len(newest) + 1))


def test_digest_survives_a_nonce_that_expires(camera, server):
    server.auth, server.expire_after = "digest", 3
    try:
        errors = camera.metrics["source_errors"]
        camera.wait_frames(12)
        assert camera.metrics["source_errors"] == errors
    finally:
        server.expire_after = 0


@pytest.fixture(scope="module")
def stream_camera(server, tmp_path_factory):
    server.behaviour, server.auth = "stream", None
    source = {"type": "mjpeg", "url": server.url(STREAM), "timeout_s": 2, "max_frame_bytes": MAX_FRAME}
    with CameraProcess(tmp_path_factory.mktemp("stream"), {"source": source}) as running:
        yield running


@pytest.mark.parametrize("dialect", [
    {"boundary": "mark", "quoted": False, "dashes": False, "length": True, "preamble": b""},
    {"boundary": "my mark", "quoted": True, "dashes": False, "length": True, "preamble": b"\r\n"},
    {"boundary": "mark", "quoted": False, "dashes": True, "length": True, "preamble": b"hello\r\n\r\n"},
    {"boundary": "mark", "quoted": False, "dashes": False, "length": False, "preamble": b""},
    {"boundary": "a-very-long-boundary-0123456789", "quoted": True, "dashes": True, "length": False, "preamble": b"\r\n"},
])
def test_stream_is_understood_in_every_dialect(stream_camera, server, dialect):
    server.dialect, server.behaviour = dialect, "stream"
    before = stream_camera.metrics["frames_broken"]
    stream_camera.wait_frames(1)
    stream_camera.wait_frames(5)
    assert stream_camera.metrics["frames_broken"] == before


def test_stream_cut_inside_a_frame_is_counted_and_opened_again(stream_camera, server):
    server.behaviour = "stream"
    stream_camera.wait_frames()
    server.behaviour = "stream_cut"
    stream_camera.wait_count("frames_cut")
    server.behaviour = "stream"
    stream_camera.wait_frames(3)


def test_snapshot_in_place_of_a_stream_is_said(stream_camera, server):
    before = len(stream_camera.log)
    server.behaviour = "good"
    stream_camera.wait_log("the camera sends image/jpeg, not a multipart stream", before)


def own_certificate(folder):
    """A server's context with a certificate that it signed itself, as cameras have."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.timezone.utc)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "camera")])
    made = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(1).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1)).sign(key, hashes.SHA256()))
    (folder / "key.pem").write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    (folder / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return context


def test_frames_come_over_https_and_go_on_after_a_failure(tmp_path):
    with CameraServer(own_certificate(tmp_path)) as server:
        server.auth = "digest"
        source = {"type": "snapshot", "url": server.url(), "interval_ms": 20, "timeout_s": 2, "user": USER, "password": PASSWORD}
        with CameraProcess(tmp_path / "camera", {"source": source}) as camera:
            camera.wait_frames(10)
            assert camera.metrics["source_errors"] == 0
            server.behaviour = "half"
            camera.wait_count("frames_cut")
            server.behaviour = "good"
            camera.wait_frames(5)
