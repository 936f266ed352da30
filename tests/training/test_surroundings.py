"""What the model file remembers of the view, from pictures of training days."""

import cv2
import numpy as np
import pytest

from contract import view
from host_tools.native import imgprep
from training import surroundings
from training.dataset import Frame
from training.pixels import network_input

REGION = [3500, 2500, 6500, 7500]
WHOLE = [0, 0, 10000, 10000]
SIZE = (320, 240)


def place(seed):
    """Grey [240, 320] of a place that no other seed has."""
    rng = np.random.default_rng(seed)
    return cv2.resize(rng.integers(30, 220, (40, 54)).astype(np.uint8), SIZE, interpolation=cv2.INTER_CUBIC)


def frames(folder, pictures, label="closed"):
    """A labelled Frame a picture."""
    found = []
    for i, picture in enumerate(pictures):
        path = folder / f"{label}-{i}.jpg"
        cv2.imwrite(str(path), picture)
        found.append(Frame(path, label, 1772360430500 + i))
    return found


def days(picture, count, seed=0):
    """The same place in other light, with noise and a door that opens."""
    rng = np.random.default_rng(seed)
    for i in range(count):
        shown = picture.copy()
        shown[70:170, 120:200] = rng.integers(0, 255)
        light = rng.uniform(0.3, 1.0)
        yield np.clip(shown * light + rng.normal(rng.uniform(0, 40), 3, picture.shape), 0, 255).astype(np.uint8)


def peaks(reference, pictures, folder):
    near = view.Surroundings(imgprep, REGION)
    for frame in frames(folder, pictures, "asked"):
        near.describe(network_input(frame.path.read_bytes(), WHOLE, 64, 64, 1))
        best = 0
        for edges in reference.edges:
            near.compare(edges)
            best = max(best, near.peak)
        yield best


def test_one_picture_recognises_other_days_of_the_place_and_no_other_place(tmp_path):
    reference = surroundings.choose(frames(tmp_path, days(place(1), 20)), REGION)
    assert reference.edges.shape == (1, 64, 64) and reference.edges.dtype == np.uint8
    assert min(peaks(reference, days(place(1), 10, 9), tmp_path)) > 2 * view.LOWEST_PEAK
    assert max(peaks(reference, (place(seed) for seed in range(2, 12)), tmp_path)) < view.LOWEST_PEAK


def test_place_with_two_looks_gets_a_reference_for_each(tmp_path):
    pictures = [*days(place(1), 12), *days(place(2), 8)]
    reference = surroundings.choose(frames(tmp_path, pictures), REGION)
    assert len(reference.edges) == 2
    assert min(peaks(reference, [*days(place(1), 5, 3), *days(place(2), 5, 4)], tmp_path)) > view.LOWEST_PEAK


@pytest.mark.parametrize("case", ["door fills the frame", "few pictures", "no place twice", "unusable"])
def test_view_that_cannot_be_recognised_is_not_checked(tmp_path, case):
    pictures = [place(seed) for seed in range(20)] if case == "no place twice" else list(days(place(1), 20))
    made = frames(tmp_path, pictures[:7] if case == "few pictures" else pictures, "unusable" if case == "unusable" else "closed")
    assert surroundings.choose(made, [300, 300, 9800, 9800] if case == "door fills the frame" else REGION) is None


def test_unreadable_pictures_are_passed_over_and_the_same_pictures_give_the_same_file(tmp_path):
    made = frames(tmp_path, days(place(1), 20))
    made[3].path.write_bytes(b"nothing")
    made[4].path.unlink()
    first, second = surroundings.choose(made, REGION), surroundings.choose(made, REGION)
    assert np.array_equal(first.edges, second.edges) and first.metadata() == second.metadata()
    assert 1 <= first.focus < 1024 and first.lowest_peak == view.LOWEST_PEAK
