"""A camera before which nothing happens: the whole of sampling, hours of it, with every sync of the disk counted."""

import json
import os

try:
    import imgprep
except ImportError:
    from host_tools.native import imgprep

from camera_firmware.collector import Collector
from camera_firmware.features import Features
from camera_firmware.metrics import Metrics
from camera_firmware.policy_state import PolicyState
from camera_firmware.ring import Ring
from camera_firmware.spool import Spool
from contract import durable
from contract.sampling import Policy
from sampling_scene import START_MS, Lcg

STEP_MS, MINUTE_MS = 10000, 60000
HOURS = 5
JPEG = bytes(20000)


class Silent:
    def repeated(self, area, text):
        raise AssertionError(text)

    def recovered(self, area, text):
        pass


class Looker:
    shape = (32, 32, 1)
    frame_width, frame_height = 640, 360

    def __init__(self):
        self.small = bytearray(1024)


class Stage:
    """A shut door with a camera's noise."""

    model, verdict, sequence = True, "closed", 3

    def __init__(self):
        self.looker = Looker()
        self._noise = Lcg(3)

    def look(self):
        small = self.looker.small
        for i in range(0, 1024, 31):
            small[i] = i % 200 + self._noise.below(3)

    def score(self):
        return 0.99

    def lead(self):
        return 200


def quiet_hours(path, syncs):
    """Runs it; `syncs` receives the time of every sync. Returns what was kept."""
    metrics, stage, now_ms = Metrics(), Stage(), 0
    policy = Policy({"random_percent": 10}, imgprep.mean_abs_diff, Lcg(5), imgprep.nearest)
    spool = Spool(path + "/spool", 1 << 22, 7, bytearray(1 << 17), Silent(), metrics)
    state = PolicyState(policy, path + "/sampling.json", Silent())
    collector = Collector("door", policy, Features(imgprep), state, Ring(bytearray(1 << 17)), spool)
    original = durable._fsync_path
    durable._fsync_path = lambda target: syncs.append(now_ms)
    try:
        while now_ms < HOURS * 60 * MINUTE_MS:
            stage.look()
            collector.offer(JPEG, START_MS + now_ms, now_ms, stage, "closed")
            collector.tick(now_ms)
            now_ms += STEP_MS
    finally:
        durable._fsync_path = original
    return metrics.value("samples_kept")


def test_at_most_one_sync_a_minute_when_nothing_happens():
    path, syncs = "/tmp/doorlens-quiet-%d" % int.from_bytes(os.urandom(4), "big"), []
    os.mkdir(path)
    kept = quiet_hours(path, syncs)
    minutes = HOURS * 60
    assert 3 <= kept < 20 and 0 < len(syncs) <= minutes, (kept, len(syncs))
    for begin in range(0, minutes - 30):
        within = len([time for time in syncs if begin * MINUTE_MS <= time < (begin + 30) * MINUTE_MS])
        assert within <= 30, (begin, within)
    with open(path + "/sampling.json") as file:
        assert "version" in json.load(file)
    clear(path)


def clear(path):
    for name in os.listdir(path + "/spool"):
        os.remove(path + "/spool/" + name)
    os.rmdir(path + "/spool")
    os.remove(path + "/sampling.json")
    os.rmdir(path)
