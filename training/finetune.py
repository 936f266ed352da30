"""Some more steps of a network that has already learnt: smoothly falling rate, averaged weights, the best look kept."""

import copy
import math
from contextlib import closing

import torch

from training.allocator import keep_freed_memory
from training.averaging import follow
from training.batches import Batches
from training.distil import loss

_CHECKS = 6      # looks at the average
_AVERAGE = 0.97  # moving average of the weights


def finetune(network, groups, rate, steps, material, soft, config, generator, look, progress=None, stage="fine-tuning"):
    """The smallest of `look`'s results: tuples (loss, anything), of the network as given and of later averages.

    network: takes float32 [n, c, h, w] in 0..1, gives real logits; it is trained in place. groups: [(parameter, its
    size)]; a step is in proportion to that size. soft: the teacher's logits or None, as for distil.train.
    """
    keep_freed_memory()
    optimiser = torch.optim.Adam([{"params": [parameter], "size": size} for parameter, size in groups], rate)
    average, batches = copy.deepcopy(network).eval(), Batches(material, soft, config, generator)
    best, every = look(average), max(1, steps // _CHECKS)
    if progress:
        progress.stage(stage, steps)
    with closing(batches.steps(1, steps)) as prepared:
        for step, batch in prepared:
            for group in optimiser.param_groups:
                group["lr"] = rate * group["size"] * 0.5 * (1 + math.cos(math.pi * step / steps))
            found = loss(network.train(), batch, config.student)
            optimiser.zero_grad(set_to_none=True)
            found.backward()
            optimiser.step()
            follow(average, network, min(_AVERAGE, step / (step + 9)))
            if progress:
                progress.advance(1)
            if step % every == 0 or step == steps:
                best = min(best, look(average), key=lambda one: one[0])
    return best


def sizes(network):
    """[(parameter, root of its mean square, not less than a hundredth)] of all parameters."""
    return [(one, max(0.01, float(one.detach().square().mean().sqrt()))) for one in network.parameters()]
