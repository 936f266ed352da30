from pathlib import Path

import pytest
from tiny_door import REGION, make_frames

from training import config, dataset, pixels, run
from training.dataset import Frame
from training.errors import TrainingError
from training.progress import Silent

STATES = ["closed", "open"]


def _labelled(*labels):
    return [Frame(Path(f"{n}.jpg"), label) for n, label in enumerate(labels)]


@pytest.mark.parametrize("labels, sentence", [
    (["closed"] * 9, 'all labelled frames are "closed"'),
    (["closed"] * 9 + ["open"] * 2, 'only 2 picture\\(s\\) are labelled "open"'),
    ([None] * 9, "no frame is labelled"),
    (["closed"] * 9 + ["ajar"] * 9, '"ajar", which the project does not declare'),
])
def test_labels_that_do_not_allow_a_run_are_named(labels, sentence):
    with pytest.raises(TrainingError, match=sentence):
        dataset.check_labels(_labelled(*labels), STATES, 4)


def test_missing_picture_is_named_and_nothing_is_written(tmp_path, frames):
    lost = [*frames, Frame(tmp_path / "gone.jpg", "open")]
    with pytest.raises(TrainingError, match="gone.jpg.*index"):
        run.train(lost, STATES, REGION, tmp_path / "run", config.load("quick"), progress=Silent())
    assert not (tmp_path / "run").exists()


def test_one_state_only_writes_nothing(tmp_path, frames):
    with pytest.raises(TrainingError, match="closed"):
        run.train([f for f in frames if f.label != "open"], STATES, REGION, tmp_path / "run", config.load("quick"),
                  progress=Silent())
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("damage", [b"", b"no picture", None])
def test_unreadable_picture_is_noticed(tmp_path, damage):
    frames = make_frames(tmp_path / "frames", 6)
    whole = frames[2].path.read_bytes()
    frames[2].path.write_bytes(whole[:len(whole) // 2] if damage is None else damage)
    pictures = pixels.load([f.path for f in frames], REGION, config.load("quick"), Silent())
    assert pictures.unreadable == [2]
    assert not pictures.wide[2].any() and pictures.wide[3].any()


def test_wide_crop_contains_the_region_in_its_middle(tmp_path):
    frame = make_frames(tmp_path / "frames", 1)[0]
    jpeg = frame.path.read_bytes()
    wide = pixels.wide_crop(jpeg, REGION, 124, 0.12).astype(int)
    inner = pixels.network_input(jpeg, REGION, 100, 100, 3).astype(int)
    assert abs(wide[12:112, 12:112] - inner).mean() < 6


def test_margin_outside_the_frame_repeats_its_edge(tmp_path):
    frame = make_frames(tmp_path / "frames", 1)[0]
    wide = pixels.wide_crop(frame.path.read_bytes(), [0, 0, 10000, 10000], 124, 0.12)
    assert (wide[:, 0] == wide[:, 11]).all() and (wide[123] == wide[112]).all()
