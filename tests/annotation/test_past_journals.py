"""A journal that grew long becomes history: nothing of it is lost, nor what can be undone."""

import os
import shutil

import pytest
from annotation_projects import FIRST_MS, STATES, at_once, frame_path, label_on_disk, make_project, open_session

from annotation import history, index_file, journal, journal_line, past_journals, rescue, stored_index
from annotation.index import Index, IndexFileError
from annotation.session import Session


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """Every compaction of three changes and more begins another journal."""
    monkeypatch.setattr(stored_index, "_JOURNAL_BYTES", 1000)
    monkeypatch.setattr(stored_index, "_COMPACT_LINES", 3)


def _label(project, numbers, label="open", who="ada"):
    index = Index(project, STATES)
    for number in numbers:
        index.label(frame_path(number), label, who)
        index.save()
    return index


def _labels(project):
    return [entry.label for entry in Index(project, STATES).entries.values()]


def test_long_journal_becomes_history_and_the_next_counts_on(project):
    _label(project, range(6))
    first, second = past_journals.files(project)
    assert [record["n"] for record in journal.read_all(project)] == [1, 2, 3, 4, 5, 6]
    assert (project / journal.NAME).read_bytes().count(b"\n") == 1
    assert journal.head(project).follows in second.name and journal.head(project).mark.line == 7
    assert _labels(project) == ["open"] * 6


def test_history_and_undo_reach_over_all_journals(project):
    session = open_session(project)
    for label in ["open", "closed"] * 5:
        session.go(2)
        session.label(label)
    session.close()
    assert len(past_journals.files(project)) >= 3
    assert [record["to"]["label"] for record in history.of(project, frame_path(2))] == ["open", "closed"] * 5
    session = open_session(project)
    for label in [*["open", "closed"] * 4, "open"][::-1]:
        assert session.undo() and label_on_disk(project, 2) == label
    assert session.undo() and not session.undo()
    assert _labels(project) == [None] * 6
    session = open_session(project)
    while session.redo():
        pass
    assert label_on_disk(project, 2) == "closed"


def test_index_that_is_written_already_is_not_written_again(project):
    _label(project, range(3))
    before = index_file.stamp(project)
    Index.open(project, STATES).close()
    assert index_file.stamp(project) == before


def test_open_index_follows_over_several_journals(project):
    mine = Index.open(project, STATES)
    _label(project, [0])
    mine.refresh()
    _label(project, [1, 2, 3, 4], who="bob")
    mine.label(frame_path(5), "closed", "ada")
    mine.save()
    assert [entry.label for entry in mine.entries.values()] == ["open"] * 5 + ["closed"] == _labels(project)
    other = Index.open(project, STATES)
    _label(project, [0, 1, 2, 3, 4, 5], "unusable")
    other.refresh()
    assert {entry.label for entry in other.entries.values()} == {"unusable"}


def test_older_index_gets_every_later_label_from_the_history(project):
    _label(project, [0])
    index = Index.open(project, STATES)
    old = (project / "index.json").read_bytes()
    for number in range(1, 6):
        _label(project, [number])
    assert past_journals.files(project) and index.refresh() is None
    (project / "index.json").write_bytes(old)
    assert _labels(project) == ["open"] * 6
    Index.open(project, STATES)
    _label(project, [0], "closed")
    assert _labels(project) == ["closed"] + ["open"] * 5


def test_without_the_history_index_json_is_all_there_is_and_an_older_one_is_refused(project):
    _label(project, [0])
    Index.open(project, STATES)
    old = (project / "index.json").read_bytes()
    _label(project, [1, 2, 3])
    shutil.rmtree(project / past_journals.FOLDER)
    assert _labels(project) == ["open"] * 4 + [None] * 2
    (project / "index.json").write_bytes(old)
    with pytest.raises(IndexFileError, match="does not go on where index.json ends"):
        Index.open(project, STATES)


def test_torn_line_keeps_the_journal_until_it_is_removed(project):
    _label(project, range(2))
    with open(project / journal.NAME, "ab") as file:
        file.write(b'{"n": 3, "op"')
    Index.open(project, STATES)
    assert not past_journals.files(project)
    _label(project, [2, 3, 4])
    assert past_journals.files(project) and _labels(project) == ["open"] * 5 + [None]
    assert len(journal.read_all(project)) == 5


def test_file_system_without_hard_links_gets_copies(project, monkeypatch):
    def refuse(*_):
        raise PermissionError(1, "Operation not permitted")
    monkeypatch.setattr(os, "link", refuse)
    _label(project, range(6))
    assert len(past_journals.files(project)) == 2 and len(journal.read_all(project)) == 6


def test_history_that_cannot_be_written_keeps_no_label_back(project):
    (project / past_journals.FOLDER).touch()
    _label(project, range(4)).close()
    assert _labels(project) == ["open"] * 4 + [None] * 2 and len(journal.read_all(project)) == 4


def test_copy_that_a_crash_left_beside_its_journal_is_not_read_twice(project):
    index = _label(project, range(2))
    past_journals.keep(project, project / journal.NAME, 1, index.journal_end.journal)
    assert len(journal.read_all(project)) == 2
    _label(project, [2])
    assert len(journal.read_all(project)) == 3 and _labels(project) == ["open"] * 3 + [None] * 3


def test_journal_of_format_1_goes_on_and_becomes_history(project):
    _label(project, range(2))
    file = project / journal.NAME
    head, rest = file.read_bytes().split(b"\n", 1)
    record = journal_line.decode(head)
    old = {key: record[key] for key in ("journal", "follows", "index")}
    file.write_bytes(journal_line.encode({"format": 1, **old}, 0) + rest)
    _label(project, [2, 3])
    assert _labels(project) == ["open"] * 4 + [None] * 2
    assert len(past_journals.files(project)) == 1 and [record["n"] for record in journal.read_all(project)] == [1, 2, 3, 4]


def test_damaged_history_hinders_no_label_and_repair_puts_it_aside(project):
    _label(project, range(4))
    [file] = past_journals.files(project)
    file.write_bytes(file.read_bytes().replace(b'"open"', b'"shut"', 1))
    _label(project, [4])
    with pytest.raises(IndexFileError, match="line 2 of .*labels repair"):
        history.of(project, frame_path(0))
    taken, bad, [aside] = rescue.repair(project)
    assert (taken, bad) == (0, 1) and (project / past_journals.FOLDER / aside).exists()
    assert rescue.repair(project) is None and _labels(project) == ["open"] * 5 + [None]
    assert [record["n"] for record in journal.read_all(project)] == [4, 5]


def test_journal_after_a_repair_counts_on(project):
    _label(project, range(5))
    (project / journal.NAME).write_bytes((project / journal.NAME).read_bytes().replace(b'"open"', b'"shut"', 1))
    rescue.repair(project)
    session = open_session(project)
    session.go(5)
    session.label("open")
    assert [record["n"] for record in journal.read_all(project)] == [1, 2, 3, 6]
    assert open_session(project).undo() and label_on_disk(project, 5) is None


def _annotate(project, who, first):
    session = Session(Index.open(project, STATES), who)
    for number in range(first, 40, 2):
        session.go_to_path(frame_path(number))
        session.label("open" if who == "ada" else "closed")
    session.close()


def _ingest(project):
    index = Index.open(project, STATES)
    for number in range(30):
        index.add("frames/added-%03d.jpg" % number, FIRST_MS + number, "lobby")
        index.save()


def test_two_annotators_and_an_ingest_lose_nothing_while_journals_turn_over(tmp_path):
    make_project(tmp_path, 40)
    # "fork" keeps the journals short
    at_once("fork", [(_annotate, tmp_path, "ada", 0), (_annotate, tmp_path, "bob", 1), (_ingest, tmp_path)])
    index = Index.open(tmp_path, STATES)
    assert [index.entries[frame_path(number)].label for number in range(40)] == ["open", "closed"] * 20
    assert len(index.entries) == 70 and len(past_journals.files(tmp_path)) > 3
    records = journal.read_all(tmp_path)
    assert [record["n"] for record in records] == list(range(1, 71))
