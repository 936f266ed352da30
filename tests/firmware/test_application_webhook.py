"""Events of the built firmware to a web server that fails in every way; signatures are checked by the library of the standard."""

import json
import ssl

import pytest
from camera_model import make
from camera_process import CameraProcess
from camera_server import CameraServer
from tls_server import Authority
from waiting import until
from webhook_receiver import Receiver

SECRET = "whsec_" + "c2VjcmV0IG9mIHRoZSB0ZXN0cw=="


@pytest.fixture(scope="module")
def server():
    with CameraServer() as running:
        yield running


def settings(server, url, **webhook):
    source = {"type": "snapshot", "url": server.url(), "interval_ms": 20, "timeout_s": 1}
    return {"source": source, "webhook": {"url": url, "secret": SECRET, "timeout_s": 1} | webhook}


def become(camera, server, grey, state):
    server.grey = grey
    camera.wait(f"state {state}", lambda: camera.status["state"]["state"] == state)


def logged(camera):
    return [json.loads(line) for line in (camera.folder / "events.jsonl").read_text().splitlines()]


def url(receiver, scheme="http", host="127.0.0.1"):
    return f"{scheme}://{host}:{receiver.port}/door?key=1"


@pytest.mark.parametrize("architecture", ["x86_64", "armv7"])
def test_every_event_is_posted_once_in_order_and_signed(server, tmp_path, architecture):
    server.grey = 20
    with Receiver(SECRET) as receiver, CameraProcess(tmp_path, settings(server, url(receiver)), architecture) as camera:
        camera.put_model(make())
        for grey, state in [(20, "closed"), (235, "open"), (128, "unknown"), (20, "closed")]:
            become(camera, server, grey, state)
        camera.wait("all is told", lambda: camera.status["webhook"] == {"last_error": None, "waiting": 0})
        assert receiver.events() == logged(camera) and len(receiver.taken) == 5
        assert receiver.identifiers() == [f"door-{number}" for number in range(1, 6)]
        headers = receiver.taken[0][0]
        assert headers["request"] == "POST /door?key=1 HTTP/1.1" and headers["content-type"] == "application/json"
        assert headers["host"] == f"127.0.0.1:{receiver.port}"
        assert camera.metrics["webhook_delivered"] == 5 and camera.metrics["webhook_failed"] == 0


def test_failures_are_tried_again_and_nothing_is_lost_or_out_of_order(server, tmp_path):
    server.grey = 20
    with Receiver(SECRET) as receiver, CameraProcess(tmp_path, settings(server, url(receiver))) as camera:
        camera.put_model(make())
        become(camera, server, 20, "closed")
        for failure in (b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", b"x" * 100000, "slow", "silent", "cut"):
            camera.wait("all is told", lambda: camera.status["webhook"]["waiting"] == 0)
            receiver.behaviour, failed, taken = failure, camera.metrics["webhook_failed"], len(receiver.taken)
            become(camera, server, 235, "open")
            become(camera, server, 20, "closed")
            camera.wait("a failure", lambda: camera.metrics["webhook_failed"] > failed)
            camera.wait_frames(5)
            assert len(receiver.taken) == taken
            receiver.behaviour = "good"
        camera.wait("all is told", lambda: camera.status["webhook"]["waiting"] == 0)
        assert receiver.events() == logged(camera) and "Traceback" not in camera.log
        assert SECRET not in camera.log and "key=1" not in camera.log


def test_event_whose_answer_was_lost_has_the_same_name_again(server, tmp_path):
    server.grey = 20
    with Receiver(SECRET) as receiver, CameraProcess(tmp_path, settings(server, url(receiver))) as camera:
        camera.put_model(make())
        become(camera, server, 20, "closed")
        camera.wait("all is told", lambda: camera.status["webhook"]["waiting"] == 0)
        receiver.behaviour = "lost"
        become(camera, server, 235, "open")
        camera.wait("a failure", lambda: camera.metrics["webhook_failed"] > 0)
        receiver.behaviour = "good"
        camera.wait("all is told", lambda: camera.status["webhook"]["waiting"] == 0)
        assert receiver.identifiers()[:2] == ["door-1", "door-2"] and set(receiver.identifiers()[2:]) == {"door-3"}
        assert len(receiver.taken) > 3 and {json.dumps(event) for event in receiver.events()} == {
            json.dumps(event) for event in logged(camera)}


def test_receiver_that_was_away_over_a_kill_gets_everything(server, tmp_path):
    server.grey = 20
    receiver = Receiver(SECRET)
    receiver.behaviour = "cut"
    with receiver, CameraProcess(tmp_path, settings(server, url(receiver))) as camera:
        camera.put_model(make())
        become(camera, server, 20, "closed")
        become(camera, server, 235, "open")
        camera.kill()
        before = logged(camera)
        camera.start()
        receiver.behaviour = "good"
        camera.wait("all is told", lambda: camera.status["webhook"]["waiting"] == 0)
        assert receiver.events() == logged(camera) and receiver.events()[:len(before)] == before
        assert [event["sequence"] for event in logged(camera)] == list(range(1, len(logged(camera)) + 1))


def test_backlog_takes_one_connection(server, tmp_path):
    lines = [json.dumps({"sequence": number, "state": "open"}) for number in range(1, 201)]
    (tmp_path / "events.jsonl").write_text("\n".join(lines) + "\n")
    (tmp_path / "outbox.json").write_text('{"webhook": 40}')
    with Receiver(SECRET) as receiver, CameraProcess(tmp_path, settings(server, url(receiver))) as camera:
        camera.wait("all is told", lambda: camera.status["webhook"]["waiting"] == 0)
        assert receiver.connections <= 2
        assert [event["sequence"] for event in receiver.events()][:160] == list(range(41, 201))


def test_https_receiver_is_trusted_only_with_its_own_authority_and_name(server, tmp_path):
    authority = Authority()
    certificate, key = authority.issue("localhost")
    (tmp_path / "server.pem").write_bytes(certificate + key)
    (tmp_path / "ca.pem").write_bytes(authority.pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem")
    ca = str(tmp_path / "ca.pem")
    with Receiver(SECRET, context) as receiver:
        with CameraProcess(tmp_path / "wrong", settings(server, url(receiver, "https"), ca=ca)) as camera:
            camera.wait_log("does not match with the expected CN")
            assert not receiver.attempts
        with CameraProcess(tmp_path / "good", settings(server, url(receiver, "https", "localhost"), ca=ca)) as camera:
            camera.wait("told", lambda: camera.metrics["webhook_delivered"] > 0)
        with CameraProcess(tmp_path / "any", settings(server, url(receiver, "https"), verify=False)) as camera:
            camera.wait("told", lambda: camera.metrics["webhook_delivered"] > 0)
        until(lambda: receiver.events())
