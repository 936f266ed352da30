import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from annotation.index import Index
from host_tools import features, project, queue_file, select
from host_tools.errors import ProjectError
from host_tools.main import cli
from training.progress import Silent

sys.path.append(str(Path(__file__).parents[1] / "training"))
from little_model import write_model  # noqa: E402
from tiny_door import START_MS, picture, write_jpeg  # noqa: E402

MINUTE_MS = 60_000


@pytest.fixture
def door(tmp_path):
    """A project of forty unlabelled frames, every tenth open; even frames are followed by a near-duplicate."""
    made = project.create(tmp_path / "door", "door", ["closed", "open"], [0.25, 0.1, 0.75, 0.9])
    index = Index.open(made.path, made.states)
    for n in range(40):
        add(made, index, n, state(n), n // 2)
    index.save()
    return made


def state(n):
    return "open" if n // 2 % 5 == 4 else "closed"


def name(n):
    return f"frames/front/{n:04d}.jpg"


def add(made, index, n, shown, seed):
    made.path.joinpath(name(n)).parent.mkdir(parents=True, exist_ok=True)
    write_jpeg(made.path / name(n), picture(shown, seed))
    index.add(name(n), START_MS + n * MINUTE_MS, "front")


def choose(made, budget=6, **options):
    return select.select(made, budget, kind="camera", **options)


def label(made, paths):
    index = Index.open(made.path, made.states)
    for path in paths:
        index.label(path, state(int(Path(path).stem)), "ada")
    index.save()


def paths(queue):
    return [pick.path for pick in queue.chosen]


def test_first_choice_is_typical_frames_that_stand_for_their_near_duplicates(door):
    queue = choose(door)
    assert len(set(paths(queue))) == 6 and {pick.reason for pick in queue.chosen} == {"typical"}
    assert all(name(int(Path(pick.path).stem) + 1) in pick.group for pick in queue.chosen)
    assert {state(int(Path(path).stem)) for path in paths(queue)} == {"closed", "open"}
    assert queue_file.read(door) == queue


def test_same_seed_writes_the_same_queue(door):
    choose(door, seed=3)
    first = (door.path / "queue.json").read_bytes()
    choose(door, seed=3)
    assert (door.path / "queue.json").read_bytes() == first


def test_label_of_a_chosen_frame_holds_for_its_group_and_follows_a_correction(door):
    pick = choose(door).chosen[0]
    label(door, [pick.path])
    assert select.spread(door) == len(pick.group) > 0
    entries = Index.open(door.path).entries
    assert {(entries[path].label, entries[path].annotator, entries[path].source) for path in pick.group} == {
        (entries[pick.path].label, "ada", "group")}
    index = Index.open(door.path, door.states)
    index.label(pick.path, "unusable", "ada")
    index.save()
    assert select.spread(door) == len(pick.group) and select.spread(door) == 0


def test_group_never_changes_what_a_person_said(door):
    pick = choose(door).chosen[0]
    index = Index.open(door.path, door.states)
    index.label(pick.group[0], "unusable", "ada")
    index.label(pick.path, "closed", "ada")
    index.save()
    select.spread(door)
    assert Index.open(door.path).entries[pick.group[0]].label == "unusable"


def test_next_choice_has_neither_labelled_frames_nor_their_near_duplicates(door):
    first = choose(door)
    label(door, paths(first))
    second = choose(door)
    before = {path for pick in first.chosen for path in [pick.path, *pick.group]}
    assert not before & {path for pick in second.chosen for path in [pick.path, *pick.group]}


def test_with_labels_doubtful_frames_come_and_a_quota_of_the_rare_state(door):
    label(door, [name(0), name(2), name(4), name(8)])
    queue = choose(door, 8)
    reasons = [pick.reason for pick in queue.chosen]
    assert reasons.count("quota") == 2 and reasons.count("doubt") == 6
    assert all(pick.state == "open" and "open" in pick.why for pick in queue.chosen if pick.reason == "quota")
    assert all(0 <= pick.doubt <= 1 for pick in queue.chosen)


def test_newest_model_is_asked_without_any_label(door):
    write_model(door.runs_path / "monday" / "model.safetensors")
    queue = choose(door)
    doubtful = [pick for pick in queue.chosen if pick.reason == "doubt"]
    assert doubtful and all(pick.why.startswith("by the newest model: ") and pick.state in door.states for pick in doubtful)


def test_frames_of_the_evaluation_slice_are_left_out(door):
    for n in range(0, 40, 2):
        (door.path / name(n)).with_suffix(".json").write_text(json.dumps({"schema": 2, "evaluation": True}))
    for n in range(1, 40, 2):
        (door.path / name(n)).with_suffix(".json").write_text(json.dumps({"schema": 1}))
    queue = choose(door, 100)
    everything = {path for pick in queue.chosen for path in [pick.path, *pick.group]}
    assert everything == {name(n) for n in range(1, 40, 2)}


def test_damaged_and_missing_pictures_are_left_out_and_said(door):
    (door.path / name(0)).write_bytes(b"\xff\xd8 broken")
    (door.path / name(2)).unlink()
    said = Said()
    queue = choose(door, 100, progress=said)
    assert any("2 pictures are missing or damaged" in line for line in said.lines)
    assert not {name(0), name(2)} & set(paths(queue))


class Said(Silent):
    def __init__(self):
        self.lines = []

    def say(self, text):
        self.lines.append(text)


@pytest.mark.parametrize("damage", ["{", '{"format": 2, "seed": 1, "features": "camera", "chosen": []}'])
def test_damaged_or_newer_queue_is_refused(door, damage):
    (door.path / "queue.json").write_text(damage)
    with pytest.raises(ProjectError, match="queue.json"):
        choose(door)


def test_nothing_to_choose_says_what_to_do(tmp_path, door):
    with pytest.raises(ProjectError, match="doorlens ingest"):
        choose(project.create(tmp_path / "empty", "empty", ["closed", "open"]))
    label(door, [name(n) for n in range(0, 40, 2)])
    with pytest.raises(ProjectError, match="nothing to choose"):
        choose(door)


def test_features_are_computed_once_and_an_interrupted_pass_goes_on(door, monkeypatch):
    monkeypatch.setattr(features, "_PART", 16)
    looked, real = [], features._look

    def look(extractor, files, region):
        if len(looked) == 2:
            raise KeyboardInterrupt
        looked.append(len(files))
        return real(extractor, files, region)

    monkeypatch.setattr(features, "_look", look)
    with pytest.raises(KeyboardInterrupt):
        choose(door)
    looked[:] = []
    choose(door)
    assert looked == [8]
    next((door.path / "cache").rglob("*.npz")).write_bytes(b"damaged")
    looked[:] = []
    choose(door)
    assert looked in ([16], [8])


def test_without_torch_the_cameras_features_are_taken(door, monkeypatch):
    for module in ("torch", "training.probe", "training.backbones"):
        monkeypatch.setitem(sys.modules, module, None)
    said = Said()
    assert select.select(door, 3, progress=said).features == "camera" and any("torch" in line for line in said.lines)
    with pytest.raises(ProjectError, match="--features camera"):
        select.select(door, 3, kind="frozen")
    label(door, [name(0), name(8)])
    assert {pick.reason for pick in choose(door).chosen} == {"typical"}


def test_command_writes_queue_and_contact_sheet_and_spreads(door):
    result = CliRunner().invoke(cli, ["select", str(door.path), "--budget", "4", "--features", "camera"])
    assert result.exit_code == 0, result.output
    assert "4 frames to label next" in result.output and (door.path / "queue.png").is_file()
    assert (door.path / "queue.html").read_text().count("<figure>") == 4
    label(door, paths(queue_file.read(door)))
    result = CliRunner().invoke(cli, ["select", str(door.path), "--spread"])
    assert result.exit_code == 0 and not result.output.startswith("0 "), result.output


def test_frozen_features_are_those_of_the_configured_network(door):
    found = features.describe(door, [name(0), name(1), name(8), "frames/front/none.jpg"], "frozen")
    assert found.kind == "frozen" and found.rows.shape == (4, 1280) and found.readable.tolist() == [True, True, True, False]
    alike, other = (((found.rows[0] - found.rows[i]) ** 2).sum() for i in (1, 2))
    assert alike < other
