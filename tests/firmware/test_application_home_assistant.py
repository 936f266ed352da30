"""The built firmware announces itself to Home Assistant: retained, valid to an independent parser, and again when asked."""

import json

import ha_mqtt_models_pydantic as models
import pytest
from camera_model import make
from camera_process import CameraProcess
from camera_server import CameraServer
from mqtt_broker import PASSWORD, USER, Broker, Listener
from waiting import until

from contract import events

CONFIG, BIRTH = "homeassistant/device/doorlens_door/config", "homeassistant/status"
STATE = events.state_topic("doorlens", "door")


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    with Broker(tmp_path_factory.mktemp("broker")) as running:
        yield running


@pytest.fixture(scope="module", params=["x86_64", "armv7"])
def camera(request, broker, tmp_path_factory):
    with CameraServer() as server:
        server.grey = 20
        source = {"type": "snapshot", "url": server.url(), "interval_ms": 20}
        mqtt = {"host": "127.0.0.1", "port": broker.port, "user": USER, "password": PASSWORD}
        with CameraProcess(tmp_path_factory.mktemp("home"), {"source": source, "mqtt": mqtt}, request.param) as running:
            running.put_model(make())
            running.wait("closed", lambda: running.status["state"]["state"] == "closed")
            running.wait("everything is told", lambda: running.status["mqtt"]["waiting"] == 0)
            yield running


def test_announcement_is_retained_and_valid(camera, broker):
    with Listener(broker.port) as listener:
        until(lambda: listener.of(CONFIG) and listener.of(STATE))
        assert {topic for topic, _, retained in listener.messages if retained} >= {CONFIG, STATE}
        payload = listener.json(CONFIG)[-1]
    models.parse_device_discovery_payload(payload)
    for part in payload["components"].values():
        if len(part) > 1:
            models.parse_component_payload(part["platform"], part | {"device": payload["device"]})
    door = payload["components"]["state"]
    assert (door["payload_on"], door["payload_off"], door["state_topic"]) == ("open", "closed", STATE)
    assert len(json.dumps(payload)) < 8192


def test_birth_of_home_assistant_is_answered_and_nothing_else(camera, broker):
    with Listener(broker.port) as listener:
        until(lambda: listener.of(CONFIG) and listener.of(STATE))
        for other in (b"offline", b"", b"onlineonline", bytes(3000), b"\xff" * 300):
            listener.publish(BIRTH, other)
        listener.publish(BIRTH, b"online")
        until(lambda: len(listener.of(CONFIG)) > 1)
        until(lambda: len(listener.of(STATE)) > 1)
        camera.wait("everything is told", lambda: camera.status["mqtt"]["waiting"] == 0)
        assert len(listener.of(CONFIG)) == 2 and listener.of(CONFIG)[0] == listener.of(CONFIG)[1]
        assert camera.metrics["mqtt_connections"] == 1 and camera.log.count("Home Assistant has started") == 1
