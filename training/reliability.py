"""Is a frame reported with 90 % right nine times in ten? Calibration and ranking of probabilities.

Expected calibration error and reliability diagram: Guo et al., "On Calibration of Modern Neural Networks",
arXiv 1706.04599, with its fifteen bins of equal width. Area under the curve as a rank statistic, ties counted half:
Hanley and McNeil, "The meaning and use of the area under a ROC curve", Radiology 143 (1982).
Brier score: Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review 78 (1950).
"""

import numpy as np

BINS = 15


def probabilities(logits, scale, zero):
    """int8 logits [n, labels] of a model file -> softmax, float64 [n, labels]."""
    real = scale * (np.asarray(logits, np.float64) - zero)
    shifted = np.exp(real - real.max(1, keepdims=True))
    return shifted / shifted.sum(1, keepdims=True)


def bins(probability, target):
    """[n, labels] and true labels [n] -> the bins that hold frames, lowest first.

    Each {"low", "high", "frames", "confidence", "accuracy"}: mean probability of the best label, and the share of
    frames where the best label is true.
    """
    best, confidence = probability.argmax(1), probability.max(1)
    number = np.clip(np.ceil(confidence * BINS).astype(int) - 1, 0, BINS - 1)
    rows = []
    for index in range(BINS):
        own = number == index
        if own.any():
            rows.append({"low": index / BINS, "high": (index + 1) / BINS, "frames": int(own.sum()),
                         "confidence": float(confidence[own].mean()),
                         "accuracy": float((best == target)[own].mean())})
    return rows


def ece(rows):
    """Expected calibration error 0..1 of `bins`' rows; None without frames."""
    total = sum(row["frames"] for row in rows)
    return sum(row["frames"] * abs(row["confidence"] - row["accuracy"]) for row in rows) / total if total else None


def brier(probability, target):
    """Mean over frames of the squared distance to the truth, 0 (sure and right) to 2; None without frames."""
    if not len(target):
        return None
    truth = np.eye(probability.shape[1])[target]
    return float(((probability - truth) ** 2).sum(1).mean())


def auc(score, positive):
    """The chance that a positive frame's score is above a negative one's; None if a kind is missing."""
    score, positive = np.asarray(score, np.float64), np.asarray(positive, bool)
    yes, no = int(positive.sum()), int((~positive).sum())
    if not yes or not no:
        return None
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]  # the mean rank of equal scores
    return float((rank[positive].sum() - yes * (yes + 1) / 2) / (yes * no))


def auc_of_states(probability, target, states):
    """Mean over the first `states` labels of each one's auc against the other states; other frames are left out.

    Scores are the states' shares among the states. None if a state has no frame.
    """
    own = target < states
    among = probability[own][:, :states]
    among = among / np.maximum(among.sum(1, keepdims=True), np.finfo(float).tiny)
    values = [auc(among[:, state], target[own] == state) for state in range(states)]
    return None if None in values else float(np.mean(values))
