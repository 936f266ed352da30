import numpy as np
import pytest

from training import reliability


def test_probabilities_are_the_softmax_of_the_real_logits():
    logits = np.array([[10, -10], [127, -128]], np.int8)
    found = reliability.probabilities(logits, 0.1, 5)
    assert found[0, 0] == pytest.approx(1 / (1 + np.exp(-2.0)))
    np.testing.assert_allclose(found.sum(1), 1)


def test_ece_of_a_hand_made_case():
    """Ten frames said with 0.9 of which seven are right, ten with 0.6 of which six are."""
    probability = np.array([[0.9, 0.1]] * 10 + [[0.4, 0.6]] * 10)
    target = np.array([0] * 7 + [1] * 3 + [1] * 6 + [0] * 4)
    rows = reliability.bins(probability, target)
    assert [(row["frames"], row["accuracy"]) for row in rows] == [(10, 0.6), (10, 0.7)]
    assert reliability.ece(rows) == pytest.approx(0.5 * 0.0 + 0.5 * 0.2)


def test_certain_frames_fall_into_the_last_bin_and_bins_close_at_their_top():
    rows = reliability.bins(np.array([[1.0, 0.0], [0.6, 0.4]]), np.array([0, 0]))
    assert rows[-1]["high"] == 1.0 and rows[-1]["frames"] == 1
    assert rows[0]["low"] == pytest.approx(8 / 15) and rows[0]["high"] == pytest.approx(9 / 15)


def test_auc_counts_pairs_and_halves_ties():
    rng = np.random.default_rng(3)
    score, positive = rng.integers(0, 9, 60), rng.random(60) < 0.3
    pairs = [(a > b) + 0.5 * (a == b) for a in score[positive] for b in score[~positive]]
    assert reliability.auc(score, positive) == pytest.approx(np.mean(pairs))
    assert reliability.auc([0.1, 0.9], [False, True]) == 1.0
    assert reliability.auc([0.1, 0.9], [True, True]) is None


def test_auc_of_states_ignores_unusable_frames_and_their_label():
    probability = np.array([[0.10, 0.05, 0.85], [0.6, 0.4, 0.0], [0.01, 0.02, 0.97], [0.0, 0.0, 1.0]])
    assert reliability.auc_of_states(probability, np.array([0, 0, 1, 2]), 2) == 1.0


def test_brier_is_the_squared_distance_to_the_truth():
    assert reliability.brier(np.array([[0.8, 0.2], [1.0, 0.0]]), np.array([0, 1])) == pytest.approx((0.08 + 2.0) / 2)


def test_nothing_to_rate():
    empty = np.zeros((0, 2))
    assert reliability.ece(reliability.bins(empty, np.zeros(0, int))) is None
    assert reliability.brier(empty, np.zeros(0, int)) is None
