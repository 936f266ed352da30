"""Choices made on held-out frames after the student is trained: activation ranges, margin; and the figures."""

from dataclasses import dataclass

import torch
from torch.nn import functional

from training import decide, distil
from training.material import UNLABELLED
from training.quantise import Quantised, quantise, ranges

_SELF_TESTS = 4


@dataclass
class Chosen:
    """figures: "teacher", "student" and "int8" -> {"accuracy", "balanced_accuracy"} on held-out labelled frames."""

    quantised: Quantised
    margin: int
    percentile: float
    figures: dict


def select(student, soft, material, config):
    """Quantise the student with the percentile, and the margin, that are best on the held-out side."""
    layers, shape = student.folded(), material.exact.shape[1:3]
    own = material.train[:: max(1, len(material.train) // config.quantise.frames)]
    held_x, held_y = distil.held_out(material, config)
    best = None
    for percentile in config.quantise.percentiles:
        candidate = quantise(layers, ranges(layers, material.exact[own], percentile), *shape)
        loss = float(functional.cross_entropy(real_logits(candidate, held_x), held_y))
        if best is None or loss < best[0]:
            best = (loss, candidate, percentile)
    _, quantised, percentile = best
    margin = decide.choose_margin(quantised.logits(held_x), held_y, material.labels, quantised.output_scale,
                                  config.decision)
    return Chosen(quantised, margin, percentile, _figures(student, soft, quantised, material))


def real_logits(quantised, pixels):
    """Logits in real numbers, float32 [n, labels]."""
    return (quantised.logits(pixels).float() - quantised.output_zero) * quantised.output_scale


def _figures(student, soft, quantised, material):
    indices = material.labelled(material.held_out)
    x, y = material.exact[indices], material.target[indices]
    with torch.no_grad():
        plain = torch.cat([student(part.permute(0, 3, 1, 2).float() / 255) for part in x.split(256)])
    return {name: _score(out.argmax(1), y) for name, out in
            (("teacher", soft[indices]), ("student", plain), ("int8", real_logits(quantised, x)))}


def _score(best, y):
    right = (best == y).float()
    return {"accuracy": float(right.mean()),
            "balanced_accuracy": float(torch.stack([right[y == label].mean() for label in y.unique()]).mean())}


def self_test_pictures(material, config):
    """uint8 [4, h, w, c]: held-out frames of different labels, the last one noise that uses the whole range."""
    indices = material.labelled(material.held_out)
    target = material.target[indices]
    first = [int(indices[target == label][0]) for label in target.unique() if label != UNLABELLED]
    real = (first + [int(i) for i in indices if int(i) not in first] + first * _SELF_TESTS)[:_SELF_TESTS - 1]
    generator = torch.Generator().manual_seed(config.seed)
    noise = torch.randint(0, 256, (1, *material.exact.shape[1:]), generator=generator, dtype=torch.uint8)
    return torch.cat([material.exact[real], noise]).numpy()
