"""A script of frames for a model that calls dark pictures open."""

import math
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from little_model import STATES, write_model

from host_tools.native import ujpeg
from training import watch
from training.dataset import Frame
from training.errors import TrainingError
from training.evaluate import Scored
from training.progress import Silent

START_MS = 1_772_409_600_000  # 2026-03-02T00:00Z
PERIOD_MS = 2000
# What is true and how bright the picture is: shut and open doors as they are; an open one that is missed, a shut one
# that looks open; something in the way, bright and dark.
KINDS = {"c": ("closed", 200), "o": ("open", 20), "m": ("open", 200), "i": ("closed", 20),
         "b": ("unusable", 200), "d": ("unusable", 20)}


@dataclass(frozen=True)
class Script:
    letters: str

    def __call__(self):
        return self.picture

    def picture(self, time_ms):
        label, grey = KINDS[self.letters[(time_ms - START_MS) // PERIOD_MS]]
        buffer = bytearray(1 << 15)
        length = ujpeg.encode(np.full((48, 64, 3), grey, np.uint8), 64, 48, 3, buffer, 80)
        return bytes(buffer[:length]), label

    @property
    def times(self):
        return [START_MS + i * PERIOD_MS for i in range(len(self.letters))]


@pytest.fixture
def model(tmp_path):
    return write_model(tmp_path / "model.safetensors")


def shown(model, letters):
    script = Script(letters)
    return watch.summarise(*watch.watch(model, script, script.times, progress=Silent()))["watch"]


def test_opening_is_found_late_missed_or_invented(model):
    found = shown(model, "ccccmmoooccccccmmmccciiicccccicccc")
    assert (found["openings"], found["found"], found["missed"]) == (2, 1, 1)
    assert found["delay_s"] == {"median": 4.0, "worst": 4.0}
    assert found["invented"] == 2 and found["invented_smoothed"] == 1 and found["missed_smoothed"] == 1


def test_opening_of_one_frame_is_too_short_to_be_asked_for(model):
    assert shown(model, "ccccmccccccoocccc")["openings"] == 1


def test_blocked_frames_are_told_apart_from_states(model):
    found = shown(model, "ccccbbbddcccoooo")
    assert found["blocked"] == {"closed": 3, "open": 2, "unknown": 0}
    assert found["balanced_accuracy"] == 1.0 and found["auc"] == 1.0 and found["unknown"] == 0
    assert found["invented"] == 1  # the door that something dark stood before


def test_balanced_accuracy_counts_both_states_alike(model):
    assert shown(model, "cccccccciimo")["balanced_accuracy"] == pytest.approx((0.8 + 0.5) / 2)


def test_answers_do_not_depend_on_the_number_of_processes(model):
    script = Script("ccccoooobbcciccc" * 20)
    alone = watch.watch(model, script, reversed(script.times), 1, Silent())[0]
    assert alone == watch.watch(model, script, script.times, 2, Silent())[0]
    assert [one.frame.time_ms for one in alone] == script.times
    assert [one.frame.label for one in alone] == [KINDS[letter][0] for letter in script.letters]


def test_model_that_the_camera_would_refuse_is_refused_at_once(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"not a model")
    with pytest.raises(TrainingError, match="camera's checks"):
        watch.watch(tmp_path / "model.safetensors", Script("cc"), Script("cc").times, 2, Silent())


def test_best_threshold_is_where_the_states_part():
    def scored(label, odds):
        return Scored(Frame(Path("a.jpg"), label, 0), "unknown", 0, (1 / (1 + math.exp(odds)), 1 / (1 + math.exp(-odds))))

    def best(*frames):
        return watch.best_threshold([scored(*frame) for frame in frames], SimpleNamespace(states=STATES))
    apart = [("closed", -5.0), ("closed", -3.0), ("open", -1.0), ("open", 4.0)]
    assert best(*apart) == {"log_odds": pytest.approx(-1.0), "balanced_accuracy": 1.0}
    assert best(*apart, ("unusable", -2.0), ("closed", 5.0))["balanced_accuracy"] == pytest.approx((2 / 3 + 1) / 2)
    assert best(("closed", 1.0), ("unusable", 2.0)) is None
