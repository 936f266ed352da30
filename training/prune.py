"""A narrower student out of a wide one: whole channels with the smallest weights go, then the rest learns on.

Li et al., "Pruning Filters for Efficient ConvNets", arXiv 1608.08710; here a filter's weights are those with the
normalisation folded in, so that a channel that is scaled down counts as little as it does.
"""

import copy

import msgspec
import torch

from training import distil
from training.errors import TrainingError
from training.finetune import finetune, sizes
from training.student import Student

_GROUP = 8  # channels that the camera's kernels take at a time: what is kept is a whole number of these


def prune(student, settings, labels, share):
    """(settings, Student) of what is left when about `share` (0 to 1) of every layer's channels is gone.

    student: trained with `settings` (training.config.Student), family "separable" or "plain"; labels: its logits.
    Raises TrainingError for a residual one, whose channels are tied together by the additions.
    """
    if settings.family == "residual":
        raise TrainingError('a "residual" student cannot be pruned: additions tie its channels together')
    makers = [part for part in student.features if part.op != "depthwise_3x3"]
    kept = [_kept(part, share) for part in makers]
    narrow = msgspec.structs.replace(settings, multiplier=1.0, stem=len(kept[0]), blocks=tuple(
        (len(channels), stride) for channels, (_, stride) in zip(kept[1:], settings.blocks)))
    pruned, before, stage = Student(narrow, labels), torch.arange(settings.channels), 0
    for old, new in zip(student.features, pruned.features):
        if old.op == "depthwise_3x3":
            _copy(old, new, before, slice(None))
            continue
        _copy(old, new, kept[stage], before)
        before, stage = kept[stage], stage + 1
    with torch.no_grad():
        pruned.dense.weight.copy_(student.dense.weight[:, before])
        pruned.dense.bias.copy_(student.dense.bias)
    return narrow, pruned.eval()


def _kept(part, share):
    """Indices of the channels with the largest sums of magnitudes, a whole number of groups, in order."""
    weight = part.folded(0)[0].weight
    total = weight.abs().flatten(1).sum(1)
    count = max(_GROUP, round(len(total) * (1 - share) / _GROUP) * _GROUP)
    return total.argsort(descending=True, stable=True)[:count].sort().values


def _copy(old, new, outputs, inputs):
    with torch.no_grad():
        new.conv.weight.copy_(old.conv.weight[outputs][:, inputs])
        for name in ("weight", "bias", "running_mean", "running_var"):
            getattr(new.norm, name).copy_(getattr(old.norm, name)[outputs])


def recover(pruned, material, soft, config, generator, steps, rate=0.02, progress=None):
    """Fine-tune; returns the Student in evaluation mode that was best on the held-out frames."""
    held = distil.held_out(material, config)

    def look(average):
        return distil.score(average, *held)[0], copy.deepcopy(average.state_dict())

    _, best = finetune(pruned, sizes(pruned), rate, steps, material, soft, config, generator, look, progress, "pruned student")
    pruned.load_state_dict(best)
    return pruned.eval()
