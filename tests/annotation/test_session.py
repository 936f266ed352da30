import pytest
from annotation_projects import FIRST_MS, STATES, frame_path, label_on_disk, open_session

from annotation.index import Index, IndexFileError, LabelError
from annotation.queue import chosen
from annotation.session import Session


def test_begins_at_the_first_unlabelled(project):
    session = open_session(project)
    assert session.position == 0
    session.label("open")
    session.step(1)
    session.label("open")
    assert open_session(project, resume=False).path == frame_path(1)


def test_begins_at_the_last_annotated_when_all_are_labelled(project):
    session = open_session(project)
    for _ in range(6):
        session.label("open")
    session.go(2)
    session.label("closed")
    assert open_session(project, resume=False).path == frame_path(2)


def test_label_is_on_disk_and_next_frame_is_current(project):
    session = open_session(project)
    session.label("open")
    assert session.path == frame_path(1)
    entry = Index.open(project, STATES).entries[frame_path(0)]
    assert (entry.label, entry.annotator, entry.source) == ("open", "ada", "human")
    assert entry.annotated_ms > FIRST_MS


def test_label_of_the_last_frame_stays_there(project):
    session = open_session(project)
    session.go(5)
    session.label("open")
    assert session.position == 5


def test_moving_stops_at_both_ends(project):
    session = open_session(project)
    session.step(-1)
    assert session.position == 0
    session.step(100)
    assert session.position == 5


def test_next_unlabelled_goes_round_the_end_and_skips_the_current(project):
    session = open_session(project)
    session.go(4)
    session.label("open")
    session.label("open")
    assert session.next_unlabelled() and session.position == 0
    assert session.next_unlabelled() and session.position == 1


def test_next_unlabelled_finds_the_current_frame_when_it_is_the_only_one(project):
    session = open_session(project)
    for _ in range(5):
        session.label("open")
    assert session.next_unlabelled() and session.position == 5


def test_next_unlabelled_says_when_there_is_none(project):
    session = open_session(project)
    for _ in range(6):
        session.label("open")
    session.go(3)
    assert not session.next_unlabelled()
    assert session.position == 3


def test_last_annotated_goes_by_time_of_annotation_not_by_place(project):
    index = Index.open(project, STATES)
    index.label(frame_path(5), "open", "bob", annotated_ms=FIRST_MS)
    index.label(frame_path(1), "open", "bob", annotated_ms=FIRST_MS + 1)
    session = Session(index, "ada")
    assert session.last_annotated() and session.position == 1


def test_last_annotated_says_when_there_is_none(project):
    assert not open_session(project).last_annotated()


def test_undo_restores_label_by_label_and_goes_there(project):
    session = open_session(project)
    session.label("open")
    session.label("closed")
    session.go(0)
    session.label("closed")
    session.go(5)
    assert session.undo() and session.position == 0
    assert label_on_disk(project, 0) == "open"
    assert session.undo() and session.position == 1
    assert label_on_disk(project, 1) is None
    assert session.undo() and session.position == 0
    assert label_on_disk(project, 0) is None
    assert not session.undo()


def test_undo_brings_back_the_former_annotator_and_time(project):
    index = Index.open(project, STATES)
    index.label(frame_path(0), "open", "bob", "folder", FIRST_MS)
    before = index.entries[frame_path(0)]
    session = Session(index, "ada")
    session.go(0)
    session.unlabel()
    assert label_on_disk(project, 0) is None
    assert session.position == 0
    session.undo()
    assert Index.open(project, STATES).entries[frame_path(0)] == before


def test_counts_and_labels_follow(project):
    session = open_session(project)
    session.label("open")
    session.label("unusable")
    assert session.counts() == ({"closed": 0, "open": 1, "unusable": 1}, 4)
    assert session.labels() == ["open", "unusable", None, None, None, None]


def test_undeclared_label_changes_nothing(project):
    session = open_session(project)
    with pytest.raises(LabelError):
        session.label("ajar")
    assert session.position == 0
    assert not session.undo()


def test_save_that_fails_does_not_advance_and_the_next_try_is_one_step_of_undo(project):
    session = open_session(project)
    (project / "index.json.new").mkdir()
    for _ in range(2):
        with pytest.raises(IndexFileError):
            session.label("open")
        assert session.position == 0
    (project / "index.json.new").rmdir()
    session.label("closed")
    assert session.position == 1
    assert label_on_disk(project, 0) == "closed"
    assert session.undo()
    assert label_on_disk(project, 0) is None
    assert not session.undo()


def test_frames_added_meanwhile_appear_and_the_current_frame_stays(project):
    session = open_session(project)
    session.go(3)
    ingest = Index.open(project, STATES)
    ingest.add("frames/before-all.jpg", FIRST_MS - 1, "lobby")
    ingest.save()
    assert session.refresh()
    assert session.path == frame_path(3)
    assert session.position == 4
    assert not session.refresh()


def test_frames_added_meanwhile_appear_with_a_label_and_the_next_frame_is_the_neighbour(project):
    session = open_session(project)
    session.go(3)
    ingest = Index.open(project, STATES)
    ingest.add("frames/before-all.jpg", FIRST_MS - 1, "lobby")
    ingest.save()
    session.label("open")
    assert session.path == frame_path(4)
    assert session.paths[0] == "frames/before-all.jpg"


def test_empty_project_has_no_frame_and_takes_no_label(tmp_path):
    session = open_session(tmp_path)
    session.label("open")
    session.unlabel()
    session.step(1)
    assert session.path is None and session.entry is None
    assert not session.undo() and not session.next_unlabelled() and not session.last_annotated()
    assert session.counts() == ({"closed": 0, "open": 0, "unusable": 0}, 0)


def test_first_frames_of_an_empty_project_become_current(tmp_path):
    session = open_session(tmp_path)
    ingest = Index.open(tmp_path, STATES)
    ingest.add("frames/a.jpg", FIRST_MS, "lobby")
    ingest.save()
    assert session.refresh()
    assert session.path == "frames/a.jpg"


def test_frames_of_the_queue_come_first_in_its_order(project):
    queue = [frame_path(number) for number in (4, 1, 3)] + ["frames/gone.jpg"]
    session = Session(Index.open(project, STATES), "ada", queue)
    order = []
    for _ in range(3):
        order.append(session.path)
        session.label("open")
    assert order == queue[:3] and session.path == frame_path(4)
    assert session.next_unlabelled() and session.path == frame_path(5)
    assert Session(Index.open(project, STATES), "ada", queue, resume=False).path == frame_path(0)


def test_next_in_the_queue_can_be_left_for_later(project):
    queue = [frame_path(number) for number in (4, 1)]
    session = Session(Index.open(project, STATES), "ada", queue)
    session.next_unlabelled()
    assert session.path == frame_path(1)
    session.next_unlabelled()
    assert session.path == frame_path(4)
    session.go(0)
    session.label("closed")
    assert session.path == frame_path(1)  # not chosen: on to the neighbour, which is
    assert session.queued() == queue


def test_next_session_begins_where_the_last_one_stopped(project):
    session = open_session(project)
    session.label("open")
    session.go(4)
    assert open_session(project).path == frame_path(4)
    assert Session(Index.open(project, STATES), "bob").path == frame_path(1)  # another person's place is another


def test_new_queue_comes_before_the_place_where_one_stopped(project):
    open_session(project).go(4)
    assert open_session(project, queue=[frame_path(2)]).path == frame_path(2)
    session = open_session(project, queue=[frame_path(2)])
    session.go(5)
    assert open_session(project, queue=[frame_path(2)]).path == frame_path(5)


@pytest.mark.parametrize("text", ["", "[]", '{"format": 1}', '{"format": 9, "skipped": []}', '{"format": 1, "skipped": 3}'])
def test_damaged_place_is_no_place(project, text):
    open_session(project).go(4)
    (project / "annotators" / "ada.json").write_text(text)
    assert open_session(project).path == frame_path(0)


def test_undo_and_redo_go_on_across_restarts(project):
    for label in ("open", "closed", "unusable"):
        open_session(project).label(label)
    session = open_session(project)
    assert session.undo() and session.position == 2 and session.undo()
    assert session.labels() == ["open", None, None, None, None, None]
    session = open_session(project)
    assert session.redo() and session.position == 1 and session.redo() and not session.redo()
    assert open_session(project).labels()[:3] == ["open", "closed", "unusable"]
    session = open_session(project)
    for _ in range(3):
        assert session.undo()
    assert not session.undo()
    assert open_session(project).labels() == [None] * 6


def test_redo_gives_the_label_back_with_its_time(project):
    session = open_session(project)
    session.label("open")
    before = session.index.entries[frame_path(0)]
    session.undo()
    session.redo()
    assert Index.open(project).entries[frame_path(0)] == before


def test_new_label_ends_what_can_be_done_again(project):
    session = open_session(project)
    session.label("open")
    session.undo()
    session.go(3)
    session.label("closed")
    assert not session.redo()
    assert not open_session(project).redo()
    assert open_session(project).labels() == [None] * 3 + ["closed", None, None]


def test_undo_leaves_what_another_annotator_has_labelled_since(project):
    session = open_session(project)
    session.label("open")
    session.label("open")
    other = Session(Index.open(project, STATES), "bob")
    other.go(1)
    other.label("closed")
    session.refresh()
    assert session.undo() and session.position == 0  # the second one is bob's now
    assert open_session(project).labels()[:2] == [None, "closed"]
    assert not session.undo()


def test_undo_of_one_is_not_undo_of_the_other(project):
    open_session(project).label("open")
    assert not Session(Index.open(project, STATES), "bob").undo()


def test_undo_that_cannot_be_saved_can_be_tried_again(project):
    session = open_session(project)
    session.label("open")
    lock = project / "index.lock"
    lock.unlink()
    lock.mkdir()
    with pytest.raises(IndexFileError):
        session.undo()
    lock.rmdir()
    assert session.undo() and label_on_disk(project, 0) is None
    assert not session.undo() and session.redo() and label_on_disk(project, 0) == "open"


def test_two_labels_that_could_not_be_saved_are_two_steps_of_undo(project):
    session = open_session(project)
    (project / "index.json.new").mkdir()
    for position in (0, 3):
        session.go(position)
        with pytest.raises(IndexFileError):
            session.label("open")
    (project / "index.json.new").rmdir()
    session.go(5)
    session.label("closed")
    assert session.labels() == ["open", None, None, "open", None, "closed"]
    assert session.undo() and session.undo() and session.labels() == ["open"] + [None] * 5
