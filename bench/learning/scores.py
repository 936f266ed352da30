"""How right, how well ordered, how honest: figures of probabilities against the truth, the same for every method."""

import numpy as np

from training import reliability


def scores(probabilities, labels, truth, states, even=None):
    """{"balanced_accuracy", "auc", "ece", "frames"} of frames that show a state.

    probabilities: [n, len(labels)], rows sum to 1; labels: the states, first and in order, and perhaps others, which
    count as "unknown" and so as wrong; truth: n names, frames of no state are left out; even: n booleans, the frames
    that stand for equal shares of time (None: all). Only they count for ece, where a rare state must stay rare. A
    state without frames makes balanced_accuracy and auc None, and no even frame ece.
    """
    if list(labels[:len(states)]) != list(states):
        raise ValueError(f"the labels {labels} do not begin with the states {states}")
    shown = np.array([name in states for name in truth], bool)
    target = np.array([states.index(name) for name in truth if name in states], int)
    probabilities = np.asarray(probabilities, np.float64)[shown]
    even = np.ones(len(target), bool) if even is None else np.asarray(even, bool)[shown]
    return {"balanced_accuracy": balanced_accuracy(probabilities.argmax(1) == target, target, len(states)),
            "auc": reliability.auc_of_states(probabilities, target, len(states)),
            "ece": reliability.ece(reliability.bins(probabilities[even], target[even])), "frames": len(target)}


def balanced_accuracy(right, target, states):
    """Mean over the `states` of the share that is right; None if one has no frame."""
    shares = [right[target == state].mean() for state in range(states) if (target == state).any()]
    return float(np.mean(shares)) if len(shares) == states else None
