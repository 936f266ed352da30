"""The built firmware and brokers that are none: noise, floods, wrong answers, nothing at all; and then Mosquitto."""

import contextlib
import random
import socket
import threading

import pytest
from camera_model import make
from camera_process import CameraProcess
from camera_server import CameraServer
from mqtt_broker import PASSWORD, USER, Broker, Listener

from contract import events

CONNACK = b"\x20\x02\0\0"
EVENT = events.event_topic("doorlens", "door")
NOISE = random.Random(8).randbytes(1 << 20)
# More of them in tests/portable/test_camera_mqtt_link.py; here every one costs a pause twice as long as the last.
SAID = [CONNACK + NOISE, CONNACK + b"\xd0\0" * 200000, CONNACK + b"\x34\x06\0\x01t\0\x07x" * 50000 + NOISE]


def babble(listener, stop, sessions):
    """Says the next of SAID to each connection, whatever it hears."""
    listener.settimeout(0.2)
    while not stop.is_set():
        with contextlib.suppress(OSError):  # the camera hangs up in the middle
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(30)
                sessions.append(connection.recv(4096)[:1])
                connection.sendall(SAID[(len(sessions) - 1) % len(SAID)])


@pytest.mark.parametrize("architecture", ["x86_64", "armv7"])
def test_nothing_is_lost_and_frames_go_on(tmp_path, architecture):
    broker, stop, sessions = Broker(tmp_path), threading.Event(), []
    with CameraServer() as server, socket.create_server(("127.0.0.1", broker.port)) as listener:
        server.grey = 20
        source = {"type": "snapshot", "url": server.url(), "interval_ms": 20, "timeout_s": 5}
        mqtt = {"host": "127.0.0.1", "port": broker.port, "user": USER, "password": PASSWORD}
        with CameraProcess(tmp_path / "localdata", {"source": source, "mqtt": mqtt}, architecture) as camera:
            camera.put_model(make())
            thread = threading.Thread(target=babble, args=(listener, stop, sessions))
            thread.start()
            for turn in range(len(SAID)):
                server.grey = (235, 20)[turn % 2]
                camera.wait("an event", lambda: camera.status["state"]["state"] == ("open", "closed")[turn % 2])
                camera.wait(f"session {turn}", lambda: len(sessions) > turn)
                camera.wait_frames(3)
            stop.set()
            thread.join(60)
            listener.close()
            assert set(sessions) == {b"\x10"} and camera.metrics["mqtt_failures"] >= len(SAID)
            assert 1 <= camera.log.count(" mqtt: ") <= 6 and "unexpected" not in camera.log and camera.metrics["task_restarts"] == 0
            with broker, Listener(broker.port) as heard:
                camera.wait("everything is told", lambda: camera.status["mqtt"]["waiting"] == 0)
                numbers = heard.numbers(EVENT)
                assert numbers == list(range(1, numbers[-1] + 1)) and numbers[-1] >= len(SAID)
