from pathlib import Path

import numpy as np
import pytest

from training import weights
from training.config import Data
from training.dataset import Frame

MINUTE = 60_000


def views(*levels, seed=1):
    """Noisy grey pictures uint8 [n, 64, 64, 1] of the given brightness."""
    rng = np.random.default_rng(seed)
    return np.stack([rng.normal(level, 3, (64, 64, 1)).clip(0, 255).astype(np.uint8) for level in levels])


def frames(*labels, camera=None):
    return [Frame(Path(f"{n}.jpg"), label, n * MINUTE, camera=camera) for n, label in enumerate(labels)]


def numbers(taken, pictures, difference=2.0):
    return weights.groups(taken, weights.small_luma(pictures), difference).tolist()


def test_noise_repeats_a_view_and_a_change_begins_another():
    assert numbers(frames(*["closed"] * 6), views(100, 100, 100, 140, 140, 100)) == [0, 0, 0, 1, 1, 2]


def test_slow_change_of_light_is_not_one_group():
    found = numbers(frames(*["closed"] * 40), views(*np.linspace(80, 120, 40)))
    assert found == sorted(found) and 10 <= found[-1] + 1 <= 25


def test_equal_pictures_of_other_labels_and_cameras_stay_apart():
    taken = [*frames("closed", "open", None), *frames("closed", camera="back")]
    assert len(set(numbers(taken, views(90, 90, 90, 90)))) == 4


def test_opening_between_does_not_make_the_closed_door_another_view():
    assert numbers(frames("closed", "open", "closed"), views(100, 160, 100)) == [0, 1, 0]


def test_order_of_the_list_does_not_matter_where_times_are_known():
    taken, pictures = frames(*["closed"] * 5), views(100, 130, 130, 100, 100)
    mixed = [3, 0, 4, 2, 1]
    found = weights.groups([taken[i] for i in mixed], weights.small_luma(pictures[mixed]), 2.0)
    straight = numbers(taken, pictures)
    assert sorted(np.bincount(found)) == sorted(np.bincount(straight)) == [1, 2, 2]
    assert found[mixed.index(0)] not in found[[mixed.index(i) for i in (1, 2, 3, 4)]]


def test_group_counts_for_the_effective_number_of_its_frames():
    found = weights.weights(np.array([0, 0, 0, 1]), 0.5)
    assert found.tolist() == pytest.approx([1.75 / 3] * 3 + [1.0])
    assert weights.weights(np.array([0] * 500), 0.7).sum() == pytest.approx(1 / 0.3, rel=1e-4)
    assert weights.weights(np.array([0, 0]), 0.0).tolist() == [0.5, 0.5]


def test_colour_pictures_are_compared_by_luma_and_zero_turns_weighing_off():
    grey = views(100, 100, 150)
    colour = np.repeat(grey, 3, axis=3)
    assert np.abs(weights.small_luma(colour).astype(int) - weights.small_luma(grey)).max() <= 1
    taken = frames(*["closed"] * 3)
    assert weights.of(taken, colour, Data()).tolist() == pytest.approx([0.85, 0.85, 1.0])
    assert weights.of(taken, colour, Data(alike=0.0)).tolist() == [1.0] * 3


def test_hours_are_of_the_utc_day_and_unknown_without_a_time():
    taken = [Frame(Path("1.jpg"), "open", 25 * 60 * MINUTE), Frame(Path("2.jpg"), "open")]
    assert weights.hours(taken).tolist() == [1, weights.NO_HOUR]
