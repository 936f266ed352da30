import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from annotation.index import Index
from host_tools import deployed, project
from host_tools.errors import ProjectError
from host_tools.main import cli

sys.path.append(str(Path(__file__).parents[1] / "training"))
from little_model import write_model  # noqa: E402
from tiny_door import START_MS, picture, write_jpeg  # noqa: E402

DAY_MS = 86_400_000


@pytest.fixture
def door(tmp_path):
    """A project of twelve labelled frames over two days, with a run."""
    made = project.create(tmp_path / "door", "door", ["closed", "open"])
    index = Index.open(made.path, made.states)
    for n in range(12):
        path = f"frames/front/{n}.jpg"
        made.path.joinpath(path).parent.mkdir(parents=True, exist_ok=True)
        write_jpeg(made.path / path, picture(made.states[n % 2], 0))
        index.add(path, START_MS + n * DAY_MS // 6, "front")
        index.label(path, made.states[n % 2], "ada")
    index.save()
    write_model(made.runs_path / "monday" / "model.safetensors")
    return made


def run(*words):
    return CliRunner().invoke(cli, ["evaluate", *map(str, words)])


def test_report_lies_beside_the_model_and_the_essentials_are_printed(door):
    result = run(door.path)
    page = door.runs_path / "monday" / "evaluation.html"
    assert result.exit_code == 0, result.output
    assert "balanced accuracy: 1.0000 over 12 frames" in result.output and "openings: 6, found 6" in result.output
    assert str(page) in result.output and "right is the camera" in page.read_text()


def test_since_leaves_earlier_days_out_and_report_goes_where_it_shall(door, tmp_path):
    result = run(door.path, "--since", "2026-03-03", "--report", tmp_path / "page.html")
    assert "over 6 frames" in result.output and (tmp_path / "page.html").is_file()
    assert isinstance(run(door.path, "--since", "2027-01-01").exception, (ProjectError, SystemExit))


def test_folder_of_pictures_needs_no_project(door, tmp_path):
    for n in range(4):
        folder = tmp_path / "pictures" / ("closed", "open")[n % 2]
        folder.mkdir(parents=True, exist_ok=True)
        write_jpeg(folder / f"{n}.jpg", picture(folder.name, 0))
    result = run("--data", tmp_path / "pictures", "--model", door.runs_path / "monday" / "model.safetensors")
    assert result.exit_code == 0 and "over 4 frames" in result.output, result.output


def test_model_is_compared_with_the_one_that_was_deployed(door):
    other = write_model(door.path / "other.safetensors", 0.9)
    result = run(door.path, "--model", other)
    assert "worse than the model that the camera runs now" in result.output


def test_deployed_model_that_cannot_be_used_does_not_stop_the_evaluation(door):
    other = write_model(door.path / "other.safetensors")
    pushed = door.runs_path / "monday" / "model.safetensors"
    pushed.write_bytes(pushed.read_bytes()[:-9])
    deployed.record(door, "front", pushed, pushed.read_bytes(), 1, START_MS)
    result = run(door.path, "--model", other)
    assert result.exit_code == 0 and "not compared" in result.output and "over 12 frames" in result.output
