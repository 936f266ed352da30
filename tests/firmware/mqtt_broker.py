"""Mosquitto on loopback, and what a subscriber to it sees."""

import json
import shutil
import socket
import ssl
import subprocess
import time

import paho.mqtt.client as mqtt
import pytest
from camera_process import free_port
from waiting import until

USER, PASSWORD = "camera", "of the broker"
_PROGRAM = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")


class Broker:
    """Keeps nothing when it stops. `certificate` is a PEM file with certificate and key: then it speaks TLS."""

    def __init__(self, folder, certificate=None):
        if not _PROGRAM:
            pytest.skip("mosquitto is missing: install it with `apt-get install mosquitto`")
        self.port = free_port()
        passwords = folder / "passwords"
        subprocess.run(["mosquitto_passwd", "-b", "-c", passwords, USER, PASSWORD], check=True)
        passwords.chmod(0o644)
        self._config = folder / "mosquitto.conf"
        self._config.write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous false\npassword_file {passwords}\n"
                                "persistence false\nuser root\n"
                                + (f"certfile {certificate}\nkeyfile {certificate}\n" if certificate else ""))
        self._process = None

    def start(self):
        self._process = subprocess.Popen([_PROGRAM, "-c", self._config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop(self):
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *exception):
        self.stop()


class Listener:
    """`messages` are (topic, payload, retained) of all topics, in the order of their coming. A context manager."""

    def __init__(self, port, ca=None, host="127.0.0.1", topics="#"):
        self.messages = []
        self._client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
        self._client.username_pw_set(USER, PASSWORD)
        if ca:
            self._client.tls_set(ca, cert_reqs=ssl.CERT_REQUIRED)
        self._client.on_connect = lambda client, *_: client.subscribe(topics, qos=1)
        self._client.on_message = lambda _, __, message: self.messages.append((message.topic, message.payload, message.retain))
        subscribed = []
        self._client.on_subscribe = lambda *_: subscribed.append(True)
        until(lambda: self._connected(host, port))
        self._client.loop_start()
        until(lambda: subscribed)

    def _connected(self, host, port):
        try:
            return self._client.connect(host, port) == 0
        except OSError:
            time.sleep(0.05)
            return False

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def close(self):
        self._client.disconnect()
        self._client.loop_stop()

    def publish(self, topic, payload, retain=False):
        self._client.publish(topic, payload, 1, retain).wait_for_publish(10)

    def of(self, topic):
        """The payloads of a topic."""
        return [payload for heard, payload, _ in list(self.messages) if heard == topic]

    def json(self, topic):
        return [json.loads(payload) for payload in self.of(topic)]

    def numbers(self, topic):
        """The sequence numbers that came, in the order of their coming."""
        return [event["sequence"] for event in self.json(topic)]

    def wait(self, topic, condition):
        """Until `condition(payload as JSON)` is true of the topic's latest message."""
        until(lambda: self.of(topic) and condition(self.json(topic)[-1]))


def accept_rubbish(listener, answers, stop):
    """A broker that is none: each connection gets the next of `answers` and is then closed; until `stop` is set."""
    listener.settimeout(0.2)
    at = 0
    while not stop.is_set():
        try:
            connection, _ = listener.accept()
        except socket.timeout:
            continue
        with connection:
            connection.settimeout(1)
            try:
                connection.recv(4096)
                connection.sendall(answers[at % len(answers)])
                at += 1
                stop.wait(0.05)
            except OSError:
                pass
