"""Events of the built firmware over MQTT, with Mosquitto as broker and paho as the other side."""

import json
import shutil
import subprocess

import paho.mqtt.client as mqtt
import pytest
from camera_model import make
from camera_process import CameraProcess, free_port
from camera_server import CameraServer, until

from contract import api, events

STATE, AVAILABILITY = events.state_topic("home/doors", "door"), events.availability_topic("home/doors", "door")
USER, PASSWORD = "camera", "of the broker"


class Broker:
    """Mosquitto on loopback with its own configuration; keeps nothing when it stops."""

    def __init__(self, folder):
        self.port = free_port()
        if not (shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")):
            pytest.skip("mosquitto is missing: install it with `apt-get install mosquitto`")
        passwords = folder / "passwords"
        subprocess.run(["mosquitto_passwd", "-b", "-c", passwords, USER, PASSWORD], check=True)
        passwords.chmod(0o644)
        self._config = folder / "mosquitto.conf"
        self._config.write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous false\npassword_file {passwords}\n"
                                "persistence false\nuser root\n")
        self._process = None

    def start(self):
        self._process = subprocess.Popen([shutil.which("mosquitto") or "/usr/sbin/mosquitto", "-c", self._config],
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop(self):
        if self._process:
            self._process.kill()
            self._process.wait()


class Listener:
    """What a subscriber sees: `messages` are (topic, payload, retained)."""

    def __init__(self, port):
        self.messages = []
        self._client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
        self._client.username_pw_set(USER, PASSWORD)
        self._client.on_connect = lambda client, *_: client.subscribe("home/#", qos=1)
        self._client.on_message = lambda _, __, message: self.messages.append(
            (message.topic, message.payload.decode(), message.retain))
        until(lambda: self._connected(port))
        self._client.loop_start()

    def _connected(self, port):
        try:
            return self._client.connect("127.0.0.1", port) == 0
        except OSError:
            return False

    def states(self):
        return [json.loads(payload) for topic, payload, _ in self.messages if topic == STATE]

    def close(self):
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture(scope="module")
def server():
    with CameraServer() as running:
        yield running


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    broker = Broker(tmp_path_factory.mktemp("broker"))
    yield broker
    broker.stop()


@pytest.fixture(scope="module", params=["x86_64", "armv7"])
def camera(request, server, broker, tmp_path_factory):
    broker.stop()
    server.grey = 20
    source = {"type": "snapshot", "url": server.url(), "interval_ms": 20, "timeout_s": 1}
    settings = {"source": source, "mqtt": {"host": "127.0.0.1", "port": broker.port, "user": USER, "password": PASSWORD,
                                           "topic": "home/doors", "keepalive_s": 2}}
    with CameraProcess(tmp_path_factory.mktemp("mqtt"), settings, request.param) as running:
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
    listener = Listener(broker.port)
    camera.wait("the broker has everything", lambda: camera.metrics["mqtt_published"] >= len(logged(camera)) + 1)
    until(lambda: listener.states() and listener.states()[-1]["state"] == "open")
    become(camera, server, 20, "closed")
    until(lambda: listener.states()[-1]["state"] == "closed")
    sequences = [event["sequence"] for event in listener.states()]
    assert sequences == sorted(sequences) and sequences[-1] == logged(camera)[-1]["sequence"]
    assert (AVAILABILITY, events.ONLINE) in [message[:2] for message in listener.messages]
    listener.close()


def test_state_is_retained_and_equals_the_log(camera, server, broker):
    listener = Listener(broker.port)
    until(lambda: len(listener.messages) >= 2)
    assert {(topic, retained) for topic, _, retained in listener.messages[:2]} == {(STATE, True), (AVAILABILITY, True)}
    assert listener.states()[0] == logged(camera)[-1] | {"last_frame": listener.states()[0]["last_frame"]}
    listener.close()


def test_every_event_arrives_once_and_in_order(camera, server, broker):
    listener = Listener(broker.port)
    until(listener.states)
    first = listener.states()[0]["sequence"]
    for _ in range(6):
        become(camera, server, 235, "open")
        become(camera, server, 20, "closed")
    until(lambda: listener.states()[-1]["sequence"] == first + 12)
    assert [event["sequence"] for event in listener.states()] == list(range(first, first + 13))
    assert [event["sequence"] for event in logged(camera)][-13:] == list(range(first, first + 13))
    listener.close()


def test_broker_that_restarts_empty_is_told_the_state_again(camera, server, broker):
    broker.stop()
    camera.wait("the loss is noticed", lambda: not camera.status["mqtt"]["connected"])
    become(camera, server, 235, "open")
    broker.start()
    listener = Listener(broker.port)
    until(lambda: listener.states() and listener.states()[-1]["state"] == "open")
    broker.stop()
    camera.wait("the loss is noticed", lambda: not camera.status["mqtt"]["connected"])
    listener.close()
    broker.start()
    listener = Listener(broker.port)
    until(lambda: (AVAILABILITY, events.ONLINE) in [message[:2] for message in listener.messages] and listener.states())
    assert listener.states()[-1]["state"] == "open", "no event, but a new broker knows nothing"
    listener.close()


def test_silent_source_becomes_unknown(camera, server, broker):
    server.behaviour = "silent"
    camera.wait("unknown", lambda: camera.get(api.STATUS).json()["state"]["reason"] == "no_frame")
    server.behaviour = "good"
    camera.wait("known again", lambda: camera.status["state"]["reason"] == "frames")


def test_dead_camera_is_offline_by_its_last_will(camera, server, broker):
    camera.wait("connected", lambda: camera.status["mqtt"]["connected"])
    listener = Listener(broker.port)
    camera.kill()
    until(lambda: listener.messages and (AVAILABILITY, events.OFFLINE) in [message[:2] for message in listener.messages])
    assert PASSWORD not in camera.log
    listener.close()
