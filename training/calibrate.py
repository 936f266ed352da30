"""Logits whose softmax can be believed, and a threshold for every state; both fold into the network.

A temperature: Guo et al., "On Calibration of Modern Neural Networks", arXiv 1706.04599. Beside it an offset a
state: Alexandari et al., "Maximum Likelihood with Bias-Corrected Calibration is Hard-To-Beat at Label Shift
Adaptation", arXiv 1901.06852. Costs become thresholds as in Elkan, "The Foundations of Cost-Sensitive Learning",
IJCAI 2001. Held-out frames are few, so both are the most probable values under a normal prior, not the likeliest.

A door at rest always looks much the same; what it can look like otherwise nobody has labelled in full, neither one that
has just begun to open nor all that may stand in front of it. So where frames at rest leave room before the threshold, the
other labels get half of it. Where frames at rest reach beyond it (low sun on the door, few labels), it is moved to their
end, but not beyond half of what the other states are ahead.
"""

import math
from dataclasses import dataclass, replace

import torch
from torch.nn import functional

from training.decide import prices

_OFFSET_SPREAD = 1.0        # of the prior: offsets of one logit are usual
_TEMPERATURE_SPREAD = 0.5   # of the prior of log temperature
_TEMPERATURES = torch.linspace(-2.0, 2.0, 161).double()  # logarithms tried
_REST = 0.995               # share of the frames at rest up to which they leave no room
_ROOM = 0.5                 # of the log odds between those frames and the threshold: what the other labels gain
_FEWEST_AT_REST = 30        # frames from which anything is concluded
_OTHERS = 0.05              # share of the other states' frames that are not counted as ahead
_LARGEST_BIAS = 1 << 30     # of the dense layer in int32; the sums of products need far less than the rest


@dataclass(frozen=True)
class Calibration:
    """Calibrated logits are (logits + offset) / temperature; `offset`: one real number a label."""

    offset: tuple
    temperature: float

    def __call__(self, logits):
        """float [n, labels] -> the same, calibrated."""
        return (logits + torch.tensor(self.offset, dtype=logits.dtype)) / self.temperature


def fit(logits, target, states):
    """The Calibration of real logits [n, labels] on held-out frames; target int64 [n]; `states`: of the first labels.

    Offsets: every label counts alike, however rare, whatever the frames' number. Temperature: every frame counts alike.
    """
    logits = logits.double()
    offset = _offsets(logits, target, states)
    return _calibration(offset, _temperature(logits + offset, target))


def priced(calibration, labels, states, config):
    """The Calibration with thresholds moved by what config (training.config.Decision) says about costs."""
    price = torch.tensor(prices(labels, config), dtype=torch.float64).amax(1)[:states].log()
    offset = torch.tensor(calibration.offset, dtype=torch.float64)
    offset[:states] += calibration.temperature * (price - price.mean())
    return _calibration(offset, calibration.temperature)


def loss(logits, target):
    """Mean cross entropy of logits [n, labels] at the temperature that suits them: what could be made of them, however
    sure they happen to be of themselves. Networks that are all right differ little otherwise, and the least trained wins."""
    logits = logits.double()
    return float(functional.cross_entropy(logits / _temperature(logits, target), target))


def lean(calibration, rest, others):
    """The Calibration with more for all labels but the first: half of the room that frames at rest leave; or with less,
    if they leave none and the other states can do without.

    rest, others: real logits [n, labels] of frames that are believed to show the first state, and another one. With
    few frames at rest nothing changes.
    """
    if len(rest) < _FEWEST_AT_REST:
        return calibration
    end = _lead(calibration, rest, _REST)
    ahead = _lead(calibration, others, _OTHERS) if len(others) else 0.0
    gain = calibration.temperature * (-_ROOM * end if end < 0 else -min(end, max(_ROOM * ahead, 0.0)))
    return replace(calibration, offset=(calibration.offset[0], *(value + gain for value in calibration.offset[1:])))


def _lead(calibration, logits, share):
    """Log odds of the best label but the first against the first, below which this share of the frames is."""
    calibrated = calibration(logits.double())
    return float((calibrated[:, 1:].max(1).values - calibrated[:, 0]).quantile(share))


def _calibration(offset, temperature):
    return Calibration(tuple(offset.tolist()), temperature)


def _offsets(logits, target, states):
    count = torch.bincount(target, minlength=logits.shape[1]).double()
    weight = (1 / count.clamp(min=1))[target]
    weight = weight / weight.sum() * len(target)
    free = torch.zeros(states, dtype=torch.float64, requires_grad=True)
    log_temperature = torch.zeros((), dtype=torch.float64, requires_grad=True)  # a separate one: labels count alike here
    solver = torch.optim.LBFGS([free, log_temperature], max_iter=200, line_search_fn="strong_wolfe")

    def offset():
        return functional.pad(free - free.mean(), (0, logits.shape[1] - states))

    def loss():
        solver.zero_grad()
        warm = (logits + offset()) * torch.exp(-log_temperature)
        value = (weight * functional.cross_entropy(warm, target, reduction="none")).sum()
        value = value + (free / _OFFSET_SPREAD).square().sum() / 2 + (log_temperature / _TEMPERATURE_SPREAD) ** 2 / 2
        value.backward()
        return value

    solver.step(loss)
    return offset().detach()


def _temperature(logits, target):
    losses = torch.stack([functional.cross_entropy(logits / t.exp(), target, reduction="sum") for t in _TEMPERATURES])
    losses = losses + (_TEMPERATURES / _TEMPERATURE_SPREAD) ** 2 / 2
    return math.exp(float(_TEMPERATURES[int(losses.argmin())]))


def fold(quantised, calibration):
    """The int8 network with the offsets in its dense layer's bias and the temperature in its output's scale.

    One unit of that int32 bias is far finer than a logit step, so offsets are exact to well below one step.
    """
    dense = quantised.layers[-1]
    unit = dense.multiplier.double() * 2.0 ** -31 * 2.0 ** -dense.shift.double()  # logit steps of one unit
    offset = torch.tensor(calibration.offset, dtype=torch.float64) / quantised.output_scale
    bias = (dense.bias.double() + offset / unit).round().clamp(-_LARGEST_BIAS, _LARGEST_BIAS).to(torch.int32)
    return replace(quantised, layers=[*quantised.layers[:-1], replace(dense, bias=bias)],
                   output_scale=quantised.output_scale / calibration.temperature)


def fold_real(layers, calibration):
    """The same for folded layers in real numbers (training.student.Layer), whose logits are then calibrated."""
    dense = layers[-1]
    offset = torch.tensor(calibration.offset, dtype=dense.bias.dtype)
    return [*layers[:-1], replace(dense, weight=dense.weight / calibration.temperature,
                                  bias=(dense.bias + offset) / calibration.temperature)]
