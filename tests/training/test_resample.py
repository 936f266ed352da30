import numpy as np

from training import resample
from training.dataset import Frame

HOUR_MS = 3_600_000


def test_clusters_are_events_then_hours_of_a_camera():
    frames = [Frame("a", time_ms=0), Frame("b", time_ms=HOUR_MS - 1), Frame("c", time_ms=HOUR_MS),
              Frame("d", time_ms=0, camera="x"), Frame("e", time_ms=0, event="1"), Frame("f", time_ms=9 * HOUR_MS, event="1")]
    assert resample.clusters(frames).tolist() == [0, 0, 1, 2, 3, 3]


def test_resampled_balanced_accuracy_surrounds_the_plain_one():
    rng = np.random.default_rng(1)
    cluster, target = np.repeat(np.arange(40), 10), np.tile([0] * 7 + [1] * 3, 40)
    right = np.where(target == 0, rng.random(400) < 0.95, rng.random(400) < 0.8)
    drawn = resample.balanced_accuracies(cluster, target, right, 2, np.random.default_rng(2))
    plain = (right[target == 0].mean() + right[target == 1].mean()) / 2
    low, high = resample.interval(drawn[:, 0])
    assert abs(drawn.mean() - plain) < 0.005 and low < plain < high and 0.03 < high - low < 0.2


def test_one_event_is_no_evidence_of_another():
    """A hundred wrong frames of one cluster: the interval reaches from all right to much worse."""
    cluster = np.repeat(np.arange(5), 100)
    target = np.tile([0, 1], 250)
    drawn = resample.balanced_accuracies(cluster, target, cluster != 3, 2, np.random.default_rng(2))
    low, high = resample.interval(drawn[:, 0])
    assert high == 1.0 and low <= 0.6


def test_frames_of_no_state_are_left_out_and_a_missing_state_gives_no_interval():
    cluster, target = np.array([0, 0, 1]), np.array([0, 2, 0])
    drawn = resample.balanced_accuracies(cluster, target, [True, False, True], 2, np.random.default_rng(0))
    assert np.isnan(drawn).all() and resample.interval(drawn[:, 0]) is None
