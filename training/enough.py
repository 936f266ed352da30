"""Have you labelled enough? A learning curve, what twice the labels would bring, and what to label next.

The curve is that of a linear head on an ImageNet network nobody has fine-tuned: seconds, and no label has leaked into
its features. Its level is not the camera's network's, its slope tells what labels still bring. Error falls with the
number of labels as a power law a * n ** -b: Hestness et al., "Deep Learning Scaling is Predictable, Empirically",
arXiv 1712.00409; extrapolated for small classifiers by Cortes et al., "Learning Curves: Asymptotic Values and Rate of
Convergence", NIPS 1993. Doubt as a reason to label: Lewis and Gale, "A Sequential Algorithm for Training Text
Classifiers", SIGIR 1994.
"""

from dataclasses import asdict, dataclass, field

import numpy as np
import torch

from training import next_labels, probe
from training.material import UNLABELLED

_SIZES = 5         # points of the curve, each half of the next
_REPEATS = 8       # random orders of the events
_FEWEST = 8        # labels of the smallest point
_ENOUGH, _NEARLY = 0.003, 0.01  # balanced accuracy that twice the labels would bring
_UNLABELLED = 300  # frames without a label that are looked at, most


@dataclass
class Enough:
    """curve: [{"labels", "balanced_accuracy", "low", "high"}], mean and 80 % of the repeats on the held-out frames;
    labels: how many there are to learn from; now, doubled: balanced accuracy the fitted curve gives for them and for
    twice as many, doubled_range: 80 % of the repeats; a, b: of the power law (these five None without a curve or
    where it ends without an error); verdict: "enough", "nearly", "more" or
    "unknown" (too few labels or held-out frames for a curve); text: sentences; next, frames: training.next_labels'.
    """

    verdict: str
    text: str
    labels: int
    curve: list = field(default_factory=list)
    a: float | None = None
    b: float | None = None
    now: float | None = None
    doubled: float | None = None
    doubled_range: list | None = None
    next: list = field(default_factory=list)
    frames: list = field(default_factory=list)

    def record(self):
        """A dictionary for evaluation.json."""
        return asdict(self)


def assess(material, frames, blocks, states, features, generator):
    """Enough of a run's material (training.material.Material) and its [Frame].

    blocks: lists of indices of frames that belong together (training.split.Split's); states: names, the first of
    material.labels; features: training.probe.features', of every frame; generator: torch.Generator of the orders.
    """
    looked = _looked(material.target)
    place = {int(i): n for n, i in enumerate(looked)}
    frames, target, exact = [frames[i] for i in looked], material.target[looked], material.exact[looked]
    blocks = [[place[i] for i in block if i in place] for block in blocks]
    features = probe.standardised(features[looked])
    own, held = ([place[i] for i in side.tolist() if i in place and 0 <= target[place[i]] < len(states)]
                 for side in (material.train, material.held_out))
    made = learning_curve(features, target, own, torch.tensor(held, dtype=torch.int64), blocks, len(states), generator)
    if own:
        probability = probe.probabilities(probe.fit(features[own], target[own], len(states))(features)).max(1)
        made.next, made.frames = next_labels.choose(frames, blocks, states, exact.numpy(), probability.indices.numpy(),
                                                    1 - probability.values.numpy())
    return made


def _looked(target):
    """Indices of all labelled frames and of `_UNLABELLED` others at most, evenly drawn from their order."""
    others = torch.nonzero(target == UNLABELLED)[:, 0]
    drawn = others[:: max(1, -(-len(others) // _UNLABELLED))]
    return torch.cat([torch.nonzero(target != UNLABELLED)[:, 0], drawn]).sort().values


def learning_curve(features, target, own, held, blocks, states, generator):
    """Enough without its `next`; features float32 [n, d], target int64 [n], own: labelled indices to learn from,
    held: those to measure on."""
    if len(set(target[held].tolist())) < states or len(set(target[own].tolist())) < states or len(own) < 2 * _FEWEST:
        return Enough("unknown", "There are too few labels for a forecast.", len(own))
    sizes = [size for size in (len(own) >> k for k in range(_SIZES - 1, -1, -1)) if size >= _FEWEST]
    mine = set(own)
    groups = [group for group in ([i for i in block if i in mine] for block in blocks) if group]
    labels, scores = np.zeros((_REPEATS, len(sizes))), np.zeros((_REPEATS, len(sizes)))
    labels[:, -1], scores[:, -1] = len(own), _score(features, target, own, held, states)
    for repeat in range(_REPEATS):
        order = _order(groups, target, states, generator)
        for place, size in enumerate(sizes[:-1]):
            chosen = _first(order, size)
            labels[repeat, place], scores[repeat, place] = len(chosen), _score(features, target, chosen, held, states)
    smallest = 0.25 / min(int((target[held] == state).sum()) for state in range(states))
    return _conclude(labels, scores, smallest, len(own))


def power_law(labels, errors, smallest):
    """(a, b) of error = a * labels ** -b by least squares of the logarithms, b at least 0.

    smallest: what an error of none counts as, since it has no logarithm.
    """
    x, y = np.log(labels), np.log(np.maximum(errors, smallest))
    b = max(0.0, float(-((x - x.mean()) * (y - y.mean())).sum() / max(((x - x.mean()) ** 2).sum(), 1e-12)))
    return float(np.exp(y.mean() + b * x.mean())), b


def _conclude(labels, scores, smallest, count):
    low, high = np.quantile(scores, (0.1, 0.9), axis=0)
    curve = [{"labels": round(float(n)), "balanced_accuracy": float(score), "low": float(lo), "high": float(hi)}
             for n, score, lo, hi in zip(labels.mean(0), scores.mean(0), low, high)]
    if scores[:, -1].min() == 1:  # no error, no logarithm
        return Enough("enough", "Yes, of this kind of picture: in a quick test none was wrong after learning from all "
                      f"{count} labels.", count, curve)
    a, b = power_law(labels.mean(0), 1 - scores.mean(0), smallest)
    each = [power_law(n, 1 - score, smallest) for n, score in zip(labels, scores)]
    doubled = np.quantile([1 - a_ * (2 * count) ** -b_ for a_, b_ in each], (0.1, 0.9))
    now, then = 1 - a * count ** -b, 1 - a * (2 * count) ** -b
    verdict = "enough" if then - now < _ENOUGH else "nearly" if then - now < _NEARLY else "more"
    return Enough(verdict, _text(verdict, count, curve, then, doubled), count, curve, a, b, float(now), float(then),
                  [float(value) for value in doubled])


def _text(verdict, count, curve, then, doubled):
    answer = {"enough": "Yes, of this kind of picture: more of the same would hardly help.",
              "nearly": "Nearly: more labels would help a little.",
              "more": "Not yet: more labels would make it better."}[verdict]
    half = ""
    if len(curve) > 1:
        half = f", from {curve[-2]['labels']} of them {100 * curve[-2]['balanced_accuracy']:.1f} %"
    return (f"{answer} In a quick test {100 * curve[-1]['balanced_accuracy']:.1f} % were right after learning from all "
            f"{count} labels{half}. Twice as many would bring about {100 * then:.1f} % "
            f"({100 * doubled[0]:.1f} to {100 * doubled[1]:.1f} %).")


def _order(groups, target, states, generator):
    """The groups in random order, but one of every state, rarest first, at the head."""
    order = [groups[i] for i in torch.randperm(len(groups), generator=generator)]
    counts = torch.bincount(target[[i for group in groups for i in group]], minlength=states)
    first = []
    for state in torch.argsort(counts).tolist():
        if not any((target[group] == state).any() for group in first):
            first.append(next(group for group in order if (target[group] == state).any()))
    return first + [group for group in order if group not in first]


def _first(groups, size):
    """Indices of the first groups that hold `size` frames together."""
    found = []
    for group in groups:
        if len(found) >= size:
            break
        found += group
    return found


def _score(features, target, own, held, states):
    """Balanced accuracy on `held` of a head that learnt from `own`."""
    best = probe.fit(features[own], target[own], states)(features[held]).argmax(1)
    right = (best == target[held]).float()
    return float(np.mean([float(right[target[held] == state].mean()) for state in range(states)]))
