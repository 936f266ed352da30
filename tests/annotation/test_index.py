import json

import pytest
from annotation_projects import FIRST_MS, STATES, at_once, frame_path, make_project

from annotation.index import Entry, FramePathError, Index, IndexFileError, LabelError
from annotation.session import Session
from contract.clock import utc_text
from contract.errors import DoorlensError


def test_label_survives_save_and_open_with_all_its_facts(project):
    index = Index.open(project, STATES)
    index.label(frame_path(2), "open", "ada", annotated_ms=FIRST_MS + 7)
    index.save()
    assert Index.open(project, STATES).entries[frame_path(2)] == Entry(
        "open", "ada", FIRST_MS + 7, "human", FIRST_MS + 120000, "lobby")


def test_document_on_disk_has_the_agreed_form(project):
    index = Index.open(project, STATES)
    index.label(frame_path(0), "open", "simulator", "simulator", FIRST_MS)
    index.add("frames/b/unknown/x.jpg", None, "b")
    index.close()
    document = json.loads((project / "index.json").read_text())
    assert document["format"] == 2
    assert document["journal"]["bytes"] == (project / "index.journal").stat().st_size
    assert document["entries"][frame_path(0)] == {
        "label": "open", "annotator": "simulator", "annotated": "2026-03-01T10:20:30.500Z",
        "source": "simulator", "time": "2026-03-01T10:20:30.500Z", "camera": "lobby"}
    assert document["entries"]["frames/b/unknown/x.jpg"]["time"] == "unknown"
    assert document["entries"]["frames/b/unknown/x.jpg"]["label"] is None


def test_entries_are_ordered_by_time_then_path_and_unknown_times_come_last(tmp_path):
    index = Index.open(tmp_path, STATES)
    for path, time_ms in (("a", None), ("z", 5), ("c", 9), ("b", 9)):
        index.add(path, time_ms)
    assert list(index.entries) == ["z", "b", "c", "a"]
    index.close()
    assert list(json.loads((tmp_path / "index.json").read_text())["entries"]) == ["z", "b", "c", "a"]


def test_adding_a_known_frame_keeps_its_label(project):
    index = Index.open(project, STATES)
    index.label(frame_path(0), "open", "ada")
    assert index.add(frame_path(0), 1, "other") is False
    assert index.add("frames/new.jpg") is True
    assert index.entries[frame_path(0)].label == "open"
    assert index.entries[frame_path(0)].camera == "lobby"


def test_labelled_unlabelled_and_counts_agree(project):
    index = Index.open(project, STATES)
    index.label(frame_path(0), "open", "ada")
    index.label(frame_path(3), "unusable", "ada")
    assert list(index.labelled()) == [frame_path(0), frame_path(3)]
    assert list(index.unlabelled()) == [frame_path(n) for n in (1, 2, 4, 5)]
    assert index.counts() == {"closed": 0, "open": 1, "unusable": 1}
    index.unlabel(frame_path(0))
    assert index.entries[frame_path(0)] == Entry(None, None, None, None, FIRST_MS, "lobby")
    assert index.counts() == {"closed": 0, "open": 0, "unusable": 1}


@pytest.mark.parametrize("label", ["ajar", "", None, "Open"])
def test_undeclared_label_is_refused(project, label):
    with pytest.raises(LabelError, match="closed, open, unusable"):
        Index.open(project, STATES).label(frame_path(0), label, "ada")


def test_labels_of_a_state_since_removed_are_kept_and_listed(project):
    index = Index.open(project, [*STATES, "ajar"])
    index.label(frame_path(1), "ajar", "ada")
    index.save()
    index = Index.open(project, STATES)
    assert index.undeclared() == [frame_path(1)]
    assert index.counts()["ajar"] == 1


@pytest.mark.parametrize("path", ["/etc/passwd", "../x.jpg", "frames/../../x.jpg", "a//b", "./a", "", ".",
                                  "a\\b", "a\0b", "a/", "..", None])
def test_path_that_leaves_the_project_is_refused(tmp_path, path):
    with pytest.raises(FramePathError):
        Index.open(tmp_path).add(path)


def test_labelling_a_frame_that_the_index_lacks_is_refused(project):
    with pytest.raises(FramePathError, match="no frame"):
        Index.open(project, STATES).label("frames/none.jpg", "open", "ada")


def test_missing_lists_frames_without_a_picture(tmp_path):
    index = make_project(tmp_path, 4, pictures=True)
    index.file(frame_path(2)).unlink()
    assert index.missing() == [frame_path(2)]


def test_folder_that_is_not_there_is_a_clear_error(tmp_path):
    with pytest.raises(DoorlensError, match="doorlens init"):
        Index.open(tmp_path / "none")


def test_failed_save_keeps_the_change_for_another_try(project):
    index = Index.open(project, STATES)
    index.label(frame_path(0), "open", "ada")
    good = (project / "index.json").read_bytes()
    (project / "index.json.new").mkdir()
    with pytest.raises(IndexFileError, match="cannot write"):
        index.save()
    assert (project / "index.json").read_bytes() == good
    assert index.unsaved
    (project / "index.json.new").rmdir()
    index.save()
    assert not index.unsaved
    assert Index.open(project).entries[frame_path(0)].label == "open"


def test_save_merges_what_another_writer_saved_meanwhile(project):
    annotator, ingest = Index.open(project, STATES), Index.open(project, STATES)
    ingest.add("frames/new.jpg", FIRST_MS + 1, "lobby")
    ingest.save()
    annotator.label(frame_path(0), "open", "ada")
    annotator.save()
    assert list(annotator.entries)[:2] == [frame_path(0), "frames/new.jpg"]
    ingest.label(frame_path(1), "closed", "bob")
    ingest.save()
    entries = Index.open(project).entries
    assert entries[frame_path(0)].label == "open"
    assert entries[frame_path(1)].label == "closed"
    assert "frames/new.jpg" in entries


def test_refresh_takes_over_other_writers_and_keeps_own_changes(project):
    mine, other = Index.open(project, STATES), Index.open(project, STATES)
    other.label(frame_path(4), "open", "bob")
    other.save()
    mine.label(frame_path(5), "closed", "ada")
    mine.refresh()
    assert mine.entries[frame_path(4)].label == "open"
    assert mine.entries[frame_path(5)].label == "closed"


def test_index_removed_while_open_is_written_anew_in_full(project):
    index = Index.open(project, STATES)
    (project / "index.json").unlink()
    index.label(frame_path(0), "open", "ada")
    index.save()
    assert len(Index.open(project).entries) == 6


def _add_frames(project, count):
    index = Index.open(project, STATES)
    for number in range(count):
        index.add("frames/added-%03d.jpg" % number, FIRST_MS + number, "lobby")
        index.save()


def _label_frames(project, count):
    index = Index.open(project, STATES)
    for number in range(count):
        index.label(frame_path(number), "open", "ada")
        index.close() if number % 10 == 9 else index.save()  # which writes index.json


def _session(project, who, first, count):
    session = Session(Index.open(project, STATES), who)
    for number in range(first, count, 2):
        session.go_to_path(frame_path(number))
        session.label("open" if who == "ada" else "closed")
    session.close()


def test_two_processes_lose_neither_labels_nor_frames(tmp_path):
    make_project(tmp_path, 60)
    at_once("spawn", [(_add_frames, tmp_path, 60), (_label_frames, tmp_path, 60)])
    index = Index.open(tmp_path, STATES)
    assert len(index.entries) == 120
    assert index.counts()["open"] == 60


@pytest.mark.parametrize("time_ms", [0, 999, FIRST_MS, 951782399999, 951782400000, 4102444799999])
def test_times_are_written_as_everywhere_and_read_back(tmp_path, time_ms):
    index = Index.open(tmp_path)
    index.add("a.jpg", time_ms)
    index.save()
    assert json.loads((tmp_path / "index.json").read_text())["entries"]["a.jpg"]["time"] == utc_text(time_ms)
    assert Index.open(tmp_path).entries["a.jpg"].time_ms == time_ms


@pytest.mark.parametrize("text, time_ms", [("2026-03-01T10:20:30Z", FIRST_MS - 500), ("2026-03-01", 1772323200000)])
def test_shorter_times_are_read_too(project, text, time_ms):
    file = project / "index.json"
    file.write_text(file.read_text().replace("2026-03-01T10:20:30.500Z", text))
    assert Index.open(project).entries[frame_path(0)].time_ms == time_ms


def test_two_annotators_at_once_lose_no_label_and_each_undoes_their_own(tmp_path):
    make_project(tmp_path, 60)
    at_once("spawn", [(_session, tmp_path, "ada", 0, 60), (_session, tmp_path, "bob", 1, 60)])
    assert [entry.label for entry in Index.open(tmp_path).entries.values()] == ["open", "closed"] * 30
    session = Session(Index.open(tmp_path, STATES), "bob")
    while session.undo():
        assert session.entry.label is None
    assert session.labels() == ["open", None] * 30
