"""Events of the built firmware over MQTT, with Mosquitto as broker and paho as the other side."""

import json
import socket
import threading

import pytest
from camera_model import make
from camera_process import CameraProcess, free_port
from camera_server import CameraServer, picture
from mqtt_broker import PASSWORD, USER, Broker, Listener, accept_rubbish
from tls_server import Authority
from waiting import until

from contract import api, events

NAMES = "home/doors", "door"
STATE, EVENT, PICTURE, AVAILABILITY = (topic(*NAMES) for topic in (
    events.state_topic, events.event_topic, events.picture_topic, events.availability_topic))


@pytest.fixture(scope="module")
def server():
    with CameraServer() as running:
        yield running


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    broker = Broker(tmp_path_factory.mktemp("broker"))
    yield broker
    broker.stop()


def settings(server, port, **mqtt):
    source = {"type": "snapshot", "url": server.url(), "interval_ms": 20, "timeout_s": 1}
    return {"source": source, "mqtt": {"host": "127.0.0.1", "port": port, "user": USER, "password": PASSWORD,
                                       "topic": NAMES[0], "keepalive_s": 2} | mqtt}


@pytest.fixture(scope="module", params=["x86_64", "armv7"])
def camera(request, server, broker, tmp_path_factory):
    broker.stop()
    server.grey = 20
    with CameraProcess(tmp_path_factory.mktemp("mqtt"), settings(server, broker.port), request.param) as running:
        running.put_model(make())
        yield running


def become(camera, server, grey, state):
    server.grey = grey
    camera.wait(f"state {state}", lambda: camera.status["state"]["state"] == state)


def logged(camera):
    return [json.loads(line) for line in (camera.folder / "events.jsonl").read_text().splitlines()]


def test_camera_runs_without_a_broker_and_tells_everything_in_order_when_one_appears(camera, server, broker):
    camera.wait_log("warning mqtt: connection refused")
    for grey, state in [(20, "closed"), (235, "open"), (20, "closed"), (128, "unknown"), (235, "open")]:
        become(camera, server, grey, state)
    assert not camera.status["mqtt"]["connected"]
    broker.start()
    with Listener(broker.port) as listener:
        camera.wait("the broker has everything", lambda: camera.metrics["mqtt_published"] >= len(logged(camera)) + 3)
        listener.wait(STATE, lambda event: event["state"] == "open")
        assert {event["state"] for event in listener.json(STATE)} == {"open"}, "what is past is not the state"
        become(camera, server, 20, "closed")
        listener.wait(EVENT, lambda event: event["state"] == "closed" and event["sequence"] == logged(camera)[-1]["sequence"])
        assert (AVAILABILITY, events.ONLINE.encode()) in [message[:2] for message in listener.messages]
        numbers = listener.numbers(EVENT)
        assert numbers == list(range(numbers[0], numbers[-1] + 1))


def test_state_and_picture_are_retained_and_events_are_not(camera, broker):
    camera.wait("everything is told", lambda: camera.status["mqtt"]["waiting"] == 0)
    with Listener(broker.port) as listener:
        until(lambda: listener.of(STATE) and listener.of(AVAILABILITY) and listener.of(PICTURE))
        assert listener.of(PICTURE) == [picture(20)]
        assert listener.json(STATE)[0] == logged(camera)[-1] | {"last_frame": listener.json(STATE)[0]["last_frame"]}
        assert not listener.of(EVENT)
        assert {topic for topic, _, retained in listener.messages if retained} >= {STATE, AVAILABILITY, PICTURE}


def test_every_event_arrives_once_in_order_and_as_it_is_in_the_log(camera, server, broker):
    with Listener(broker.port) as listener:
        for _ in range(6):
            become(camera, server, 235, "open")
            become(camera, server, 20, "closed")
        last = logged(camera)[-1]["sequence"]
        listener.wait(EVENT, lambda event: event["sequence"] == last)
        assert listener.json(EVENT) == logged(camera)[-12:] and listener.numbers(EVENT) == list(range(last - 11, last + 1))
        listener.wait(STATE, lambda event: event["sequence"] == last)


def test_picture_is_the_frame_of_the_transition(camera, server, broker):
    with Listener(broker.port) as listener:
        become(camera, server, 235, "open")
        until(lambda: listener.of(PICTURE)[-1:] == [picture(235)])
        server.grey = 231
        camera.wait_frames()
        become(camera, server, 20, "closed")
        until(lambda: listener.of(PICTURE)[-1:] == [picture(20)])
        assert picture(231) not in listener.of(PICTURE)


def test_restarted_camera_goes_on_with_the_numbers_and_tells_what_was_not_told(camera, server, broker):
    camera.wait("connected", lambda: camera.status["mqtt"]["connected"])
    with Listener(broker.port) as listener:
        become(camera, server, 235, "open")
        before = logged(camera)[-1]["sequence"]
        listener.wait(EVENT, lambda event: event["sequence"] == before)
        broker.stop()
    camera.wait("the loss is noticed", lambda: not camera.status["mqtt"]["connected"])
    become(camera, server, 20, "closed")
    become(camera, server, 235, "open")
    camera.kill()
    broker.start()
    with Listener(broker.port) as listener:
        camera.start()
        camera.put_model(make())
        become(camera, server, 20, "closed")
        last = logged(camera)[-1]["sequence"]
        listener.wait(EVENT, lambda event: event["sequence"] == last)
        numbers = listener.numbers(EVENT)
        assert numbers == list(range(numbers[0], last + 1)) and numbers[0] <= before + 1 < last - 1
        told = {event["sequence"]: event for event in listener.json(EVENT)}
        assert [told[event["sequence"]] for event in logged(camera) if event["sequence"] > before] == [
            event for event in logged(camera) if event["sequence"] > before]
        assert listener.json(STATE)[0]["sequence"] > before + 2, "the retained state is never an old one"


def test_broker_that_restarts_empty_is_told_state_and_picture_again(camera, server, broker):
    broker.stop()
    camera.wait("the loss is noticed", lambda: not camera.status["mqtt"]["connected"])
    become(camera, server, 235, "open")
    broker.start()
    with Listener(broker.port) as listener:
        listener.wait(STATE, lambda event: event["state"] == "open")
        broker.stop()
        camera.wait("the loss is noticed", lambda: not camera.status["mqtt"]["connected"])
    broker.start()
    with Listener(broker.port) as listener:
        until(lambda: listener.of(AVAILABILITY) == [events.ONLINE.encode()] and listener.of(PICTURE))
        assert listener.json(STATE)[-1]["state"] == "open", "no event, but a new broker knows nothing"
        topics = [topic for topic, _, _ in listener.messages]
        assert topics.index(STATE) < topics.index(AVAILABILITY), "no old state is shown as that of an online camera"


def test_silent_source_becomes_unknown(camera, server):
    server.behaviour = "silent"
    camera.wait("unknown", lambda: camera.get(api.STATUS).json()["state"]["reason"] == "no_frame")
    server.behaviour = "good"
    camera.wait("known again", lambda: camera.status["state"]["reason"] == "frames")


def test_dead_camera_is_offline_by_its_last_will(camera, broker):
    camera.wait("connected", lambda: camera.status["mqtt"]["connected"])
    with Listener(broker.port) as listener:
        camera.kill()
        until(lambda: listener.of(AVAILABILITY)[-1:] == [events.OFFLINE.encode()])
        assert PASSWORD not in camera.log


def test_picture_of_a_megabyte_is_told_and_the_frames_go_on(server, broker, tmp_path):
    broker.stop()
    broker.start()
    large = picture(235) + bytes(900000)
    with Listener(broker.port) as listener, CameraProcess(tmp_path, {
            **settings(server, broker.port), "source": {"type": "mjpeg", "url": server.url("/video")}}) as camera:
        server.dialect = dict(server.dialect)
        server.jpeg, server.behaviour = large, "stream"
        try:
            camera.put_model(make())
            until(lambda: listener.of(PICTURE))
            assert listener.of(PICTURE)[-1] == large
            camera.wait_frames(5)
        finally:
            server.jpeg, server.behaviour = None, "good"


def test_pictures_can_be_left_out(server, broker, tmp_path):
    server.grey = 20
    with Listener(broker.port) as listener, CameraProcess(tmp_path, settings(server, broker.port, picture=False)) as camera:
        camera.put_model(make())
        listener.wait(EVENT, lambda event: event["state"] == "closed")
        camera.wait("everything is told", lambda: camera.status["mqtt"]["waiting"] == 0)
        assert not [one for topic, one, retained in listener.messages if topic == PICTURE and not retained]


@pytest.fixture(scope="module")
def secure(tmp_path_factory):
    """A TLS broker whose certificate is for "localhost", in a folder with its authority, ca.pem, and another, other.pem."""
    folder = tmp_path_factory.mktemp("secure")
    authority = Authority()
    certificate, key = authority.issue("localhost")
    (folder / "server.pem").write_bytes(certificate + key)
    (folder / "ca.pem").write_bytes(authority.pem)
    (folder / "other.pem").write_bytes(Authority("Another").pem)
    with Broker(folder, folder / "server.pem") as broker:
        broker.folder = folder
        yield broker


@pytest.mark.parametrize(("words", "said"), [
    ({"host": "localhost", "ca": "other.pem"}, "not correctly signed by the trusted CA"),
    ({"host": "127.0.0.1", "ca": "ca.pem"}, "does not match with the expected CN"),
    ({"host": "localhost", "ca": "missing.pem"}, "warning mqtt: no such file or folder"),
    ({"host": "localhost", "ca": "server.pem.empty"}, "server.pem.empty holds no certificate"),
    ({"host": "localhost", "tls": False}, "warning mqtt: ")])
def test_tls_broker_that_cannot_be_trusted_is_told_nothing(server, secure, tmp_path, words, said):
    (secure.folder / "server.pem.empty").write_text("nothing")
    words = {"tls": True} | words | ({"ca": str(secure.folder / words["ca"])} if "ca" in words else {})
    with CameraProcess(tmp_path, settings(server, secure.port, **words)) as camera:
        camera.wait_log(said)
        camera.wait_frames()
        assert "Traceback" not in camera.log and camera.metrics["mqtt_published"] == 0


@pytest.mark.parametrize("architecture", ["x86_64", "armv7"])
def test_tls_broker_with_the_right_name_and_authority_is_told(server, secure, tmp_path, architecture):
    (tmp_path / "ca.pem").write_bytes((secure.folder / "ca.pem").read_bytes())
    words = settings(server, secure.port, tls=True, host="localhost", ca="ca.pem")
    with CameraProcess(tmp_path, words, architecture) as camera:
        camera.wait("told", lambda: camera.status["mqtt"]["connected"] and camera.status["mqtt"]["waiting"] == 0)
    with Listener(secure.port, secure.folder / "ca.pem", "localhost") as listener:
        until(lambda: listener.of(STATE))


RUBBISH = [b"\x00" * 100, b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x20\x02\x00\x05", b"\x20\x02\x00\x00\xff\xff\xff\xff\xff\xff",
           b"\x20\x02\x00\x00" + b"\x30\xff\xff\x03" + bytes(70000), b"\x20\x02\x00\x00\x90\x01\x00", b"\x20\x02\x00\x00\x30\x01\x00",
           b"\x20\x02\x00\x00\x90\x03\x00\x01\x80\x40\x02\xff\xff", b"\x20\x7f" + bytes(127), b"", b"\x20\x02\x00\x00" * 500]


def test_broker_that_sends_rubbish_is_left_and_frames_go_on(server, tmp_path):
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", free_port())) as listener:
        port = listener.getsockname()[1]
        thread = threading.Thread(target=accept_rubbish, args=(listener, RUBBISH, stop), daemon=True)
        thread.start()
        with CameraProcess(tmp_path, settings(server, port)) as camera:
            camera.wait("some connections", lambda: camera.metrics["mqtt_failures"] >= 4)
            camera.wait_frames()
            assert "Traceback" not in camera.log and camera.metrics["task_restarts"] == 0
        stop.set()
        thread.join()
