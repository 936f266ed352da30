"""The virtual camera's HTTP: snapshot, MJPEG, lock step, faults."""

import io
import shutil
import subprocess

import httpx
import numpy
import pytest
from PIL import Image

from host_tools.scene import Truth
from host_tools.simcam import SimcamError, SimulatedCamera, jpeg
from host_tools.simcam.server import stamp

SNAPSHOT = "/axis-cgi/jpg/image.cgi"
START = 1_772_360_430_500


class Plain:
    """A source whose picture's brightness is the second."""

    name, start_ms, end_ms, times = "plain", START, None, None

    def jpeg(self, time_ms, size, quality):
        width, height = size or (64, 48)
        return jpeg.encode(numpy.full((height, width, 3), time_ms // 1000 % 200, numpy.uint8), quality)

    def truth(self, time_ms):
        return Truth(time_ms, "closed", 0.0, False, 1.0, False)


@pytest.fixture
def camera():
    with SimulatedCamera(Plain(), step_s=2, until_ms=START + 6000) as camera:
        yield camera


@pytest.fixture
def client(camera):
    with httpx.Client(base_url=camera.url, auth=httpx.DigestAuth(camera.user, camera.password), timeout=10) as client:
        yield client


def times(client, count, **parameters):
    return [client.get(SNAPSHOT, params=parameters).headers["X-Timestamp"] for _ in range(count)]


def test_snapshot_is_a_jpeg_with_its_time(client, camera):
    response = client.get(SNAPSHOT)
    assert response.status_code == 200 and response.headers["Content-Type"] == "image/jpeg"
    assert response.headers["X-Timestamp"] == "1772360430.500"
    assert Image.open(io.BytesIO(response.content)).size == (64, 48)
    assert camera.frames_served == 1 and camera.time_ms == START


def test_stamp_keeps_leading_zeros_of_milliseconds():
    assert stamp(1_000_007) == "1000.007"


def test_each_snapshot_is_one_step_later_up_to_the_end(client):
    assert times(client, 4) == [stamp(START + ms) for ms in (0, 2000, 4000, 6000)]


def test_end_holds_with_the_same_frame_until_resumed(client, camera):
    times(client, 4)
    assert not camera.wait_for_hold(0)
    assert times(client, 1) == [stamp(START + 6000)]
    assert camera.wait_for_hold(0)
    camera.resume(until_ms=START + 9000, step_s=1)
    assert not camera.hold_event.is_set()
    assert times(client, 3) == [stamp(START + ms) for ms in (7000, 8000, 9000)]


def test_refused_requests_do_not_advance_the_clock(client, camera):
    assert httpx.get(camera.url + SNAPSHOT).status_code == 401
    assert client.get(SNAPSHOT, params={"resolution": "huge"}).status_code == 400
    assert times(client, 1) == [stamp(START)]


def test_pictures_rendered_ahead_belong_to_their_time(client):
    for second in range(4):
        response = client.get(SNAPSHOT)
        shade = numpy.asarray(Image.open(io.BytesIO(response.content)))[20, 20, 0]
        assert abs(int(shade) - (START // 1000 + 2 * second) % 200) <= 2


def test_resolution_and_compression_are_honoured(client):
    fine = client.get(SNAPSHOT, params={"resolution": "320x200", "compression": 0})
    coarse = client.get(SNAPSHOT, params={"resolution": "320x200", "compression": 100})
    assert Image.open(io.BytesIO(fine.content)).size == (320, 200)
    assert Image.open(io.BytesIO(fine.content)).quantization[0][0] < Image.open(io.BytesIO(coarse.content)).quantization[0][0]


@pytest.mark.parametrize("parameters", [{"resolution": "0x0"}, {"resolution": "9999x9999"}, {"resolution": "12"},
                                        {"compression": "101"}, {"compression": "-1"}, {"compression": "x"}])
def test_senseless_parameters_are_answered_400(client, parameters):
    assert client.get(SNAPSHOT, params=parameters).status_code == 400


def read_parts(response, count):
    """[(headers, body)] of the first parts of a multipart response."""
    data, parts = b"", []
    boundary = b"--" + response.headers["Content-Type"].partition("boundary=")[2].encode()
    for chunk in response.iter_raw():
        data += chunk
        while True:
            head, found, rest = data.partition(b"\r\n\r\n")
            fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n") if b": " in line)
            length = int(fields.get(b"Content-Length", 0))
            if not found or len(rest) < length + 2:
                break
            assert head.startswith(boundary) and rest[length:length + 2] == b"\r\n"
            parts.append((fields, rest[:length]))
            data = rest[length + 2:]
            if len(parts) == count:
                return parts
    return parts


def test_mjpeg_parts_carry_length_and_time(client):
    with client.stream("GET", "/axis-cgi/mjpg/video.cgi", params={"fps": 50, "resolution": "96x64"}) as response:
        assert response.headers["Content-Type"].startswith("multipart/x-mixed-replace")
        parts = read_parts(response, 3)
    assert [fields[b"X-Timestamp"].decode() for fields, _ in parts] == [stamp(START + ms) for ms in (0, 2000, 4000)]
    assert all(Image.open(io.BytesIO(body)).size == (96, 64) for _, body in parts)


def test_running_clock_follows_speed():
    with SimulatedCamera(Plain(), user=None, speed=3600, start_ms=START) as camera:
        first, second = (float(httpx.get(camera.url + SNAPSHOT).headers["X-Timestamp"]) for _ in range(2))
    assert START / 1000 <= first < second


def test_curl_logs_in_with_digest(camera):
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    for password, status in ((camera.password, "200"), ("wrong", "401")):
        answer = subprocess.run(
            ["curl", "-s", "--digest", "-u", f"{camera.user}:{password}", "-o", "/dev/null", "-w", "%{http_code}",
             camera.url + SNAPSHOT + "?resolution=320x180"], capture_output=True, text=True, timeout=30, check=True)
        assert answer.stdout == status


def test_fault_401_refuses_the_right_password(client, camera):
    camera.fault = "401"
    assert client.get(SNAPSHOT).status_code == 401


def test_fault_500(client, camera):
    camera.fault = "500"
    assert client.get(SNAPSHOT).status_code == 500
    camera.fault = None
    assert client.get(SNAPSHOT).status_code == 200


def test_fault_silent_never_answers(client, camera):
    camera.fault = "silent"
    with pytest.raises(httpx.ReadTimeout):
        client.get(SNAPSHOT, timeout=0.3)


def test_fault_half_frame_cuts_the_connection(client, camera):
    client.get(SNAPSHOT)
    camera.fault = "half-frame"
    with pytest.raises(httpx.RemoteProtocolError):
        client.get(SNAPSHOT)


def test_fault_empty_and_not_jpeg(client, camera):
    camera.fault = "empty"
    assert client.get(SNAPSHOT).content == b""
    camera.fault = "not-jpeg"
    assert client.get(SNAPSHOT).content.startswith(b"<html>")


def test_fault_truncated_announces_what_it_sends(client, camera):
    camera.fault = "truncated"
    response = client.get(SNAPSHOT)
    assert response.content.startswith(b"\xff\xd8") and not response.content.endswith(b"\xff\xd9")
    with pytest.raises(OSError):
        Image.open(io.BytesIO(response.content)).load()


def test_fault_huge_claims_a_hundred_megapixels(client, camera):
    camera.fault = "huge"
    content = client.get(SNAPSHOT).content
    position = content.index(b"\xff\xc0")
    assert content[position + 5:position + 9] == (10_000).to_bytes(2, "big") * 2


def test_unknown_fault_names_the_known_ones():
    with pytest.raises(SimcamError, match="half-frame"):
        SimulatedCamera(Plain(), fault="gremlins")


def test_taken_port_is_one_sentence(camera):
    with pytest.raises(SimcamError, match="cannot listen on 127.0.0.1:%d" % camera.port):
        SimulatedCamera(Plain(), port=camera.port).start()
