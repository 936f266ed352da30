"""A model file made without training: it calls a dark door open."""

import numpy as np
import torch

from tiny_door import REGION
from training import export
from training.config import Smoothing
from training.quantise import quantise
from training.student import Layer

STATES = ["closed", "open"]
SIDE = 16


def write_model(path, threshold=0.37, steepness=20.0, sequence=1, margin=0, states=STATES):
    """Writes the file, returns `path`. threshold: mean brightness 0..1 of the region that divides the states."""
    layers = [Layer("avgpool", 1, 1, False),
              Layer("dense", 1, 2, False, torch.tensor([[steepness], [-steepness]]),
                    torch.tensor([-steepness * threshold, steepness * threshold]))]
    most = steepness * max(threshold, 1 - threshold)
    quantised = quantise(layers, [(0.0, 1.0), (-most, most)], SIDE, SIDE)
    spec = export.metadata(quantised, states, states, (SIDE, SIDE, 1), REGION, sequence, "tiny",
                           "2026-03-01T00:00:00.000Z", margin, Smoothing(), {"run": path.parent.name}, {})
    grey = np.full((1, SIDE, SIDE, 1), 100, np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    export.write(path, spec, quantised, grey)
    return path
