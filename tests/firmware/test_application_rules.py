"""Rules of the built firmware: raised once, cleared once, through kill -9, over MQTT, to the webhook and to Home Assistant."""

import base64
import json
import time

import pytest
from camera_model import make
from camera_process import CameraProcess
from camera_server import CameraServer
from mqtt_broker import PASSWORD, USER, Broker, Listener
from waiting import until
from webhook_receiver import Receiver

from contract import events

STATE, EVENT = events.state_topic("doorlens", "door"), events.event_topic("doorlens", "door")
CONFIG = "homeassistant/device/doorlens_door/config"
SECRET = "whsec_" + base64.b64encode(b"a secret of the tests").decode()
CLOSED, OPEN, BLOCKED = 20, 235, 128


def hours_in_two_hours():
    """A span of an hour of every day, UTC, that now is not in."""
    hour = time.gmtime().tm_hour + 2
    return "%02d:30-%02d:30" % (hour % 24, (hour + 1) % 24)


@pytest.fixture(params=["x86_64", "armv7"])
def world(request, tmp_path):
    """(camera, its picture server, listener, webhook's receiver)"""
    rules = {"time_zone": "UTC0", "settle_s": 0.5, "list": [
        {"name": "long", "when": "open_longer", "minutes": 0.03},
        {"name": "outside", "when": "open_outside", "hours": hours_in_two_hours()},
        {"name": "always-allowed", "when": "open_outside", "hours": "00:00-24:00"},
        {"name": "often", "when": "opened_often", "times": 2},
        {"name": "blind", "when": "cannot_see", "minutes": 0.05}]}
    with CameraServer() as server, Broker(tmp_path) as broker, Listener(broker.port) as listener, Receiver(SECRET) as receiver:
        server.grey = CLOSED
        settings = {"source": {"type": "snapshot", "url": server.url(), "interval_ms": 50, "timeout_s": 5}, "rules": rules,
                    "mqtt": {"host": "127.0.0.1", "port": broker.port, "user": USER, "password": PASSWORD},
                    "webhook": {"url": f"http://127.0.0.1:{receiver.port}/", "secret": SECRET}}
        with CameraProcess(tmp_path / "camera", settings, request.param) as camera:
            camera.put_model(make())
            camera.wait("closed", lambda: camera.status["state"]["state"] == "closed")
            yield camera, server, listener, receiver


def raised(camera):
    return sorted(camera.status["state"]["rules"])


def written(camera):
    return [json.loads(line) for line in (camera.folder / "events.jsonl").read_text().splitlines()]


def changes(logged, name):
    """What the log says of a rule: [True, False, ...]"""
    return [event["active"] for event in logged if event["rule"] == name]


def test_rules_are_raised_once_and_cleared_once_through_sudden_death(world):
    camera, server, listener, receiver = world
    server.grey = OPEN
    camera.wait("both are raised", lambda: raised(camera) == ["long", "outside"])
    listener.wait(STATE, lambda event: sorted(event["rules"]) == ["long", "outside"])
    since = camera.status["state"]["rules"]["long"]
    for _ in range(2):
        camera.kill()
        camera.start()
        assert camera.status["state"]["rules"]["long"] == since
        camera.wait("open", lambda: camera.status["state"]["state"] == "open")
        until_s = camera.status["uptime_s"] + 2
        camera.wait("rules are looked at twice", lambda: camera.status["uptime_s"] >= until_s)
    server.grey = BLOCKED
    camera.wait("blind is raised", lambda: raised(camera) == ["blind", "long", "outside"])
    server.grey = CLOSED
    camera.wait("all is over", lambda: raised(camera) == [])
    over = written(camera)
    assert [changes(over, name) for name in ("long", "outside", "blind", "often")] == [[True, False]] * 3 + [[]]
    for _ in range(2):
        server.grey = OPEN
        camera.wait("open", lambda: camera.status["state"]["state"] == "open")
        server.grey = CLOSED
        camera.wait("closed", lambda: camera.status["state"]["state"] == "closed")
    camera.wait("often is raised", lambda: "often" in raised(camera))
    camera.wait("what else was raised is over", lambda: raised(camera) == ["often"])
    camera.wait("all is told", lambda: camera.status["mqtt"]["waiting"] == camera.status["webhook"]["waiting"] == 0)
    number = camera.status["state"]["sequence"]
    until(lambda: listener.numbers(EVENT)[-1] == number)
    logged = written(camera)
    assert [event["sequence"] for event in logged] == list(range(1, number + 1))
    assert changes(logged, "often") == [True] and changes(logged, "always-allowed") == []
    for told in (listener.json(EVENT), receiver.events()):
        assert list({event["sequence"]: event for event in told}.values()) == logged
    announced = listener.json(CONFIG)[-1]["components"]
    assert {name for name in announced if name.startswith("rule_")} == {
        "rule_long", "rule_outside", "rule_always-allowed", "rule_often", "rule_blind"}


def test_rules_that_are_wrong_are_one_line(tmp_path):
    with pytest.raises(AssertionError, match="setting rules.time_zone: Europe/Berlin is not a POSIX time zone"):
        CameraProcess(tmp_path, {"source": {"type": "stdin"}, "rules": {"time_zone": "Europe/Berlin"}}).start()
