"""Lives of a camera's update code on the host: the same Python as in the firmware, with the host's own C cores."""

import json
from pathlib import Path

import numpy
from camera_model import make
from camera_server import picture
from signed_camera import KEY, PRODUCT, digest, signed

from camera_firmware import settings
from camera_firmware.inference import Inference, Modules
from camera_firmware.metrics import Metrics
from camera_firmware.signed_updates import SignedUpdates
from contract import api
from host_tools import keys, native

FRAMES = 2
_FILLER = 80000  # bytes: so that an upload is synced on its way
_LONGEST = 1 << 20


class Silent:
    """In place of a log; keeps what it is told."""

    def __init__(self):
        self.said = []

    def error(self, area, text):
        self.said.append(text)

    info = warning = repeated = error


def filled(spec, tensors):
    tensors["filler"] = numpy.random.default_rng(1).integers(0, 256, _FILLER).astype(numpy.uint8)


def swapped(spec, tensors):
    """Open for closed and the other way round, with a self-test that knows it."""
    for name in ("1.weight", "1.bias"):
        tensors[name] = numpy.ascontiguousarray(tensors[name][[1, 0, 2]])
    tensors["selftest.logits"] = numpy.ascontiguousarray(tensors["selftest.logits"][:, [1, 0, 2]])


def worse(spec, tensors):
    filled(spec, tensors)
    swapped(spec, tensors)


def given():
    """The section "update" of the settings."""
    of = {"key": KEY.public_hex, "product": PRODUCT, "trial_frames": FRAMES, "max_latency_ms": 60000}
    return settings.check({"camera": "door", "source": {"type": "stdin"}, "update": of})["update"]


class Life:
    """From a start to an end on the files of `folder`. `use`: the number of the model in use, or None."""

    jpeg = picture(20)

    def __init__(self, folder, firmware=None):
        self.log = Silent()
        self.updates = SignedUpdates(str(folder), given(), keys.verify, native.nn, self.log, Metrics(), firmware)
        self.updates.start()
        self.use = self.stage = None
        self.safe_mode = self.updates.safe_mode
        if not self.safe_mode:
            stored = self.updates.handed_over()
            if stored:
                self.take_over(self.make_stage(stored))
            self.updates.attach(self.make_stage, self.take_over)

    def make_stage(self, stored):
        return Inference(*stored, Modules(native.frame, native.ujpeg), _LONGEST)

    def take_over(self, stage):
        self.stage, self.use = stage, stage.sequence

    def frames(self, count=12 * FRAMES):
        for _ in range(count):
            verdict = "unknown"
            if self.stage:
                self.stage.look(self.jpeg, len(self.jpeg))
                verdict = self.stage.verdict
            self.updates.look(self.jpeg, len(self.jpeg), verdict)

    def push(self, data, piece):
        """As a host does: goes on where the camera is; an update that arrived before is not sent again."""
        state = self.updates.state()
        if state["digest"] == digest(data) and state["state"] in (api.TRIAL, api.CONFIRMED, api.REJECTED):
            return
        at = state["have"] if state["digest"] == digest(data) else 0
        while at < len(data):
            self.updates.put(at, data[at:at + piece])
            at += len(data[at:at + piece])

    def update(self, data, piece=4096):
        """Pushes, sees frames until the trial has ended, and lasts."""
        self.push(data, piece)
        self.frames()
        if not self.safe_mode:
            self.updates.settled()


def short(folder, times):
    """So many starts that do not last."""
    for _ in range(times):
        Life(folder)


def number(sequence, change=filled):
    return signed(sequence, make(sequence, change))


def again(folder, data):
    """A push that nothing disturbs, with as many starts as the safe mode wants. The Life that is left."""
    life = Life(folder)
    life.update(data)
    if life.safe_mode:
        life = Life(folder)
        life.update(data)
    return life


def installed(folder, *numbers):
    Path(folder).mkdir()
    for sequence in numbers:
        Life(folder).update(number(sequence))


def boots(folder):
    return json.loads((Path(folder) / "slots.json").read_text())["boots"]
