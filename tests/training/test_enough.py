import json
from types import SimpleNamespace

import msgspec
import numpy as np
import pytest
import torch
from tiny_door import REGION, make_frames

from training import config, enough, plots, probe, run, split
from training.dataset import Frame
from training.material import gather
from training.next_labels import choose
from training.progress import Silent

STATES = ["closed", "open"]
HOUR_MS = 3_600_000


def curve(noise, seed=1, count=160):
    """A learning curve of two clouds in 30 dimensions, `noise` wide, in blocks of four."""
    generator = torch.Generator().manual_seed(seed)
    target = torch.arange(count + 400) // 4 % 5 // 4
    features = torch.randn(len(target), 30, generator=generator) * noise
    features[:, 0] += 2.0 * target - 1
    blocks = [list(range(i, i + 4)) for i in range(0, len(target), 4)]
    held = torch.arange(count, count + 400)
    return enough.learning_curve(features, target, list(range(count)), held, blocks, 2, generator)


def test_power_law_is_recovered_from_its_own_points():
    labels = np.array([10.0, 20, 40, 80])
    a, b = enough.power_law(labels, 0.7 * labels ** -0.6, 1e-6)
    assert (a, b) == (pytest.approx(0.7), pytest.approx(0.6))


def test_errors_that_grow_or_vanish_give_a_flat_law():
    assert enough.power_law(np.array([10.0, 20]), np.array([0.1, 0.2]), 1e-3)[1] == 0
    assert enough.power_law(np.array([10.0, 20]), np.zeros(2), 1e-3) == (pytest.approx(1e-3), 0)


def test_hard_pictures_ask_for_more_labels_and_easy_ones_do_not():
    hard, easy = curve(1.0), curve(0.02)
    assert hard.verdict == "more" and hard.text.startswith("Not yet")
    assert hard.doubled > hard.now + 0.01 and hard.doubled_range[0] < hard.doubled_range[1]
    assert easy.verdict == "enough" and easy.curve[-1]["balanced_accuracy"] == 1.0
    assert easy.doubled is None and "none was wrong" in easy.text and "<svg" in plots.learning_forecast(easy)


def test_curve_grows_and_is_the_same_again():
    made = curve(0.7)
    assert [point["labels"] for point in made.curve] == [12, 20, 40, 80, 160]  # whole blocks
    assert made.curve[0]["balanced_accuracy"] < made.curve[-1]["balanced_accuracy"]
    assert made == curve(0.7) != curve(0.7, seed=2)
    assert "<svg" in plots.learning_forecast(made)


def test_too_few_labels_give_no_forecast():
    made = curve(0.5, count=12)
    assert made.verdict == "unknown" and made.curve == []


def test_kind_with_few_labels_and_much_doubt_is_next():
    frames = [Frame(f"{i}.jpg", "closed", i * HOUR_MS // 8) for i in range(96)]                         # 00 to 12 h
    frames += [Frame(f"n{i}.jpg", None, 22 * HOUR_MS + i) for i in range(3)]
    frames += [Frame("o.jpg", "open", 9 * HOUR_MS), Frame("blocked.jpg", "unusable", 0)]
    guess = np.array([0] * 96 + [1] * 3 + [1, 0])
    doubt = np.array([0.01] * 96 + [0.2, 0.4, 0.3] + [0.0, 0.5])
    pictures = np.full((101, 4, 4, 1), 200, np.uint8)
    pictures[96:99] = 10
    kinds, files = choose(frames, [list(range(96)), [96, 97], [98], [99, 100]], STATES, pictures, guess, doubt)
    assert {row["kind"] for row in kinds[:2]} == {'"open" from 21 to 24 h UTC', 'dark pictures of "open"'}
    assert kinds[0]["why"] == "none is labelled, the network is 30 % unsure" and kinds[0]["unlabelled"] == 3
    assert files == ["n1.jpg", "n2.jpg"]
    assert all(row["unlabelled"] >= after["unlabelled"] or after["unlabelled"] == 0 for row, after in zip(kinds, kinds[1:]))


def test_whole_assessment_of_the_tiny_door(tmp_path):
    frames = make_frames(tmp_path, 48, 8)
    settings = config.load("quick")
    settings = msgspec.structs.replace(settings, teacher=msgspec.structs.replace(settings.teacher, side=48))
    frames, pictures = run.read(frames, STATES, REGION, settings, Silent())
    sides = split.split(frames, settings.data.held_out, settings.data.block_minutes, settings.seed)
    material = gather(pictures, frames, sides, STATES, settings)
    generator = torch.Generator().manual_seed(1)
    features = probe.features(material, settings, generator, Silent())
    made = enough.assess(material, frames, sides.blocks, STATES, features, generator)
    assert made.verdict in ("enough", "nearly", "more") and made.labels == sum(
        frames[i].label in STATES for i in sides.train)
    assert 0 < len(made.frames) <= 8 and all(SimpleNamespace(**row).why for row in made.next)
    assert json.loads(json.dumps(made.record()))["curve"]
