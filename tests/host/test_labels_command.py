"""`doorlens labels`, as it is typed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image, ImageDraw

from annotation import groups, suggestions
from annotation.index import Index
from annotation.opinion import SecondOpinion
from annotation.session import Session
from contract.errors import DoorlensError
from host_tools import label_aids, project
from host_tools.commands.labels import command

STATES = ["closed", "open"]
PATHS = ["frames/front/2026-03-01/0badcafe-%08d.jpg" % number for number in range(8)]


@pytest.fixture
def door(tmp_path):
    """Eight pictures: closed, but for 2 and 5, which show a bright square; the first three have a label."""
    opened = project.create(tmp_path / "door", "door", STATES)
    index = Index.open(opened.path, STATES)
    for number, path in enumerate(PATHS):
        index.add(path, 1772360430500 + 60000 * number, "front")
        picture = Image.new("RGB", (160, 120), (60, 60, 70))
        ImageDraw.Draw(picture).rectangle((5, 5, 20 + number, 20), fill=(80, 80, 80))
        if number in (2, 5):
            ImageDraw.Draw(picture).rectangle((60, 20, 120, 110), fill=(250, 240, 200))
        index.file(path).parent.mkdir(parents=True, exist_ok=True)
        picture.save(index.file(path))
    index.save()
    session = Session(index, "ada")
    for label in ("closed", "closed", "open"):
        session.label(label)
    return opened


def _run(*arguments):
    return CliRunner().invoke(command, [str(argument) for argument in arguments], catch_exceptions=False)


def _fails(*arguments):
    with pytest.raises(DoorlensError) as caught:
        _run(*arguments)
    return str(caught.value)


def test_labels_go_out_and_into_another_project_with_their_pictures(door, tmp_path):
    plain = tmp_path / "index.json"
    plain.write_text(json.dumps({path.removeprefix("frames/"): "o" if number == 2 else "c" for number, path in enumerate(PATHS)}))
    other = project.create(tmp_path / "other", "other", STATES)
    done = _run("import", plain, other.path, "--pictures", door.frames_path, "--rename", "o=open", "--rename", "c=closed")
    assert "8 new pictures" in done.output and "8 labelled" in done.output
    assert [entry.label for entry in Index.open(other.path).entries.values()].count("open") == 1
    assert "8 had the label already" in _run("import", plain, other.path, "--rename", "o=open", "--rename", "c=closed").output
    for kind in ("folders", "csv", "coco", "label-studio"):
        assert "8 frames" in _run("export", kind, tmp_path / ("out-" + kind), other.path).output
    assert len(list((tmp_path / "out-folders" / "closed").iterdir())) == 7


def test_import_names_what_it_left(door, tmp_path):
    table = tmp_path / "labels.csv"
    table.write_text("path,label\n%s,open\nelsewhere.jpg,open\n" % PATHS[0])
    output = _run("import", table, door.path).output
    assert "0 labelled" in output and "1 have another label, which stays" in output
    assert "1 are no frames of the project (--pictures brings them along): elsewhere.jpg" in output
    assert "1 labelled" in _run("import", table, door.path, "--overwrite").output


def test_history_tells_who_when_and_from_what(door):
    session = Session(Index.open(door.path, STATES), "bob", resume=False)
    session.go(0)
    session.label("blocked")
    session.undo()
    output = _run("history", PATHS[0], door.path).output
    lines = [line for line in output.splitlines() if "202" in line]
    assert len(lines) == 3 and "ada" in lines[0] and "no label" in lines[0]
    assert "bob" in lines[1] and "closed (human)" in lines[1] and "unusable (blocked, human)" in lines[1]
    assert "undo" in lines[2]
    assert "nothing was changed" in _run("history", PATHS[7], door.path).output
    assert "no frame" in _fails("history", "frames/none.jpg", door.path)


def test_labels_are_set_and_taken_away_and_undo_takes_it_back(door):
    assert "2 frames: blocked" in _run("set", "blocked", *PATHS[6:], PATHS[6], "--project", door.path, "--annotator", "ada").output
    assert [entry.detail for entry in Index.open(door.path).entries.values()][5:] == [None, "blocked", "blocked"]
    _run("set", "none", PATHS[0], "--project", door.path)
    assert Index.open(door.path).entries[PATHS[0]].label is None
    assert Session(Index.open(door.path, STATES), "ada").undo()
    assert [entry.label for entry in Index.open(door.path).entries.values()][5:] == [None] * 3
    before = (door.path / "index.journal").read_bytes()
    assert "has closed, open, unusable" in _fails("set", "ajar", PATHS[1], "--project", door.path)
    assert "no frame" in _fails("set", "open", PATHS[1], "gone.jpg", "--project", door.path)
    assert (door.path / "index.journal").read_bytes() == before


def test_agreement_prints_share_and_kappa(door):
    assert "no second opinion yet" in _run("agreement", door.path).output
    session = SecondOpinion(Index.open(door.path, STATES), "bob")
    truth = {path: entry.label for path, entry in session.index.entries.items()}
    for _ in range(3):
        session.label("open" if session.path == PATHS[0] else truth[session.path])
    output = _run("agreement", door.path).output
    assert "3 frames, 66.7 % agree, Cohen's kappa 0.400" in output
    assert "no second opinion" in _run("agreement", door.path, "--annotator", "eve").output


def test_bin_and_backups_are_listed_and_restored(door):
    assert "1 frames are in" in _run("delete", PATHS[1], "--project", door.path).output
    listed = _run("restore", "--project", door.path).output
    assert f"in the bin: {PATHS[1]}" in listed and "backup: " in listed
    assert "1 frames are back" in _run("restore", "--all", "--project", door.path).output
    assert Index.open(door.path).entries[PATHS[1]].label == "closed"
    backup = next(line for line in listed.splitlines() if line.startswith("backup")).removeprefix("backup: ")
    assert "labels of" in _run("restore", "--help").output
    assert "have the label of" in _run("restore", "--backup", backup, "--project", door.path).output


def test_damaged_journal_is_one_line_that_says_how_to_repair_it(door):
    session = Session(Index.open(door.path, STATES), "ada")
    session.go(4)
    session.label("open")
    file = door.path / "index.journal"
    file.write_bytes(file.read_bytes().replace(b'"ada"', b'"eve"'))
    program = [sys.executable, "-m", "host_tools.main", "labels"]
    failed = subprocess.run([*program, "agreement", str(door.path)], cwd=Path(__file__).parents[2], capture_output=True, text=True)
    assert failed.returncode == 1 and len(failed.stderr.splitlines()) == 1 and "doorlens labels repair" in failed.stderr
    assert "cannot be read" in _run("repair", door.path).output
    assert "nothing is damaged" in _run("repair", door.path).output


def test_prepare_finds_groups_that_are_one_state_and_suggestions(door):
    _, offered = label_aids.prepare(door)
    found, known = groups.read(door.path), suggestions.read(door.path)
    assert set(found[PATHS[0]]) == {path for number, path in enumerate(PATHS) if number not in (2, 5)}
    if offered:  # where torch is
        assert known[PATHS[5]].label == "open" and known[PATHS[4]].label == "closed"
    assert PATHS[5] not in found or set(found[PATHS[5]]) == {PATHS[2], PATHS[5]}
    session = Session(Index.open(door.path, STATES), "ada", groups=found, suggestions=known)
    session.go(3)
    assert session.label_group("closed") == 4


def test_prepare_without_frames_is_refused(tmp_path):
    with pytest.raises(DoorlensError, match="no frames"):
        label_aids.prepare(project.create(tmp_path / "empty", "empty", STATES))
