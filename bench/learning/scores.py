"""How right, how well ordered, how honest: figures of probabilities against the truth."""

import numpy as np

_BINS = 15


def scores(probabilities, labels, truth, states):
    """{"balanced_accuracy", "auc", "ece", "frames"} of frames that show a state.

    probabilities: [n, len(labels)], rows sum to 1; labels: the states and perhaps others, which count as "unknown"
    and so as wrong; truth: n names, frames of no state are left out. A state without frames makes
    balanced_accuracy and auc None.
    """
    shown = np.array([name in states for name in truth], bool)
    truth = np.array([states.index(name) for name in np.array(truth, object)[shown]], int)
    probabilities = np.asarray(probabilities, np.float64)[shown]
    columns = [labels.index(state) for state in states]
    right = probabilities.argmax(1) == np.array(columns)[truth]
    complete = len(set(truth.tolist())) == len(states)
    return {"balanced_accuracy": balanced_accuracy(right, truth, len(states)) if complete else None,
            "auc": auc(probabilities[:, columns], truth) if complete else None,
            "ece": calibration_error(probabilities.max(1), right), "frames": len(truth)}


def balanced_accuracy(right, truth, count):
    """Mean over the `count` states of the share that is right."""
    return float(np.mean([right[truth == state].mean() for state in range(count)]))


def auc(probabilities, truth):
    """Area under the ROC curve of [n, states], mean over one state against the rest; only the states' ratio counts."""
    share = probabilities / np.maximum(probabilities.sum(1, keepdims=True), 1e-300)
    return float(np.mean([_ranked(share[truth == state, state], share[truth != state, state])
                          for state in range(share.shape[1])]))


def _ranked(these, others):
    """Probability that one of `these` is above one of `others`; a draw is half."""
    others = np.sort(others)
    below, not_above = np.searchsorted(others, these, "left"), np.searchsorted(others, these, "right")
    return float((below + not_above).mean() / 2 / len(others))


def calibration_error(confidence, right, bins=_BINS):
    """Expected calibration error: Guo et al., arXiv 1706.04599, equal widths; `confidence` is that of the answer."""
    number = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [abs(confidence[number == n].mean() - right[number == n].mean()) * (number == n).mean()
            for n in range(bins) if (number == n).any()]
    return float(sum(gaps))
