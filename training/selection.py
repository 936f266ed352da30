"""Choices made on held-out frames after the student is trained: ranges, rounding, calibration, margin; and the figures."""

from dataclasses import dataclass

import torch

from contract.decision import UNUSABLE
from training import calibrate, decide, distil, qat
from training.material import UNLABELLED
from training.quantise import Quantised, quantise, ranges, real_logits

_SELF_TESTS = 4
_AWARE_STAGE = 4  # of the run's stages, each of which has random numbers of its own


@dataclass
class Chosen:
    """figures: "teacher", "student" and "int8" -> {"accuracy", "balanced_accuracy"} on held-out labelled frames;
    losses: "post-training" and "aware" (None: not tried) -> held-out loss; aware: which of them was taken;
    calibration: what is folded into `quantised`, for the network in real numbers."""

    quantised: Quantised
    margin: int
    percentile: float
    figures: dict
    losses: dict
    aware: bool
    calibration: calibrate.Calibration


def select(student, soft, material, config, progress=None):
    """Quantise the student: with the percentile that is best on the held-out side, by rounding alone or by training in
    integers, whichever has the smaller held-out loss there; then calibration and margin. soft: the teacher's logits.
    """
    layers, held = student.folded(), distil.held_out(material, config)
    loss, quantised, found, percentile = rounded(layers, material, config, held)
    losses, aware = {"post-training": loss, "aware": None}, False
    if config.quantise.aware_steps:
        generator = torch.Generator().manual_seed(config.seed * 16 + _AWARE_STAGE)
        trained, losses["aware"] = qat.train(layers, found, material, soft, config, generator, progress)
        aware = losses["aware"] < loss
        quantised = trained if aware else quantised
    states = len(material.labels) - (UNUSABLE in material.labels)
    calibration = calibrate.fit(real_logits(quantised, held[0]), held[1], states)
    calibration = calibrate.lean(calibration, *_rest_and_others(quantised, soft, material, states))
    calibration = calibrate.priced(calibration, material.labels, states, config.decision)
    quantised = calibrate.fold(quantised, calibration)
    margin = decide.choose_margin(quantised.logits(held[0]), held[1], material.labels, quantised.output_scale,
                                  config.decision)
    return Chosen(quantised, margin, percentile, _figures(student, soft, quantised, material), losses, aware,
                  calibration)


def _rest_and_others(quantised, soft, material, states):
    """Real logits of held-out frames of the first state and of the others, by their label or, without one, the
    teacher's opinion."""
    held = material.held_out
    believed = torch.where(material.target[held] == UNLABELLED, soft[held].argmax(1), material.target[held])
    logits = real_logits(quantised, material.exact[held])
    return logits[believed == 0], logits[(believed > 0) & (believed < states)]


def rounded(layers, material, config, held):
    """(held-out loss, Quantised, ranges, percentile): the best of the configured percentiles."""
    shape = material.exact.shape[1:3]
    own = material.train[:: max(1, len(material.train) // config.quantise.frames)]
    best = None
    for percentile in config.quantise.percentiles:
        found = ranges(layers, material.exact[own], percentile)
        candidate = quantise(layers, found, *shape)
        loss = qat.held_out_loss(candidate, *held)
        if best is None or loss < best[0]:
            best = (loss, candidate, found, percentile)
    return best


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
