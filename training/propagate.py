"""What the unlabelled frames of a fixed camera probably show, before any network has learnt.

A probe (training.probe) orders the frames nearly perfectly after few labels, but where one state ends and the next
begins is hard to tell from a handful of the rare one. The unlabelled frames know: around every state they lie dense,
between the states there are few. So the probe's log odds of all frames are taken for a mixture of one normal
distribution a state, anchored by the labels (Nigam et al., "Text Classification from Labeled and Unlabeled Documents
using EM", Machine Learning 39, 2000). Frames with a time are looked at in a second way, by what differs from the frames
around them: a door is at rest most of the time, so that knows no weather, no hour and no parked car. Both ways must
agree on average: Blum and Mitchell, "Combining Labeled and Unlabeled Data with Co-Training", COLT 1998.

The probe also learns from its few frames as they would look in other light, or it takes low sun on a closed door, which
nobody labelled, for an open one.
"""

import torch

from contract.decision import UNUSABLE
from training import probe
from training.material import UNLABELLED, blocked_wide

_SURE = 0.9         # probability from which a guess is taken for a label
_AROUND = 48        # frames nearest in time whose median is the background
_ROUNDS = 60        # of expectation and maximisation
_ANCHOR = 10.0      # what a labelled frame counts for in the mixture
_SOFTEST = 1e-3     # variance of log odds, at least
_STEEP = 8.0        # log odds at first between the middle of two states and the labels of one
_COVERED = 192      # synthetic blocked views, and as many frames as they are, that tell what is probably blocked
_BLOCKED = 0.05     # of the frames, those that look most like that: no guess
_FEWEST = 50        # unlabelled frames worth the effort


def guess(material, frames, states, config, generator, features, views):
    """int64 [n]: for every unlabelled frame of the material the index of its probable state, UNLABELLED where the
    labels are silent: doubtful, probably blocked, or too few unlabelled frames to learn from.

    frames: [training.dataset.Frame]; states: names, the first of material.labels; features: probe.features';
    views(indices): probe.views' of these frames.
    """
    target = material.target
    known = (target >= 0) & (target < len(states))
    own = material.train[known[material.train]]
    result = torch.full_like(target, UNLABELLED)
    if int((target == UNLABELLED).sum()) < _FEWEST or len(target[own].unique()) < len(states):
        return result
    seen = views(own)
    belief = _belief(features, seen, own, target[own], len(states))
    times = [frame.time_ms for frame in frames]
    if None not in times:
        belief = (belief + _looked(features, seen, torch.tensor(times), own, target[own], len(states))) / 2
    best = belief.max(1)
    sure = (target == UNLABELLED) & (best.values >= _SURE) & ~_covered(material, config, generator, features)
    result[sure] = best.indices[sure]
    return result


def confirmed(guesses, soft):
    """Those of the `guesses` int64 [n] that the teacher, after it has learnt, still holds: wrong ones would make every
    network seem less sure than it is. soft: its logits [n, labels]."""
    return torch.where(soft.argmax(1) == guesses, guesses, UNLABELLED)


def _looked(features, seen, times, own, target, states):
    """_belief by what the features have and the background has not: first of all frames, then of those at rest."""
    def without(background):
        return _belief(features - background, seen - background[own], own, target, states)
    first = without(_background(features, times, torch.arange(len(times))))
    rest = torch.nonzero(first[:, 0] > 0.5)[:, 0]
    if not len(rest):
        return first
    return (first + without(_background(features, times, rest))) / 2


def _background(features, times, rest):
    """The median of the features of those `rest` (indices) that are nearest to each frame in time, [n, d]."""
    ordered = rest[times[rest].argsort(stable=True)]
    found = torch.empty_like(features)
    last = max(0, len(ordered) - _AROUND)
    for i, place in enumerate(torch.searchsorted(times[ordered], times).tolist()):
        first = min(max(0, place - _AROUND // 2), last)
        found[i] = features[ordered[first:first + _AROUND]].median(0).values
    return found


def _belief(features, seen, own, target, states):
    """Probabilities [n, states], every state being as likely beforehand. own: labelled frames, target: theirs, seen
    [k, len(own), d]: views of them."""
    view = probe.standardised(features)
    lessons = torch.cat([view[own], probe.standardised(seen, features).flatten(0, 1)])
    odds = probe.fit(lessons, target.repeat(1 + len(seen)), states)(view)
    odds = odds[:, :1] if states == 2 else odds  # the second is the first's negative
    fixed = torch.nn.functional.one_hot(target, states).double()
    anchors = torch.stack([odds[own][target == state].mean(0) for state in range(states)])
    likelihood = -(odds[:, None] - anchors).square().sum(2) * 2 * _STEEP / _width(anchors)
    for _ in range(_ROUNDS):
        share = likelihood.softmax(1)
        share[own] = fixed * _ANCHOR
        mass = share.sum(0)
        mean = share.T @ odds / mass[:, None]
        variance = torch.stack([(share[:, k, None] * (odds - mean[k]).square()).sum(0) for k in range(states)])
        variance = variance / mass[:, None] + _SOFTEST
        within = odds.clamp(mean.amin(0), mean.amax(0))[:, None]  # beyond the outermost state it is that state
        even = -((within - mean).square() / variance + variance.log()).sum(2) / 2
        likelihood = even + (mass / mass.sum()).log()
    return even.softmax(1)


def _width(anchors):
    """Square of the distance of the states that lie farthest apart."""
    return (anchors[:, None] - anchors).square().sum(2).max().clamp(min=1e-6)


def _covered(material, config, generator, features):
    """Boolean [n]: the frames that look most like blocked views."""
    if config.blocked.share <= 0 or UNUSABLE not in material.labels:
        return torch.zeros(len(features), dtype=torch.bool)
    order = material.train[torch.randperm(len(material.train), generator=generator)]
    body = probe.frozen(config)
    with torch.no_grad():
        covered = torch.cat([body(blocked_wide(material, part, config, generator)).float()
                             for part in order[:_COVERED].split(probe.PART)])
    plain = features[order[-_COVERED:]]
    x = probe.standardised(torch.cat([plain, covered, features]))
    y = torch.cat([torch.zeros(len(plain)), torch.ones(len(covered))]).long()
    odds = probe.fit(x[:len(y)], y, 2)(x[len(y):])[:, 1]
    return odds > odds.quantile(1 - _BLOCKED)
