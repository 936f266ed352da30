"""`doorlens train --data`: a real small run, and what is refused before anything is on disk."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from tiny_door import picture, write_jpeg

from contract import model as model_file
from contract.errors import DoorlensError
from host_tools.main import cli

SHUTTER = Path(__file__).parents[3] / "shared/data/shutter_monz"
SMALL = """
threads = 1
[teacher]
side = 64
epochs = 1
batch = 8
[student]
steps = 10
batch = 16
views = 50
[quantise]
aware_steps = 2
percentiles = [100.0]
"""


def make(root, **counts):
    for state, count in counts.items():
        (root / state).mkdir(parents=True, exist_ok=True)
        for n in range(count):
            write_jpeg(root / state / f"{n}.jpg", picture(state, n))
    return root


def tree(root):
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*"))


@pytest.fixture
def there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.toml").write_text(SMALL)
    return tmp_path


def train(*options, data="pictures"):
    return CliRunner().invoke(cli, ["train", "--data", str(data), "--config", "small.toml", *options])


def refused(result):
    assert isinstance(result.exception, DoorlensError), result.output
    assert "\n" not in str(result.exception)
    return str(result.exception)


def test_folder_of_three_states_becomes_a_checked_model_and_stays_as_it_was(there):
    root = make(there / "pictures", open=8, ajar=6, closed=8, unusable=2)
    (root / "open/cut.jpg").write_bytes((root / "open/0.jpg").read_bytes()[:900])
    (root / "manifest.csv").write_text("file,event\nopen/0.jpg,a\nopen/1.jpg,a\ngone.jpg,b\n")
    before = tree(root)
    result = train("--run", "first", "--region", "2000", "1000", "6000", "8000", "--states", "open,ajar,closed")
    assert result.exit_code == 0, result.output
    assert "gone.jpg" in result.output and "cut.jpg" in result.output
    assert tree(root) == before
    parsed = model_file.parse((there / "runs/pictures/first/model.safetensors").read_bytes())
    assert parsed.states == ["open", "ajar", "closed"] and parsed.labels == [*parsed.states, "unusable"]
    assert parsed.region == [2000, 1000, 8000, 9000] and parsed.sequence == 1
    evaluation = json.loads(Path("runs/pictures/first/evaluation.json").read_text())
    assert sum(evaluation["confusion"]["ajar"].values()) >= 1 and evaluation["balanced_accuracy"] is not None
    assert parsed.spec["project"] == "pictures" and len(parsed.spec["training"]["index"]) == 64
    sides = {Path(file).name: block["side"] for block in json.loads(Path("runs/pictures/first/split.json").read_text())["blocks"]
             for file in block["files"] if Path(file).parent.name == "open"}
    assert sides["0.jpg"] == sides["1.jpg"] and set(sides.values()) == {"train", "held_out"}


@pytest.mark.skipif(not SHUTTER.is_dir(), reason="the shutter's pictures are not here")
def test_pictures_of_a_real_shutter_train_with_their_own_manifest(there):
    result = train("--out", "elsewhere", "--run", "first", data=SHUTTER)
    assert result.exit_code == 0, result.output
    record = json.loads((there / "elsewhere/first/split.json").read_text())
    assert sum(len(block["files"]) for block in record["blocks"]) == 13
    assert all(block["first_ms"] for block in record["blocks"])


@pytest.mark.parametrize("counts, options, sentence", [
    ({"closed": 8}, [], 'are "closed"; add pictures of another state'),
    ({"closed": 8, "open": 2}, [], 'only 2 picture(s) are labelled "open"'),
    ({"closed": 8, "open": 8, "ajar": 1}, ["--states", "closed,open"], '"ajar" (1 pictures are)'),
    ({"closed": 8, "open": 8}, ["--region", "5000", "0", "6000", "10000"], "not inside the picture"),
    ({"closed": 8, "open": 8}, ["--out", "pictures/runs"], "choose another with --out"),
    ({"closed": 8, "open": 8}, ["--config", "none.toml"], "none.toml"),
])
def test_what_does_not_allow_a_run_is_one_line_and_leaves_nothing(there, counts, options, sentence):
    root = make(there / "pictures", **counts)
    before = tree(there)
    assert sentence in refused(train(*options))
    assert tree(there) == before and root.is_dir()


def test_state_whose_pictures_cannot_be_decoded_leaves_nothing(there):
    root = make(there / "pictures", open=6, closed=6)
    for path in (root / "open").iterdir():
        path.write_bytes(b"no picture")
    before = tree(there)
    assert 'all labelled frames are "closed"' in refused(train())
    assert tree(there) == before


def test_default_place_inside_the_pictures_is_refused(there):
    root = make(there / "pictures", open=6, closed=6)
    os.chdir(root)
    (root / "small.toml").write_text(SMALL)
    assert "--out" in refused(train(data="."))


@pytest.mark.parametrize("arguments", [["front-door", "--data", "pictures"], ["--states", "a,b"],
                                       ["--data", "pictures", "--skip-missing"]])
def test_options_that_do_not_belong_together_are_refused(there, arguments):
    result = CliRunner().invoke(cli, ["train", *arguments])
    assert result.exit_code == 2 and "--data" in result.output
