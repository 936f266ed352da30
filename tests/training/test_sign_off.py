import json

import pytest
from little_model import write_model
from tiny_door import START_MS, picture, write_jpeg

from training.dataset import Frame
from training.enough import Enough
from training.errors import TrainingError
from training.progress import Silent
from training.sign_off import sign_off

STATES = ["closed", "open"]
FIGURES = {"int8": {"accuracy": 1.0, "balanced_accuracy": 1.0}}


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    folder, frames = tmp_path_factory.mktemp("held"), []
    for n in range(24):
        write_jpeg(folder / f"{n}.jpg", picture(STATES[n % 2], 0))
        frames.append(Frame(folder / f"{n}.jpg", STATES[n % 2], START_MS + n * 3_600_000))
    return frames


def finish(directory, held, **more):
    return sign_off(directory, "tiny", held, FIGURES, [], {"blocks": []}, {}, progress=Silent(), **more)


def names(directory):
    return {path.name for path in directory.iterdir()}


def test_good_candidate_becomes_the_model(tmp_path, held):
    write_model(tmp_path / "candidate.safetensors")
    evaluation = finish(tmp_path, held, labels=Enough("unknown", "Too few.", 3))
    assert evaluation.balanced_accuracy == 1.0
    assert names(tmp_path) == {"model.safetensors", "evaluation.json", "report.html"}
    record = json.loads((tmp_path / "evaluation.json").read_text())
    assert record["comparison"] is None and record["enough"]["labels"] == 3 and record["networks"] == FIGURES
    assert record["costs"]["instructions"] > 0 and "Too few." in (tmp_path / "report.html").read_text()


def test_worse_candidate_is_reported_but_no_model_unless_forced(tmp_path, held):
    deployed = write_model(tmp_path / "old" / "model.safetensors")
    run = tmp_path / "new"
    write_model(run / "candidate.safetensors", 0.9)
    with pytest.raises(TrainingError, match="--force"):
        finish(run, held, deployed=deployed)
    assert names(run) == {"candidate.safetensors", "evaluation.json", "report.html"}
    assert json.loads((run / "evaluation.json").read_text())["comparison"]["verdict"] == "worse"
    assert "The new model is worse." in (run / "report.html").read_text()
    finish(run, held, deployed=deployed, force=True)
    assert "model.safetensors" in names(run) and "candidate.safetensors" not in names(run)
