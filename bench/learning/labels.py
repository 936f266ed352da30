"""Which frames of the pool get a label."""

import random
from collections import Counter

import torch

from bench.errors import BenchError

_HOUR_MS = 3_600_000


def draw(frames, states, count, minimum, seed):
    """Sorted indices of `count` of `frames` that show a state; every method that does not choose for itself gets these.

    A state's share is that of the pool, but at least `minimum` frames. Within a state no event (without events: no
    hour) gives a second frame before each has given its first; which ones is drawn with `seed`. A smaller draw of
    the same seed is part of a larger one. Raises BenchError if there are not as many.
    """
    order = {state: _spread([i for i, frame in enumerate(frames) if frame.label == state], frames, seed)
             for state in states}
    shares = _shares({state: len(indices) for state, indices in order.items()}, count, minimum)
    return sorted(i for state, indices in order.items() for i in indices[:shares[state]])


def _shares(available, count, minimum):
    total = sum(available.values())
    if count > total or any(minimum > have for have in available.values()) or minimum * len(available) > count:
        raise BenchError(f"{count} labels with at least {minimum} a state cannot be drawn from " +
                         ", ".join(f"{have} {state}" for state, have in available.items()))
    shares = dict.fromkeys(available, minimum)
    for _ in range(count - sum(shares.values())):  # one at a time to who is furthest below its share, so draws nest
        state = min((s for s in available if shares[s] < available[s]), key=lambda s: (shares[s] + 1) / available[s])
        shares[state] += 1
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


def farthest_first(features, count, seed):
    """Indices of `count` rows of `features` [n, d], each the farthest from all before it; the first is drawn.

    Gonzalez, "Clustering to minimize the maximum intercluster distance", Theoretical Computer Science 38 (1985).
    """
    chosen = [random.Random(seed).randrange(len(features))]
    nearest = torch.full((len(features),), float("inf"))
    while len(chosen) < min(count, len(features)):
        distance = (features - features[chosen[-1]]).square().sum(1)
        nearest = torch.minimum(nearest, distance)
        nearest[chosen] = -1.0
        chosen.append(int(nearest.argmax()))
    return chosen
