"""Some more steps of a network that has already learnt: smoothly falling rate, averaged weights, the best look kept."""

import copy
import math

import torch

from training import distil

_CHECKS = 6      # looks at the average
_AVERAGE = 0.97  # moving average of the weights


def finetune(network, groups, rate, steps, material, soft, config, generator, look, progress=None, stage="fine-tuning"):
    """The smallest of `look`'s results: tuples (loss, anything), of the network as given and of later averages.

    network: takes float32 [n, c, h, w] in 0..1, gives real logits; it is trained in place. groups: [(parameter, its
    size)]; a step is in proportion to that size. soft: the teacher's logits or None, as for distil.train.
    """
    optimiser = torch.optim.Adam([{"params": [parameter], "size": size} for parameter, size in groups], rate)
    average, (pool, opinion) = copy.deepcopy(network).eval(), distil._pool(material, soft)
    best, every = look(average), max(1, steps // _CHECKS)
    if progress:
        progress.stage(stage, steps)
    for step in range(1, steps + 1):
        for group in optimiser.param_groups:
            group["lr"] = rate * group["size"] * 0.5 * (1 + math.cos(math.pi * step / steps))
        drawn = material.draw(pool, opinion, config.student.batch, generator)
        loss = distil._loss(network.train(), material, soft, drawn, config, generator)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        distil._follow(average, network, min(_AVERAGE, step / (step + 9)))
        if progress:
            progress.advance(1)
        if step % every == 0 or step == steps:
            best = min(best, look(average), key=lambda one: one[0])
    return best


def sizes(network):
    """[(parameter, root of its mean square, not less than a hundredth)] of all parameters."""
    return [(one, max(0.01, float(one.detach().square().mean().sqrt()))) for one in network.parameters()]
