"""How far the best logit must lead before the camera believes it."""

import torch

from contract.decision import UNUSABLE
from training.errors import TrainingError

_DOUBT = 0.5  # calibrated opinions that one held-out frame's outcome is averaged with


def leads(logits):
    """int8 [n, labels] -> (index of the best [n], its lead in logit steps [n]), as contract.decision computes."""
    top = logits.to(torch.int64).topk(2, 1).values
    return logits.to(torch.int64).argmax(1), top[:, 0] - top[:, 1]


def prices(labels, config):
    """What it costs to report column for row: list of lists over `labels`, "unknown" (also for unusable) being 1.

    The first label is the state at rest: another state in its place is a false opening, it in place of
    another a missed one. A state where the view is unusable, and states mixed up otherwise, cost wrong_cost.
    """
    states = [label for label in labels if label != UNUSABLE]

    def price(true, reported):
        if true == reported:
            return 0.0
        if reported == UNUSABLE:
            return 1.0
        if true == UNUSABLE or states[0] not in (true, reported):
            return config.wrong_cost
        return config.false_opening if true == states[0] else config.missed_opening

    return [[price(true, reported) for reported in labels] for true in labels]


def cost(logits, target, labels, margin, scale, config):
    """Mean over the true labels of the price of what is reported with `margin`; scale: real value of a logit step.

    Frames are few and one says little: what its lead makes of it by the calibrated softmax, wrong with
    probability 1 / (1 + exp(lead)), counts as much as whether it was wrong.
    """
    best, lead = leads(logits)
    price = torch.tensor(prices(labels, config), dtype=torch.float64)
    second = logits.to(torch.int64).topk(2, 1).indices[:, 1]
    unusable = labels.index(UNUSABLE) if UNUSABLE in labels else -1
    expected = torch.sigmoid(-lead.double() * scale) * price[second, best]
    reported = (price[target, best] + _DOUBT * expected) / (1 + _DOUBT)
    unknown = (lead < margin) | (best == unusable)
    paid = torch.where(unknown, (target != unusable).double(), reported)
    return float(torch.stack([paid[target == label].mean() for label in target.unique()]).mean())


def choose_margin(logits, target, labels, scale, config):
    """The margin with the least cost on held-out frames; where a whole range costs the same, its lower quarter.

    logits int8 [n, labels], target int64 [n], scale: real value of one logit step, calibrated. Returns logit
    steps, at most those of `config.max_lead`: one mislabelled frame shall not silence the camera.
    """
    if not len(target):
        raise TrainingError("no labelled frame is held out; raise data.held_out or label more")
    limit = min(255, int(config.max_lead / scale))
    costs = [cost(logits, target, labels, margin, scale, config) for margin in range(limit + 1)]
    least = min(costs)
    last = first = costs.index(least)
    while last < limit and costs[last + 1] <= least:
        last += 1
    return first + (last - first) // 4
