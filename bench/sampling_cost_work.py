"""Features and sampling policy over a sequence of frames, in the built firmware.

As a script: sampling_cost_work.py FOLDER FRAMES CHANNELS [SLOTS]. FOLDER holds frames.bin (64 x 64 x CHANNELS bytes a
frame) and facts.txt, a line a frame: UTC ms, milliseconds since the start, verdict, lead, smoothed state, bytes. Prints a
line a frame: what was computed of it, whether centres waited to be placed, and the reason it was kept for. SLOTS is a file
of one byte a frame, the counter's slot around that frame; slot 0 is around nothing.
"""

import gc
import random
import sys

import imgprep

from camera_firmware.features import Features
from contract.sampling import Policy

_SIDE = 64
_START, _STOP = 0x044C0000, 0x044C8000  # sdk/counter/counter.h
_COLLECT = 32  # frames between two collections, which happen outside the counted stretch


class Watched:
    """imgprep that remembers what is expensive."""

    def __init__(self):
        self.done = ""
        for name in dir(imgprep):
            if not name.startswith("_") and name not in ("hog", "colour_shares"):
                setattr(self, name, getattr(imgprep, name))

    def hog(self, *arguments):
        self.done += "h"
        imgprep.hog(*arguments)

    def colour_shares(self, *arguments):
        self.done += "c"
        imgprep.colour_shares(*arguments)


class Looker:
    def __init__(self, channels):
        self.shape = (_SIDE, _SIDE, channels)
        self.small = bytearray(_SIDE * _SIDE * channels)


class Stage:
    """In place of inference.Inference, with a frame's facts."""

    model, verdict = None, None

    def __init__(self, channels):
        self.looker = Looker(channels)
        self._lead = 0

    def take(self, file, facts):
        file.readinto(self.looker.small)
        self.model = None if facts[2] == "-" else True
        self.verdict, self._lead = facts[2], int(facts[3])

    def lead(self):
        return self._lead


def mark(descriptor):
    open(descriptor).close()


def main(folder, frames, channels, slots=None):
    uncounted = imgprep if slots else Watched()
    random.seed(5)
    policy, features = Policy({}, imgprep.mean_abs_diff, random.random, imgprep.nearest), Features(uncounted)
    policy.prepare(features.look)
    fill(policy)
    for _ in range(_COLLECT if slots else 0):
        mark(_START)
        mark(_STOP)
    stage = Stage(int(channels))
    slots = open(slots, "rb").read() if slots else None
    with open(folder + "/frames.bin", "rb") as pixels, open(folder + "/facts.txt") as lines:
        for i in range(int(frames)):
            facts = lines.readline().split()
            stage.take(pixels, facts)
            gc.disable()
            waits = policy._owes
            if slots:
                mark(_START + slots[i])
                choice = offer(policy, features, stage, int(facts[0]), int(facts[1]), facts[4], int(facts[5]))
                mark(_STOP + slots[i])
                print(choice.reason if choice else "-")
            else:
                uncounted.done = ""
                choice = offer(policy, features, stage, int(facts[0]), int(facts[1]), facts[4], int(facts[5]))
                print(uncounted.done or "-", int(waits), choice.reason if choice else "-")
            if i % _COLLECT == 0:
                gc.enable()
                gc.collect()


def fill(policy):
    """With as many small pictures as it can remember, of a long time ago, so that every search is as long as it gets."""
    album, tiny = policy._album, bytearray(64)
    for i in range(6000):
        level = random.getrandbits(7)
        for k in range(64):
            tiny[k] = level + random.getrandbits(6)
        album.show(tiny, True, i - 100000000)
        album.has()
        album.add(i - 100000000)
    if min(album._counts) < album._places:
        raise ValueError("the album is not full")


def offer(policy, features, stage, time_ms, now_ms, smoothed, size):
    """As camera_firmware.collector does it."""
    choice = policy.update(features.fill(stage, smoothed), time_ms, now_ms, size)
    if choice:
        policy.kept(size)
    return choice


main(*sys.argv[1:])
