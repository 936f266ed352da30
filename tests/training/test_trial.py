"""The trial's labels, and its watch over a procedural installation."""

import json
from argparse import Namespace
from collections import Counter
from pathlib import Path

import pytest
from little_model import STATES, write_model

from contract.clock import utc_ms
from host_tools.scene import Scene
from training import trial
from training.dataset import Frame
from training.errors import TrainingError

START_MS = utc_ms("2026-03-02")
DAYS = 2


@pytest.fixture(scope="module")
def pool():
    """(Frames that a sampler keeps of two days, not rendered; openings; blocked views)."""
    scene, end = Scene("yard", 3), START_MS + DAYS * 86_400_000
    times = trial.training_times(scene, START_MS, DAYS, 90, 3)
    truths = [(time_ms, scene.truth(time_ms)) for time_ms in times]
    frames = [Frame(Path(f"{time_ms}.jpg"), "unusable" if truth.blocked else truth.state, time_ms)
              for time_ms, truth in truths]
    return frames, scene.openings(START_MS, end), scene.blocked_periods(START_MS, end)


def test_few_labels_leave_no_opening_out(pool):
    frames, openings, blocked = pool
    chosen = trial.few_labels(frames, openings + blocked, 200, 3)
    labelled = [frame for frame in chosen if frame.label]
    assert len(chosen) == len(frames) > 1900 and len(labelled) == 200
    assert [frame.time_ms for frame in chosen] == [frame.time_ms for frame in frames]
    for low, high in openings:
        assert any(low <= frame.time_ms < high and frame.label == "open" for frame in labelled)
    counts = Counter(frame.label for frame in labelled)
    assert counts["open"] >= 50 and counts["unusable"] >= 20 and counts["closed"] >= 100
    assert all(frame.event is None for frame in chosen)


def test_labels_are_the_truth_and_the_same_for_a_seed(pool):
    frames, openings, blocked = pool
    first = trial.few_labels(frames, openings + blocked, 100, 3)
    assert first == trial.few_labels(frames, openings + blocked, 100, 3)
    assert first != trial.few_labels(frames, openings + blocked, 100, 4)
    assert all(own.label in (None, frame.label) for own, frame in zip(first, frames))


def test_watch_of_an_unseen_hour_is_written_beside_the_model(tmp_path):
    model = write_model(tmp_path / "model.safetensors", states=STATES)
    arguments = Namespace(seed=3, days=1 / 48, period=60.0, processes=1, dense=True)
    record = trial.observe("yard", model, arguments)
    kept = json.loads((tmp_path / "unseen-dense.json").read_text())
    assert kept == json.loads(json.dumps(record)) and kept["frames"] == 30
    lines = trial.table_lines(record)
    assert lines["frames"] == 30 and lines["openings found"] == "0 of 1"
    wrong = kept["wrong"]  # the little model knows nothing of gates and misses the one that opens
    assert wrong and all(set(row) >= {"opening", "visible", "infrared"} for row in wrong)


def test_more_labels_than_there_are_is_said(pool):
    frames, openings, blocked = pool
    with pytest.raises(TrainingError, match="9000 labels, .* cannot be drawn from .* open"):
        trial.few_labels(frames, openings + blocked, 9000, 3)
