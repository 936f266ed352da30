"""kill -9 at random instants while states change: no number twice, nothing lost, nothing out of order. DOORLENS_KILLS for more."""

import json
import os
import random
import threading
import time

from camera_model import make
from camera_process import CameraProcess
from camera_server import CameraServer
from mqtt_broker import PASSWORD, USER, Broker, Listener
from waiting import until

from contract import events

KILLS = int(os.environ.get("DOORLENS_KILLS", "12"))
STATE, EVENT = events.state_topic("doorlens", "door"), events.event_topic("doorlens", "door")


class Flapping(threading.Thread):
    """A door that opens and shuts at random."""

    def __init__(self, server, rng):
        super().__init__(daemon=True)
        self._server, self._rng, self._stop_it = server, rng, threading.Event()
        self.start()

    def run(self):
        while not self._stop_it.wait(self._rng.uniform(0.02, 0.2)):
            self._server.grey = self._rng.choice((20, 235, 128))

    def stop(self):
        self._stop_it.set()
        self.join()


def logged(folder):
    names = [name for name in ("events.previous.jsonl", "events.jsonl") if (folder / name).exists()]
    return [json.loads(line) for name in names for line in (folder / name).read_text().splitlines()]


def test_killed_at_random_instants_numbers_and_order_hold(tmp_path):
    rng = random.Random(8)
    with CameraServer() as server, Broker(tmp_path) as broker, Listener(broker.port) as listener:
        source = {"type": "snapshot", "url": server.url(), "interval_ms": 5, "timeout_s": 1}
        mqtt = {"host": "127.0.0.1", "port": broker.port, "user": USER, "password": PASSWORD}
        with CameraProcess(tmp_path / "camera", {"source": source, "mqtt": mqtt}) as camera:
            camera.put_model(make())
            door = Flapping(server, rng)
            for _ in range(KILLS):
                time.sleep(rng.uniform(0.01, 0.5))
                camera.kill()
                camera.start()
            door.stop()
            server.grey = 235
            camera.wait("open", lambda: camera.status["state"]["state"] == "open")
            camera.wait("all is told", lambda: camera.status["mqtt"]["waiting"] == 0)
            written = logged(tmp_path / "camera")
            numbers = [event["sequence"] for event in written]
            assert numbers == list(range(1, len(numbers) + 1)) and len(numbers) > 2 * KILLS
            until(lambda: listener.numbers(EVENT)[-1] == numbers[-1])
            listener.wait(STATE, lambda event: event["sequence"] == numbers[-1])
    told, content = [], {}
    for event in listener.json(EVENT):
        if event["sequence"] not in content:
            told.append(event["sequence"])
        assert content.setdefault(event["sequence"], event) == event, "a number was given twice"
    assert told == numbers and [content[number] for number in numbers] == written
    states = listener.numbers(STATE)
    assert states == sorted(states), "the retained state never went back"
