"""A model file small enough to work out by hand: dark frames are closed, bright ones open, grey ones unusable."""

import copy
import json

import numpy
from safetensors.numpy import save

from contract.model import METADATA_KEY

LABELS = ["closed", "open", "unusable"]
SIDE = 8
_WEIGHTS = numpy.array([[-100], [100], [0]], numpy.int8)
_BIAS = numpy.array([0, 0, 5120], numpy.int32)

SPEC = {
    "format": 1, "sequence": 1, "project": "tests", "created": "2026-03-01T00:00:00.000Z",
    "states": LABELS[:2], "labels": LABELS,
    "input": {"width": SIDE, "height": SIDE, "channels": 1, "region": [1000, 1000, 9000, 9000]},
    "layers": [
        {"op": "avgpool", "stride": 1, "out_channels": 1, "input_zero": -128, "output_zero": -128, "low": -128, "high": 127},
        {"op": "dense", "stride": 1, "out_channels": 3, "input_zero": -128, "output_zero": 0, "low": -128, "high": 127},
    ],
    "output": {"scale": 0.05, "zero": 0}, "decision": {"min_margin": 4},
    "smoothing": {"confirm_frames": 2, "unknown_frames": 2, "stale_s": 3}, "training": {}, "metrics": {},
}


def logits(pixels):
    """What the network must answer for a uint8 picture, by the definition of requantisation."""
    mean = (int(pixels.sum()) + 32) // 64 - 128
    return [max(-128, min(127, (int(w) * mean + int(b) + 64) >> 7)) for w, b in zip(_WEIGHTS[:, 0], _BIAS)]


def tensors():
    half = 1 << 30
    pictures = numpy.random.default_rng(7).integers(0, 256, (4, SIDE, SIDE, 1)).astype(numpy.uint8)
    pictures[0], pictures[1], pictures[2] = 20, 230, 128
    return {
        "0.bias": numpy.array([SIDE * SIDE * 128], numpy.int32),
        "0.multiplier": numpy.array([half], numpy.int32),
        "0.shift": numpy.array([5], numpy.uint8),
        "1.weight": _WEIGHTS,
        "1.bias": _BIAS,
        "1.multiplier": numpy.full(3, half, numpy.int32),
        "1.shift": numpy.full(3, 6, numpy.uint8),
        "selftest.input": pictures,
        "selftest.logits": numpy.array([logits(one) for one in pictures], numpy.int8),
    }


def make(sequence=1, change=None):
    """The file's bytes. `change(spec, tensors)` may spoil it before it is written."""
    spec, parts = copy.deepcopy(SPEC), tensors()
    spec["sequence"] = sequence
    if change:
        change(spec, parts)
    return save(parts, metadata={METADATA_KEY: json.dumps(spec)})
