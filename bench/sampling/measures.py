"""What a set of kept frames is worth: openings covered, repetition, what of the feature space it leaves out."""

import numpy as np

from bench.sampling.days import DAY_MS, HOUR_MS
from host_tools import near_duplicates

_SIDE = 16  # of the pictures that host_tools.near_duplicates compares
_ROWS = 4096


def covered(footage, kept, openings):
    """Share of the openings [(start_ms, end_ms)] within which a kept frame shows the open door unhindered.

    kept: indices."""
    times = footage.times[np.array([i for i in kept if footage.opened[i] and not footage.blocked[i]], np.int64)]
    first = np.searchsorted(times, [low for low, _ in openings])
    return float(np.mean([at < len(times) and times[at] < high for at, (_, high) in zip(first, openings)]))


def duplicates(footage, kept):
    """Share of the kept frames that host_tools.near_duplicates puts behind an earlier one: a person who labels that one
    has labelled them as well."""
    if not len(kept):
        return 0.0
    small = footage.small[kept].reshape(-1, _SIDE, 2, _SIDE, 2).astype(np.uint16)
    small = ((small.sum((2, 4)) + 2) // 4).astype(np.uint8)
    kinds = list(zip(footage.opened[kept].tolist(), footage.blocked[kept].tolist()))
    leader = near_duplicates.groups(small, kinds, range(len(kept)))
    return float(np.mean(leader != np.arange(len(kept))))


def rows(footage, indices=slice(None)):
    """Features of frames, float32 [n, 388]: square roots of the shares of gradients and colours, each of length 1, so
    that distances are Euclidean ones (those of Hellinger); what `doorlens select` compares by."""
    hog, colour = footage.hog[indices].astype(np.float32), np.sqrt(footage.colour[indices].astype(np.float32))
    return np.concatenate([_unit(hog), _unit(colour)], 1)


def _unit(vectors):
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)


def distances(footage, kept):
    """float32 [n]: of every frame to the nearest kept one, 2 (farther than all) if none is kept."""
    if not len(kept):
        return np.full(len(footage), 2.0, np.float32)
    chosen, out = rows(footage, kept), np.empty(len(footage), np.float32)
    for first in range(0, len(footage), _ROWS):
        part = rows(footage, slice(first, first + _ROWS))
        squares = 4 - 2 * (part @ chosen.T).max(1)  # every row has the squared length 2
        out[first:first + _ROWS] = np.sqrt(squares.clip(0))
    return out


def hours(footage, kept):
    """The least number of hours of the day, of 24, that have a kept frame on any day of the film."""
    start = int(footage.times[0])
    number = (footage.times[np.array(kept, np.int64)] - start) // HOUR_MS
    days = -(-(int(footage.times[-1]) + 1 - start) // DAY_MS)
    return min(len(set((number[number // 24 == day]).tolist())) for day in range(days))
