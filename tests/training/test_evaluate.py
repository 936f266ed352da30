import json

import pytest
from little_model import write_model
from tiny_door import HOUR_MS, START_MS, picture, write_jpeg

from training import evaluate
from training.dataset import Frame
from training.progress import Silent


@pytest.fixture(scope="module")
def minutes(tmp_path_factory):
    """Two hours of frames at 10 s, from 17:00: an opening of six frames in each, the first of them like a closed door and thus missed."""
    folder = tmp_path_factory.mktemp("minutes")
    frames = []
    for n in range(240):
        state = "open" if n % 120 in range(60, 66) else "unusable" if n in (30, 31) else "closed"
        path = folder / f"{n:03d}.jpg"
        write_jpeg(path, picture("closed" if n in range(60, 66) else state, 0))
        time_ms = START_MS + 17 * HOUR_MS + n * 10_000 + (HOUR_MS - 1_200_000) * (n >= 120)
        frames.append(Frame(path, state, time_ms, camera="front"))
    return frames


@pytest.fixture(scope="module")
def result(minutes, tmp_path_factory):
    return evaluate.evaluate(write_model(tmp_path_factory.mktemp("model") / "model.safetensors"), minutes, Silent())


def test_openings_are_scored_before_and_after_the_smoother(result):
    assert (result.events["openings"], result.events["found"], result.events["missed"]) == (2, 1, 1)
    assert result.events["smoothed"]["found"] == result.events["invented"] == 1
    assert result.events["smoothed"]["delay_s"] == {"median": 10.0, "p90": 10.0, "worst": 10.0}
    assert [opening["delay_s"] for opening in result.events["list"]] == [None, 0.0]


def test_states_days_and_nights_are_scored_apart(result):
    assert result.by_state["open"] == {"frames": 12, "precision": 0.75, "recall": 0.5}  # two frames of a blocked view
    assert result.by_state["closed"]["recall"] == 1.0
    assert result.by_date == {"2026-03-02": {"day": result.day, "night": result.night}}
    assert result.day["frames"] == 118 and result.night["balanced_accuracy"] == 1.0


def test_unusable_frames_have_no_probability_where_the_model_lacks_the_label(result):
    assert sum(row["frames"] for row in result.reliability) == 238
    assert result.auc == pytest.approx(0.75) and 0 <= result.ece <= 1 and 0 <= result.brier <= 2


def test_interval_knows_that_there_were_two_hours_only(result):
    low, high = result.interval
    assert low == 0.5 and high == 1.0 and result.balanced_accuracy == 0.75


def test_record_is_json(result):
    assert json.loads(json.dumps(result.record()))["events"]["rest"] == "closed"


def test_frames_without_times_have_no_openings_hours_or_days(minutes, tmp_path):
    plain = [Frame(frame.path, frame.label) for frame in minutes[50:70]]
    result = evaluate.evaluate(write_model(tmp_path / "model.safetensors"), plain, Silent())
    assert result.events == {} and result.by_hour == {} and result.by_date == {} and result.day["frames"] == 0
