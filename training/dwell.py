"""How briefly a state plausibly stays, from the labelled days: what contract.filter makes of an odd frame."""

from contract.decision import UNUSABLE
from training.events import sequences

_FEWEST = 3        # stays from which anything is concluded
_LOW_SHARE = 0.1   # of the stays are shorter
_LEAST_S, _USUAL_S, _MOST_S = 10, 30, 60


def shortest(frames, labels):
    """Whole seconds for each of `labels`: a tenth of its stays were shorter, at least 10 and at most 60; 30 where fewer than
    three were seen.

    frames: training.dataset.Frames; those without a label or a time do not count. A stay lasts from half way to the frame
    before it until half way to the one behind it, as labels are few; stays at a pause of half an hour are left out.
    """
    stays = {label: [] for label in labels}
    for label, seconds in _stays([frame for frame in frames if frame.label is not None and frame.time_ms is not None]):
        if label in stays:
            stays[label].append(seconds)
    return [_shortest(sorted(stays[label])) for label in labels]


def _shortest(seconds):
    low = seconds[int(len(seconds) * _LOW_SHARE)] if len(seconds) >= _FEWEST else _USUAL_S
    return min(_MOST_S, max(_LEAST_S, round(low)))


def _stays(frames):
    """(label, seconds) of every run of equal labels that has a frame on either side; an unusable view ends none."""
    for sequence in sequences(frames):
        seen = [frame for frame in sequence if frame.label != UNUSABLE]
        for kept in (seen, sequence):
            yield from ((label, seconds) for label, seconds in _runs(kept) if (label == UNUSABLE) == (kept is sequence))


def _runs(sequence):
    first = 0
    for i in range(1, len(sequence)):
        if sequence[i].label == sequence[first].label:
            continue
        if first:
            before, behind = sequence[first - 1], sequence[i]
            yield sequence[first].label, (sequence[first].time_ms - before.time_ms + behind.time_ms - sequence[i - 1].time_ms
                                          ) / 2000 + (sequence[i - 1].time_ms - sequence[first].time_ms) / 1000
        first = i
