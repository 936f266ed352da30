"""What sampling holds in memory, busy for a while, and what writing its state takes besides. For the firmware.

As a script: sampling_memory_work.py FOLDER. Prints as JSON bytes of the heap that spool, policy, features, ring and state
hold, of their buffers outside the heap, of the garbage of one writing of the state, and how many samples were kept.
"""

import gc
import json
import sys

import frame
import imgprep

from camera_firmware.collector import Collector
from camera_firmware.features import Features
from camera_firmware.metrics import Metrics
from camera_firmware.policy_state import PolicyState
from camera_firmware.ring import RING_BYTES, Ring
from camera_firmware.spool import Spool, pending_bytes
from contract.sampling import Policy

_LIMIT = 33554432
_FRAMES = 1500


class Silent:
    def repeated(self, area, text):
        raise ValueError(text)

    def recovered(self, area, text):
        pass


class Looker:
    shape = (32, 32, 1)
    frame_width, frame_height = 640, 360
    small = bytearray(1024)


class Stage:
    model, verdict, sequence, looker = True, "closed", 3, Looker()

    def score(self):
        return 0.99

    def lead(self):
        return 200


def heap():
    gc.collect()
    return gc.mem_alloc()


def made(folder, metrics):
    policy = Policy({}, imgprep.mean_abs_diff, lambda: 0.5, imgprep.nearest)
    features = Features(imgprep)
    policy.prepare(features.look)
    spool = Spool(folder + "/spool", _LIMIT, 7, frame.buffer(pending_bytes(_LIMIT)), Silent(), metrics)
    state = PolicyState(policy, folder + "/sampling.json", Silent())
    return Collector("door", policy, features, state, Ring(frame.buffer(RING_BYTES)), spool)


def main(folder):
    metrics, stage, jpeg = Metrics(), Stage(), bytes(9000)
    before = heap()
    collector = made(folder, metrics)
    for i in range(_FRAMES):
        for k in range(1024):
            stage.looker.small[k] = (k * 37 + i // 7 * k) & 0xFF
        stage.verdict = "open" if i // 40 % 9 == 0 else "closed"
        collector.offer(jpeg, 1772323200000 + 20000 * i, 20000 * i, stage, stage.verdict)
        collector.tick(20000 * i)
    held = heap() - before
    gc.disable()
    garbage = gc.mem_alloc()
    collector._state.save()
    garbage = gc.mem_alloc() - garbage
    gc.enable()
    print(json.dumps({"heap": held, "buffers": pending_bytes(_LIMIT) + RING_BYTES, "garbage": garbage,
                      "kept": metrics.value("samples_kept")}))


main(*sys.argv[1:])
