import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from contract.errors import DoorlensError
from host_tools import deployed, project, runs
from host_tools.main import cli

sys.path.append(str(Path(__file__).parents[1] / "training"))
from little_model import write_model  # noqa: E402


def make_run(folder, name, created, steps, accuracy=None, **labels):
    """A run's folder as training leaves it; without `accuracy` as a killed one does."""
    path = folder / name
    path.mkdir(parents=True)
    content = {"environment.json": {"created": created, "commit": "abc", "seed": 1},
               "config.json": {"seed": 1, "student": {"steps": steps, "width": 64}},
               "split.json": {"blocks": [{"labels": labels}, {"labels": labels}]}}
    if accuracy is not None:
        content["evaluation.json"] = {"balanced_accuracy": accuracy, "frames": 40, "wrong": [], "day": {"accuracy": 0.5},
                                      "networks": {"teacher": {"accuracy": 1.0}},
                                      "costs": {"multiply_adds": 932032, "bytes": 29048}}
        write_model(path / "model.safetensors", sequence=steps)
    for file, values in content.items():
        (path / file).write_text(json.dumps(values))
    return path


@pytest.fixture
def door(tmp_path):
    made = project.create(tmp_path / "door", "door", ["closed", "open"])
    make_run(made.runs_path, "b-first", "2026-03-01T10:00:00.000Z", 100, 0.9, closed=40, open=5)
    make_run(made.runs_path, "a-second", "2026-03-02T10:00:00.000Z", 200, 0.95, closed=40, open=9, unlabelled=100)
    make_run(made.runs_path, "killed", "2026-03-03T10:00:00.000Z", 200, closed=40, open=9)
    return made


def call(*arguments):
    result = CliRunner().invoke(cli, ["runs", *map(str, arguments)], env={"COLUMNS": "140"})
    assert result.exit_code == 0, result.output
    return result.output


def test_runs_are_read_in_order_of_time_with_what_they_became(door):
    first, second, killed = runs.find(door.runs_path)
    assert [run.name for run in (first, second, killed)] == ["b-first", "a-second", "killed"]
    assert first.balanced_accuracy == 0.9 and first.multiply_adds == 932032 and first.labels == {"closed": 80, "open": 10}
    assert first.size == (first.path / "model.safetensors").stat().st_size and first.states == ["closed", "open"]
    assert killed.sequence is None and killed.balanced_accuracy is None and killed.labels["open"] == 18


def test_list_says_which_run_is_deployed_and_which_was_not_finished(door):
    file = door.runs_path / "a-second/model.safetensors"
    deployed.record(door, "front", file, file.read_bytes(), 200, 0)
    lines = call("--project", door.path).splitlines()
    row = {name: next(line for line in lines if name in line) for name in ("b-first", "a-second", "killed")}
    assert "front" in row["a-second"] and "front" not in row["b-first"]
    assert "0.9500" in row["a-second"] and "80 closed" in row["a-second"] and "0.93" in row["a-second"]
    assert "not finished" in row["killed"]
    assert any("200 unlabelled" in line for line in lines)


def test_comparison_shows_only_settings_that_differ_and_all_figures(door):
    text = call("--project", door.path, "compare", "b-first", "a-second")
    lines = {line.split("│")[1].strip(): [cell.strip() for cell in line.split("│")[2:-1]] for line in text.splitlines() if "│" in line}
    assert lines["student.steps"] == ["100", "200"] and "student.width" not in lines and "commit" not in lines
    assert lines["frames open"] == ["10", "18"] and "frames closed" not in lines
    assert lines["balanced accuracy"] == ["0.9", "0.95", "+0.05"]
    assert lines["teacher (held out): accuracy"] == ["1", "1", "+0"]


def test_run_is_found_by_path_too_and_an_unfinished_one_has_no_figures(door, tmp_path):
    elsewhere = make_run(tmp_path / "elsewhere", "other", "2026-03-04T10:00:00.000Z", 300, closed=40, open=9)
    text = call("--folder", door.runs_path, "compare", "killed", elsewhere)
    assert "student.steps" in text and "Neither run" in text


def test_unknown_run_and_missing_project_are_one_line(door, tmp_path):
    for arguments, sentence in ((["--project", door.path, "compare", "b-first", "none"], "b-first, a-second, killed"),
                                (["--project", tmp_path], "doorlens init")):
        result = CliRunner().invoke(cli, ["runs", *map(str, arguments)])
        assert isinstance(result.exception, DoorlensError) and sentence in str(result.exception)
        assert "\n" not in str(result.exception)


def test_damaged_files_of_a_run_do_not_hide_the_others(door):
    for file in ("split.json", "evaluation.json", "config.json"):
        (door.runs_path / "b-first" / file).write_text("[1]" if file == "split.json" else "{")
    (door.runs_path / "b-first/model.safetensors").write_bytes(b"damaged")
    assert "not finished" in call("--project", door.path) and len(runs.find(door.runs_path)) == 3


def test_project_without_runs_is_told_how_to_make_one(tmp_path):
    made = project.create(tmp_path / "door", "door", ["closed", "open"])
    assert "doorlens train" in call("--project", made.path)
