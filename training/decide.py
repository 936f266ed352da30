"""How far the best logit must lead before the camera believes it."""

import torch

from contract.decision import UNUSABLE
from training.errors import TrainingError


def leads(logits):
    """int8 [n, labels] -> (index of the best [n], its lead in logit steps [n]), as contract.decision computes."""
    top = logits.to(torch.int64).topk(2, 1).values
    return logits.to(torch.int64).argmax(1), top[:, 0] - top[:, 1]


def cost(logits, target, labels, margin, wrong_cost):
    """Mean over the true labels of: 1 for a state reported unknown, `wrong_cost` for a wrong state."""
    best, lead = leads(logits)
    unusable = labels.index(UNUSABLE) if UNUSABLE in labels else -1
    unknown = (lead < margin) | (best == unusable)
    price = torch.where(unknown, 1.0, torch.where(best == target, 0.0, wrong_cost))
    price = torch.where((target == unusable) & unknown, 0.0, price)
    return float(torch.stack([price[target == label].mean() for label in target.unique()]).mean())


def choose_margin(logits, target, labels, scale, config):
    """The margin with the least cost on held-out frames; where a whole range costs the same, its lower quarter.

    logits int8 [n, labels], target int64 [n], scale: real value of one logit step. Returns logit steps, at
    most those of `config.max_lead`: one mislabelled frame shall not silence the camera.
    """
    if not len(target):
        raise TrainingError("no labelled frame is held out; raise data.held_out or label more")
    limit = min(255, int(config.max_lead / scale))
    costs = [cost(logits, target, labels, margin, config.wrong_cost) for margin in range(limit + 1)]
    least = min(costs)
    last = first = costs.index(least)
    while last < limit and costs[last + 1] <= least:
        last += 1
    return first + (last - first) // 4
