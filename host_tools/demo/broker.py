"""A Mosquitto of the demonstration's own, on loopback, and a client that keeps what the camera says."""

import json
import shutil
import socket
import subprocess
import threading
import time

import paho.mqtt.client as mqtt

from contract import events
from host_tools.errors import DemoError

_START_S = 10
_DELIVERY_S = 15


class Broker:
    """Use as a context manager; `port` is the broker's."""

    def __init__(self, folder):
        self._folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def __enter__(self):
        program = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin:/opt/homebrew/sbin")
        if program is None:
            raise DemoError("mosquitto is missing: install it (apt-get install mosquitto)")
        configuration = self._folder / "mosquitto.conf"
        configuration.write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence false\n")
        with open(self._folder / "mosquitto.log", "wb") as log:
            self._process = subprocess.Popen([program, "-c", str(configuration)], stdout=log, stderr=log)
        _wait_for_port(self.port, self._process)
        return self

    def __exit__(self, *exception):
        self._process.terminate()
        self._process.wait()


class Listener:
    """Collects the events of one camera, the retained one first, in the order they arrive; `availability` is the last seen."""

    def __init__(self, port, topic, camera):
        self._events, self._lock = [], threading.Lock()
        self.availability = None
        self._state_topic = events.state_topic(topic, camera)
        self._event_topic = events.event_topic(topic, camera)
        self._availability_topic = events.availability_topic(topic, camera)
        self._client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
        self._client.on_connect = self._on_connect
        self._client.on_message = self._on_message
        subscribed = threading.Event()
        self._client.on_subscribe = lambda *_: subscribed.set()
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        if not subscribed.wait(_START_S):
            raise DemoError("mosquitto does not answer: see mosquitto.log in the demonstration's folder")

    def close(self):
        self._client.disconnect()
        self._client.loop_stop()

    def events(self):
        with self._lock:
            return list(self._events)

    def settled(self, sequence):
        """The events, once the one with number `sequence` has arrived (or did not within some seconds)."""
        deadline = time.monotonic() + _DELIVERY_S
        while time.monotonic() < deadline and all(event["sequence"] != sequence for event in self.events()):
            time.sleep(0.1)
        return self.events()

    def _on_connect(self, client, userdata, flags, reason, properties):
        client.subscribe([(self._state_topic, 1), (self._event_topic, 1), (self._availability_topic, 1)])

    def _on_message(self, client, userdata, message):
        if message.topic == self._availability_topic:
            self.availability = message.payload.decode()
            return
        if message.topic == self._state_topic and not message.retain:
            return  # what is new comes as an event; retained is what was before
        with self._lock:
            self._events.append(json.loads(message.payload))


def _wait_for_port(port, process):
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise DemoError("mosquitto did not start: see mosquitto.log in the demonstration's folder")
