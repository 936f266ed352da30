"""How sure is a figure? The bootstrap over events, since neighbouring frames say the same thing.

Whole clusters are drawn with replacement and the figure computed anew: Efron and Tibshirani, "An Introduction to the
Bootstrap" (1993), chapters 6 and 13 (percentile interval); of clusters: Davison and Hinkley, "Bootstrap Methods and
their Application" (1997), section 3.8.
"""

import numpy as np

DRAWS = 2000
_HOUR_MS = 3_600_000
_UNTIMED_BLOCKS = 40


def clusters(frames):
    """A number for every Frame: frames of one event share it, else those of one camera's hour."""
    numbers, block = {}, max(1, len(frames) // _UNTIMED_BLOCKS)
    found = []
    for i, frame in enumerate(frames):
        if frame.event is not None:
            key = ("event", frame.camera, frame.event)
        elif frame.time_ms is not None:
            key = ("hour", frame.camera, frame.time_ms // _HOUR_MS)
        else:
            key = ("block", frame.camera, i // block)
        found.append(numbers.setdefault(key, len(numbers)))
    return np.array(found, int)


def balanced_accuracies(cluster, target, right, states, rng, draws=DRAWS):
    """Balanced accuracy of `draws` resampled sets of clusters: float64 [draws, ...].

    cluster, target: int [n]; right: bool [n] or [n, k] (k networks on the same frames); states: number of states,
    frames of other targets are left out. A draw that lacks a state is nan.
    """
    right = np.asarray(right, float).reshape(len(target), -1)
    number = int(cluster.max()) + 1 if len(cluster) else 0
    total, correct = np.zeros((number, states)), np.zeros((number, states, right.shape[1]))
    own = target < states
    np.add.at(total, (cluster[own], target[own]), 1)
    np.add.at(correct, (cluster[own], target[own]), right[own])
    drawn = np.zeros((draws, 0))
    if number:
        drawn = rng.multinomial(number, np.full(number, 1 / number), draws).astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        recall = np.einsum("dc,csk->dsk", drawn, correct) / (drawn @ total)[..., None]
    return recall.mean(1)


def interval(values, level=0.95):
    """[low, high] between which the share `level` of `values` lies, nan left out; None if all are."""
    values = values[~np.isnan(values)]
    if not len(values):
        return None
    return [float(value) for value in np.quantile(values, [(1 - level) / 2, (1 + level) / 2])]
