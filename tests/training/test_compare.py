import json

import numpy as np
import pytest
from little_model import write_model
from tiny_door import START_MS, picture, write_jpeg

from training import compare
from training.dataset import Frame
from training.errors import TrainingError
from training.evaluate import Scored
from training.progress import Silent

STATES = ["closed", "open"]
HOUR_MS = 3_600_000


def scored(right, states="co"):
    """One frame an hour, states in turn; `right`: which of them are."""
    return [Scored(Frame(f"{i}.jpg", STATES[i % 2], START_MS + i * HOUR_MS), STATES[i % 2] if good else "unknown", 5, ())
            for i, good in enumerate(right)]


def spoiled(count, wrong, seed):
    right = np.ones(count, bool)
    right[np.random.default_rng(seed).choice(count, wrong, replace=False)] = False
    return right


def test_clearly_worse_model_is_refused_unless_forced():
    found = compare.judge(scored(spoiled(200, 40, 1)), scored(spoiled(200, 4, 2)), STATES)
    assert found.verdict == "worse" and found.difference == pytest.approx(-0.18) and found.interval[1] < 0
    with pytest.raises(TrainingError, match=r"0\.800 against 0\.980 on 200 .*--force"):
        compare.refuse_if_worse(found)
    compare.refuse_if_worse(found, force=True)
    compare.refuse_if_worse(None)


def test_clearly_better_model_and_equal_ones():
    better = compare.judge(scored(spoiled(200, 4, 2)), scored(spoiled(200, 40, 1)), STATES)
    assert better.verdict == "better" and better.interval[0] > 0 and better.p < 0.01
    same = compare.judge(scored(spoiled(200, 10, 1)), scored(spoiled(200, 9, 2)), STATES)
    assert same.verdict == "same" and same.interval[0] < 0 < same.interval[1]
    compare.refuse_if_worse(same)


def test_many_frames_of_one_event_do_not_prove_anything():
    def one_event(right):
        return [Scored(Frame(f"{i}.jpg", one.frame.label, event=str(i // 50)), one.reported, 5, ())
                for i, one in enumerate(scored(right))]
    bad = np.ones(200, bool)
    bad[150:190] = False
    found = compare.judge(one_event(bad), one_event(np.ones(200, bool)), STATES)
    assert found.difference == pytest.approx(-0.2) and found.p < 1e-9 and found.verdict == "same"


def test_mcnemar_is_the_two_sided_sign_test():
    assert compare.mcnemar(0, 0) == 1.0 and compare.mcnemar(3, 3) == 1.0
    assert compare.mcnemar(0, 6) == compare.mcnemar(6, 0) == pytest.approx(2 / 64)
    assert compare.mcnemar(1, 7) == pytest.approx(2 * 9 / 256)


@pytest.fixture(scope="module")
def doors(tmp_path_factory):
    folder = tmp_path_factory.mktemp("doors")
    frames = []
    for n in range(40):
        write_jpeg(folder / f"{n}.jpg", picture(STATES[n % 2], n // 2 % 2 * 5))
        frames.append(Frame(folder / f"{n}.jpg", STATES[n % 2], START_MS + n * HOUR_MS))
    return frames


def files(frames):
    return json.dumps({"blocks": [{"side": "train", "files": [str(frame.path) for frame in frames]},
                                  {"side": "held_out", "files": ["other/picture.jpg"]}]})


def test_two_files_are_compared_on_frames_that_neither_has_learnt_from(doors, tmp_path):
    new, old = write_model(tmp_path / "new/model.safetensors", 0.37), write_model(tmp_path / "old/model.safetensors", 0.9)
    (tmp_path / "old/split.json").write_text(files(doors[:12]))
    found = compare.compare(new, old, doors, Silent())
    assert (found.verdict, found.frames, found.learnt) == ("better", 28, 0)
    assert found.new == 1.0 and found.deployed == 0.5
    assert compare.seen(old, doors) == 12 and compare.seen(new, doors) is None
    (tmp_path / "new/split.json").write_text(files(doors[8:20]))
    assert compare.compare(new, old, doors, Silent()).frames == 20


def test_deployed_model_that_knows_the_frames_refuses_nothing(doors, tmp_path):
    new, old = write_model(tmp_path / "new/model.safetensors", 0.9), write_model(tmp_path / "old/model.safetensors", 0.37)
    (tmp_path / "old/split.json").write_text(files(doors[:38]))
    found = compare.compare(new, old, doors, Silent())
    assert (found.verdict, found.frames, found.learnt) == ("worse", 40, 38)
    compare.refuse_if_worse(found)


def test_models_of_other_states_are_not_compared(doors, tmp_path):
    new = write_model(tmp_path / "new/model.safetensors")
    old = write_model(tmp_path / "old/model.safetensors", states=["shut", "open"])
    found = compare.compare(new, old, doors, Silent())
    assert found.verdict == "other states" and found.frames == 0
    compare.refuse_if_worse(found)
