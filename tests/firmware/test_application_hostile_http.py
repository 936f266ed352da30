"""The control API of the built firmware against clients that are wrong, slow, many or hostile."""

import contextlib
import json
import os
import random
import threading

import pytest
from camera_process import TOKEN, CameraProcess
from camera_server import picture
from raw_http import AUTHORIZED, HOST, connect, raw, request, rest, statuses

from contract import api

SLOW, ROUNDS, FLOOD = 20, 3, 400
# Wrong tokens of another address than the test's own.
OTHER = HOST + f"{api.TOKEN_HEADER}: not-{TOKEN}\r\nX-Forwarded-For: 192.0.2.1\r\n".encode()


@pytest.fixture(scope="module")
def camera(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile") / "localdata"
    settings = {"source": {"type": "folder", "path": "pictures", "interval_ms": 0},
                "sampler": {"strategy": "simple", "period_s": 3600, "roll_s": 0}}
    camera = CameraProcess(folder, settings)
    (folder / "pictures").mkdir()
    (folder / "pictures" / "dark.jpg").write_bytes(picture(20))
    with camera:
        camera.wait_frames()
        yield camera
        assert "unexpected:" not in camera.log and TOKEN not in camera.log and camera.metrics["task_restarts"] == 0


def resident_kb(camera):
    with open(f"/proc/{camera.process.pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS:"))


def descriptors(camera):
    return len(os.listdir(f"/proc/{camera.process.pid}/fd"))


@pytest.mark.parametrize(("status", "request_"), [
    (200, request()),
    (200, request().replace(b"\r\n", b"\n")),
    (200, b"\r\n\r\n" + request()),
    (200, request(target=b"http://camera" + api.STATUS.encode())),
    (200, request(target=b"/api/v1/%73tatus?%6Cimit=1")),
    (200, request(version=b"HTTP/1.0", headers=AUTHORIZED[len(HOST):])),
    (200, request(target=api.BEHIND.encode() + api.STATUS.encode())),
    (400, request(headers=AUTHORIZED[len(HOST):])),
    (400, request(headers=HOST + AUTHORIZED)),
    (400, request(headers=b"Host: a b\r\n" + AUTHORIZED[len(HOST):])),
    (400, b"GET /\r\n\r\n"),
    (400, b"GET\r\n\r\n"),
    (400, b"GET  /api/v1/status HTTP/1.1\r\n\r\n"),
    (400, b"G@T / HTTP/1.1\r\n\r\n"),
    (400, request(version=b"http/1.1")),
    (400, request(version=b"HTTP/1.1.1")),
    (400, request(version=b"HTTP/11")),
    (505, request(version=b"HTTP/3.0")),
    (505, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9)),
    (400, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(600)),
    (400, b"\r\n" * 40 + request()),
    (400, request(b"OPTIONS", b"*")),
    (400, request(b"CONNECT", b"camera:443")),
    (405, request(b"OPTIONS")),
    (405, request(b"TRACE")),
    (405, request(b"get")),
    (404, request(target=b"/nothing")),
    (404, request(target=b"/api/v1/samples/%00")),
    (404, request(target=b"/api/v1/samples/..%2f..%2fsettings.json")),
    (404, request(target=b"//")),
    (400, request(target=b"/%zz")),
    (400, request(target=b"/%f")),
    (400, request(target=b"/%ff%fe")),
    (400, request(target=b"/api/v1/samples?limit=1&limit=2")),
    (400, request(target=b"/api/v1/samples?limit=%2B1")),
    (400, request(target=b"/api/v1/samples?limit=" + b"9" * 40)),
    (414, request(target=b"/" + b"a" * 3000)),
    (431, request(headers=AUTHORIZED + b"X: " + b"a" * 65536 + b"\r\n")),
    (431, request(headers=AUTHORIZED + b"X: y\r\n" * 65)),
    (431, request(headers=AUTHORIZED + (b"X: " + b"a" * 1000 + b"\r\n") * 9)),
    (400, request(headers=AUTHORIZED + b" folded: line\r\n")),
    (400, request(headers=AUTHORIZED + b"no colon\r\n")),
    (400, request(headers=AUTHORIZED + b": nameless\r\n")),
    (400, request(headers=AUTHORIZED + b"Content-Length : 3\r\n")),
    (400, request(headers=AUTHORIZED + b"X: a\0b\r\n")),
    (400, request(headers=AUTHORIZED + b"X: a\rContent-Length: 3\r\n")),
    (401, request(headers=AUTHORIZED + AUTHORIZED[len(HOST):])),
    (401, request(headers=HOST + b"X-Doorlens-Token: \xff\xfe\r\n")),
])
def test_requests_below_the_description(camera, status, request_):
    answer = raw(camera, request_)
    assert statuses(answer) == [status], answer
    body = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert status == 200 or api.ERRORS[body["error"]] == status


@pytest.mark.parametrize(("status", "headers"), [
    (411, b""), (411, b"Transfer-Encoding: chunked\r\n"), (501, b"Transfer-Encoding: gzip, chunked\r\n"),
    (400, b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n"), (400, b"Content-Length: 3\r\nContent-Length: 3\r\n"),
    (400, b"Content-Length: 3\r\nContent-Length: 5\r\n"), (400, b"Content-Length: -3\r\n"), (400, b"Content-Length: +3\r\n"),
    (400, b"Content-Length: 0x3\r\n"), (400, b"Content-Length: 3, 3\r\n"), (400, b"Content-Length:\r\n"),
    (400, b"Content-Length: " + b"9" * 30 + b"\r\n"), (400, "Content-Length: ٣\r\n".encode()),
    (413, b"Content-Length: 1048577\r\n"), (413, b"Content-Length: 999999999999\r\n"),
    (413, b"Content-Length: 1048577\r\nExpect: 100-continue\r\n"),
])
def test_body_of_a_wrong_length_is_refused_before_it_comes(camera, status, headers):
    with connect(camera) as connection:
        connection.sendall(request(b"PUT", api.MODEL.encode(), headers=AUTHORIZED + headers))
        answer = connection.recv(65536)  # nothing of the body was sent, and the connection is open
    assert statuses(answer) == [status] and b"Connection: close\r\n" in answer


def test_length_is_refused_in_http_1_0_with_chunks(camera):
    assert statuses(raw(camera, request(b"PUT", api.MODEL.encode(), b"HTTP/1.0", AUTHORIZED + b"Transfer-Encoding: chunked\r\n"))) == [400]


def test_client_that_asks_whether_to_go_on_is_told(camera):
    head = request(b"PUT", api.MODEL.encode(), headers=AUTHORIZED + b"Content-Length: 3\r\nExpect: 100-continue\r\n")
    with connect(camera) as connection:
        connection.sendall(head)
        assert connection.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"abc")
        assert statuses(connection.recv(65536)) == [422]


def test_requests_in_one_packet_are_answered_in_order(camera):
    many = request() + request(target=b"/no") + request(b"PUT", api.MODEL.encode(), headers=AUTHORIZED + b"Content-Length: 3\r\n", body=b"abc")
    assert statuses(raw(camera, many * 3 + request(headers=AUTHORIZED + b"Connection: close\r\n") + request())) == [200, 404, 422] * 3 + [200]


def test_answer_to_head_has_no_body(camera):
    answer = raw(camera, request(b"HEAD") + request(target=b"/no"))
    first, second, body = answer.split(b"\r\n\r\n")
    assert statuses(first) == [405] and b"Allow: GET" in first and statuses(second) == [404] and json.loads(body)["error"] == "not_found"


def test_noise_is_answered_or_cut_off(camera):
    noise = random.Random(8)
    before = descriptors(camera)
    good = [request(), request(b"PUT", api.MODEL.encode(), headers=AUTHORIZED + b"Content-Length: 3\r\n", body=b"abc"),
            request(target=b"/api/v1/samples?limit=3"), request(b"DELETE", b"/api/v1/samples/00000000-00000000")]
    found = set()
    for turn in range(150):
        data = bytearray(noise.choice(good)) if turn % 3 else bytearray(noise.randbytes(noise.randrange(1, 3000)))
        for _ in range(noise.randrange(1, 5)):
            at = noise.randrange(len(data))
            data[at:at + noise.randrange(2)] = noise.randbytes(noise.randrange(3))
        found.update(statuses(raw(camera, bytes(data))))
    assert found <= {200, 400, 401, 404, 405, 411, 413, 414, 422, 429, 431, 501, 505} and {200, 400} <= found
    camera.wait("its connections are closed", lambda: descriptors(camera) <= before)
    camera.wait_frames()


def test_slow_clients_keep_nobody_out(camera):
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(connect(camera)) for _ in range(SLOW)]
        for turn in range(5):
            for connection in slow:
                with contextlib.suppress(OSError):  # it has been made room with
                    connection.sendall(request(headers=OTHER)[turn:turn + 1])
            assert statuses(raw(camera, request())) == [200]
        last = slow[-1]
        assert statuses(last.recv(65536)) == [408], "ten seconds for a request's head"
    camera.wait_frames()


def test_clients_that_never_read_and_know_no_token_keep_nobody_out(camera):
    with contextlib.ExitStack() as stack:
        for _ in range(SLOW):
            connection = stack.enter_context(connect(camera))
            connection.setblocking(False)
            with contextlib.suppress(OSError):
                for _ in range(200):
                    connection.send(request(headers=OTHER) * 100)
        assert statuses(raw(camera, request())) == [200]
        camera.wait_frames(20)


def test_clients_that_know_the_token_are_not_cut_off_for_others(camera):
    head = request(b"PUT", api.MODEL.encode(), headers=AUTHORIZED + b"Content-Length: 4\r\n")
    with contextlib.ExitStack() as stack:
        uploading = []
        for _ in range(8):
            uploading.append(stack.enter_context(connect(camera)))
            uploading[-1].sendall(request() + head + b"a")
            assert statuses(uploading[-1].recv(65536)) == [200]
        camera.wait("all are being served", lambda: statuses(raw(camera, request())) == [503])
        for connection in uploading:
            connection.sendall(b"bcd")
        for connection in uploading:
            assert statuses(connection.recv(65536)) == [422]
    assert statuses(raw(camera, request())) == [200]


def flood(camera, stop, answered):
    """Connections, good and bad requests as fast as they go."""
    while not stop.is_set():
        with contextlib.suppress(OSError), connect(camera) as connection:
            connection.sendall((request() + request(target=b"/no")) * 10 + request(headers=AUTHORIZED + b"Connection: close\r\n"))
            answered.append(len(statuses(rest(connection))))


def test_frames_keep_their_share_of_the_loop_and_memory_stays_in_a_flood(camera):
    """Every task has its turn in the loop, so a frame waits for one step of each connection, however many requests there are.
    Frames come as fast as they can be had: so many of them for a request is the loop's doing, and no matter of time."""
    sizes = []
    for _ in range(ROUNDS):
        before, stop, answered = camera.metrics, threading.Event(), []
        threads = [threading.Thread(target=flood, args=(camera, stop, answered)) for _ in range(7)]
        for thread in threads:
            thread.start()
        camera.wait("a flood", lambda: sum(answered) >= FLOOD)
        stop.set()
        for thread in threads:
            thread.join(60)
        after = camera.metrics
        frames, requests = (after[name] - before[name] for name in ("frames", "http_requests"))
        assert requests >= FLOOD and 20 * frames >= requests, f"{frames} frames and {requests} requests"
        sizes.append(resident_kb(camera))
    assert max(sizes) - sizes[0] <= 128, f"{sizes} KiB"
