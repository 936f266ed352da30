"""The camera's frame loop over rendered frames, on this machine: the real pipeline, network and view, and what it publishes."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from camera_firmware.inference import Inference, Modules
from camera_firmware.pipeline import Pipeline
from camera_firmware.view import View
from contract import model as model_file
from host_tools.native import frame, imgprep, ujpeg
from training import dwell, evaluate, surroundings

_LONGEST = 1 << 20
_QUALITY = 80
_MODULES = Modules(frame, ujpeg)


@dataclass(frozen=True)
class Published:
    """One event: when it was published, on the frames' clock."""

    time_ms: int
    state: str
    reason: str


@dataclass(frozen=True)
class Known:
    """A model file with the view that it should have; `viewed`: whether one could be learnt."""

    model: object
    network: object
    viewed: bool


def learn(path, frames, filtered=True):
    """The model file at `path`; where it has no view or dwell times of its own, with those of `frames`,
    training.dataset.Frames. Not `filtered`: without dwell times, as files from before contract.filter."""
    parsed, network = evaluate.load(Path(path))
    parsed.smoothing.setdefault("dwell_s", dwell.shortest(frames, parsed.labels))
    if not filtered:
        parsed.smoothing.pop("dwell_s")
    if parsed.view is None:
        reference = surroundings.choose(frames, parsed.region)
        if reference is not None:
            data = memoryview(np.ascontiguousarray(reference.edges)).cast("B")
            parsed.view = model_file.View(reference.metadata(), model_file.Tensor("U8", reference.edges.shape, data))
    return Known(parsed, network, parsed.view is not None)


class _Quiet:
    def __getattr__(self, name):
        return lambda *arguments: None


class _Clock:
    value = 0

    def now(self):
        return self.value


class _Source:
    def __init__(self):
        self.frame = self
        self.buffer = bytearray(_LONGEST)
        self.view = memoryview(self.buffer)


class Player:
    """One life of a camera. `show` frames in the order of time; `published` is what came out."""

    def __init__(self, known):
        self.published = []
        self._clock, self._source = _Clock(), _Source()
        self.view = View(_MODULES, imgprep, _LONGEST, True, _Quiet())
        stage = Inference(known.model, known.network, "", _MODULES, _LONGEST)
        self.pipeline = Pipeline(self._source, stage, self.view, _Quiet(), _Quiet(), self._clock, _Quiet(), _Quiet(), _Quiet())

    def show(self, pixels, time_ms):
        """One frame, uint8 [height, width, 3] RGB, as the camera would get it."""
        pixels = np.ascontiguousarray(pixels)
        length = ujpeg.encode(pixels, pixels.shape[1], pixels.shape[0], 3, self._source.buffer, _QUALITY)
        self._clock.value = time_ms
        before = self.pipeline.smoother.state, self.pipeline.smoother.reason
        self.pipeline.process(length, time_ms)
        smoother = self.pipeline.smoother
        if (smoother.state, smoother.reason) != before:
            self.published.append(Published(time_ms, smoother.state, smoother.reason))

    @property
    def state(self):
        return self.pipeline.smoother.state
