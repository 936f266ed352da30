import pytest
from annotation_projects import frame_path, label_on_disk, open_session

from annotation.index import Index, LabelError
from annotation.session import Session
from annotation.suggestions import Suggestion


def test_skipped_frames_come_last_also_after_a_restart(project):
    session = open_session(project)
    assert session.skip() and session.position == 1
    session.go(5)
    session.label("open")
    assert session.next_unlabelled() and session.position == 1
    session = open_session(project)
    for _ in range(4):
        session.label("closed")
    session.go(5)
    assert session.next_unlabelled() and session.position == 0


def test_note_is_kept_beside_the_label_and_can_be_undone(project):
    session = open_session(project)
    session.note("  a bird ")
    session.label("open")
    assert Index.open(project).entries[frame_path(0)].note == "a bird"
    session.go(0)
    session.note("")
    assert Index.open(project).entries[frame_path(0)].note is None
    session.undo()
    assert Index.open(project).entries[frame_path(0)].note == "a bird"
    assert Index.open(project).entries[frame_path(0)].label == "open"


def test_blocked_is_unusable_with_that_detail(project):
    session = open_session(project)
    session.label("blocked")
    entry = Index.open(project).entries[frame_path(0)]
    assert (entry.label, entry.detail) == ("unusable", "blocked")
    session.go(0)
    session.label("open")
    assert Index.open(project).entries[frame_path(0)].detail is None
    session.undo()
    assert session.entry.detail == "blocked"


def test_blocked_is_a_state_where_it_is_declared(project):
    session = Session(Index.open(project, ["clear", "blocked"]), "ada")
    session.label("blocked")
    assert (session.index.entries[frame_path(0)].label, session.index.entries[frame_path(0)].detail) == ("blocked", None)


def test_suggestion_is_accepted_and_says_so(project):
    session = open_session(project, suggestions={frame_path(0): Suggestion("open", 0.9)})
    assert session.accept()
    assert (label_on_disk(project, 0), session.index.entries[frame_path(0)].source) == ("open", "suggestion")
    assert session.suggestion is None and not session.accept()
    with pytest.raises(LabelError, match="no suggestion"):
        session.label_group()


def test_sure_suggestions_are_accepted_at_once_and_undone_at_once(project):
    known = {frame_path(number): Suggestion("open" if number % 2 else "closed", confidence)
             for number, confidence in enumerate((0.99, 0.99, 0.9, 0.98, 1.0))}
    session = open_session(project, suggestions=known)
    session.label("open")
    assert session.accept_all(0.98) == 3 and session.position == 2
    assert session.labels() == ["open", "open", None, "open", "closed", None]
    assert session.index.entries[frame_path(3)].source == "suggestion"
    assert session.accept_all(0.98) == 0
    assert session.undo() and session.labels() == ["open"] + [None] * 5


def test_group_is_labelled_and_undone_at_once_but_for_frames_a_person_labelled(project):
    group = tuple(frame_path(number) for number in (0, 2, 3, 5))
    session = open_session(project, groups=dict.fromkeys(group, group))
    session.go(3)
    session.label("closed")
    session.go(0)
    assert session.group() == [frame_path(0), frame_path(2), frame_path(5)]
    assert session.label_group("open") == 3 and session.position == 1
    assert session.labels() == ["open", None, "open", "closed", None, "open"]
    assert [session.index.entries[frame_path(number)].source for number in (0, 2)] == ["human", "group"]
    assert open_session(project).undo()
    assert Session(Index.open(project), "ada").labels() == [None, None, None, "closed", None, None]


def test_group_label_is_corrected_with_the_group(project):
    group = tuple(frame_path(number) for number in (0, 1, 2))
    session = open_session(project, groups=dict.fromkeys(group, group))
    session.label_group("open")
    session.go(0)
    session.label_group("closed")
    assert session.labels()[:3] == ["closed"] * 3


def test_range_is_all_since_the_frame_labelled_last(project):
    session = open_session(project)
    session.label("open")
    session.go(2)
    session.label("closed")
    session.go(0)
    session.label("open")
    session.go(4)
    assert session.range() == [frame_path(number) for number in (4, 1, 3)]
    assert session.label_range("open") == 3
    assert session.labels() == ["open", "open", "closed", "open", "open", None]
    assert session.index.entries[frame_path(1)].source == "range"
    assert session.undo() and session.labels() == ["open", None, "closed", None, None, None]


def test_range_goes_back_too_and_remembers_its_begin_across_restarts(project):
    session = open_session(project)
    session.go(4)
    session.label("open")
    session.go(1)
    session = open_session(project)
    assert session.position == 1 and session.label_range("closed") == 3
    assert session.labels() == [None, "closed", "closed", "closed", "open", None]


def test_range_without_a_begin_is_the_current_frame(project):
    session = open_session(project)
    session.go(3)
    assert session.label_range("open") == 1
