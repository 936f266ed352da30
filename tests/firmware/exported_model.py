"""Model files as training writes them, of networks that nobody has trained."""

import numpy
import torch

from training import export
from training.config import Smoothing
from training.config import Student as Settings
from training.quantise import quantise, ranges
from training.student import Student

STATES = ["closed", "open"]
DOOR = Settings()
COLOUR = Settings(channels=3, blocks=((16, 1), (32, 2), (64, 2), (128, 2)))


def exported(path, settings, side):
    """A student with normalisations that are not neutral and a last layer that tells pictures apart, quantised."""
    torch.manual_seed(5)
    student, channels = Student(settings, len(STATES)), settings.channels
    with torch.no_grad():
        student.dense.weight *= 20
    fields = torch.randint(0, 256, (16, 4, 4, channels), dtype=torch.uint8)
    pixels = fields.repeat_interleave(side // 4, 1).repeat_interleave(side // 4, 2)
    for _ in range(20):
        student(pixels.permute(0, 3, 1, 2) / 255)
    layers = student.eval().folded()
    quantised = quantise(layers, ranges(layers, pixels, 100.0), side, side)
    spec = export.metadata(quantised, STATES, STATES, (side, side, channels), [0, 0, 10000, 10000], 1, "tests",
                           "2026-03-01T00:00:00.000Z", 5, Smoothing(), {}, {})
    selftest = pixels[:4].numpy()
    export.write(path, spec, quantised, selftest)
    assert len(numpy.unique(quantised.logits(selftest).numpy(), axis=0)) > 2
    return path
