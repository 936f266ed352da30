"""Which frames of a pool get a label, as a person with little time would spread them."""

import random
from collections import Counter

from training.errors import TrainingError

_HOUR_MS = 3_600_000


def draw(frames, labels, count, least, seed):
    """Sorted indices of `count` of the `frames` (training.dataset.Frame) that have one of `labels`.

    A label's share is that of the pool, but at least `least` frames (a number, or one for every label). Within a label
    no event (without events: no hour) gives a second frame before each has given its first; which ones is drawn with
    `seed`. A smaller draw of the same seed is part of a larger one. Raises TrainingError if there are not as many.
    """
    order = {label: _spread([i for i, frame in enumerate(frames) if frame.label == label], frames, seed)
             for label in labels}
    least = least if isinstance(least, dict) else dict.fromkeys(labels, least)
    shares = _shares({label: len(indices) for label, indices in order.items()}, count, least)
    return sorted(i for label, indices in order.items() for i in indices[:shares[label]])


def _shares(available, count, least):
    if (count > sum(available.values()) or any(least[label] > have for label, have in available.items())
            or sum(least.values()) > count):
        raise TrainingError(f"{count} labels, at least " + ", ".join(f"{n} {label}" for label, n in least.items()) +
                            ", cannot be drawn from " + ", ".join(f"{n} {label}" for label, n in available.items()))
    shares = dict(least)
    for _ in range(count - sum(shares.values())):  # one at a time to who is furthest below its share, so draws nest
        label = min((one for one in available if shares[one] < available[one]),
                    key=lambda one: (shares[one] + 1) / available[one])
        shares[label] += 1
    return shares


def _spread(indices, frames, seed):
    """`indices` in random order, the first of every event or hour before the second of any."""
    rng = random.Random(seed)
    shuffled = rng.sample(indices, len(indices))
    taken, turn = Counter(), {}
    for i in shuffled:
        group = _group(frames[i], i)
        turn[i] = taken[group]
        taken[group] += 1
    return sorted(shuffled, key=turn.get)


def _group(frame, index):
    if frame.event is not None:
        return frame.event
    return index // 10 if frame.time_ms is None else frame.time_ms // _HOUR_MS
