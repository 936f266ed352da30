import json

import pytest
from annotation_projects import FIRST_MS, STATES, make_project

from annotation import groups, suggestions
from annotation.errors import ViewError
from annotation.index import Index
from annotation.session import Session
from annotation.suggestions import Suggestion
from annotation.view import Filter

HOUR_MS = 3600000


@pytest.fixture
def session(tmp_path):
    """Frames at 10:20, 11:20, 22:20, 23:20 of camera a, at 00:20 of b, and one of b without a time."""
    index = Index.open(tmp_path, STATES)
    for number, hour in enumerate((0, 1, 12, 13, 14)):
        index.add("%d.jpg" % number, FIRST_MS + hour * HOUR_MS, "b" if hour == 14 else "a")
        (tmp_path / ("%d.json" % number)).write_text(json.dumps({"reason": "flip" if number % 2 else "periodic"}))
    index.add("5.jpg", None, "b")
    index.save()
    return Session(index, "ada")


def _numbers(session):
    return [int(path[0]) for path in session.paths]


@pytest.mark.parametrize("where, shown", [
    (Filter(hours=(22, 23)), [2, 3]), (Filter(hours=(23, 10)), [0, 3, 4]), (Filter(camera="b"), [4, 5]),
    (Filter(reason="flip"), [1, 3]), (Filter(camera="a", reason="flip", hours=(11, 11)), [1]),
    (Filter(day="2026-03-02"), [4]), (Filter(state="unlabelled"), [0, 1, 2, 3, 4, 5])])
def test_filter_shows_what_fulfils_all(session, where, shown):
    assert session.show(where=where)
    assert _numbers(session) == shown


def test_filters_by_label_and_annotator(session):
    for label in ("open", "closed", "blocked"):
        session.label(label)
    bob = Session(session.index, "bob", resume=False)
    bob.label("open")
    for where, shown in ((Filter(state="open"), [0, 3]), (Filter(state="unusable"), [2]), (Filter(state="blocked"), [2]),
                         (Filter(state="labelled"), [0, 1, 2, 3]), (Filter(annotator="bob"), [3]),
                         (Filter(annotator="ada", state="open"), [0])):
        assert session.show(where=where) and _numbers(session) == shown


def test_filter_that_takes_nothing_changes_nothing(session):
    session.go(3)
    assert not session.show(where=Filter(camera="none"))
    assert session.position == 3 and len(session.paths) == 6 and session.filter == Filter()


def test_current_frame_stays_current_where_it_is_shown(session):
    session.go(3)
    session.show(where=Filter(reason="flip"))
    assert session.path == "3.jpg" and session.position == 1
    session.show(where=Filter())
    assert session.path == "3.jpg" and session.position == 3


def test_frame_labelled_under_a_filter_stays_until_the_filter_is_set_again(session):
    session.show(where=Filter(state="unlabelled", camera="a"))
    session.label("open")
    assert _numbers(session) == [0, 1, 2, 3] and session.position == 1
    assert session.labels() == ["open", None, None, None]
    session.show(where=session.filter)
    assert _numbers(session) == [1, 2, 3]


def test_frames_of_an_ingest_appear_under_a_filter_if_it_takes_them(session):
    session.show(where=Filter(camera="b"))
    session.go(1)
    other = Index.open(session.index.project)
    other.add("6.jpg", FIRST_MS, "b")
    other.add("7.jpg", FIRST_MS, "a")
    other.save()
    assert session.refresh() and _numbers(session) == [6, 4, 5] and session.path == "5.jpg"


def test_labels_of_another_annotator_are_a_change(session):
    other = Index.open(session.index.project, STATES)
    other.label("2.jpg", "open", "bob")
    other.save()
    assert session.refresh() and session.labels()[2] == "open" and not session.refresh()


def test_order_by_uncertainty_takes_the_doubtful_first_and_is_sorted_anew(session):
    session.suggest({"%d.jpg" % number: Suggestion("open", confidence) for number, confidence in
                     ((0, 0.99), (2, 0.5), (3, 0.7))})
    assert session.show(order="uncertainty") and _numbers(session) == [2, 3, 0, 1, 4, 5]
    session.go(0)
    session.label("closed")
    assert session.path == "3.jpg"
    session.suggest({"5.jpg": Suggestion("open", 0.6)})
    assert _numbers(session)[0] == 5 and session.path == "3.jpg"
    assert session.next_unlabelled() and session.path == "4.jpg"


def test_label_by_uncertainty_is_followed_by_the_least_certain_wherever_one_was(session):
    session.suggest({"%d.jpg" % number: Suggestion("open", 0.9 - number / 100) for number in range(6)})
    session.show(order="uncertainty")
    session.go_to_path("2.jpg")
    session.label("open")
    assert session.path == "5.jpg"
    session.go_to_path("1.jpg")
    session.skip()
    assert session.path == "5.jpg"
    session.suggest({"%d.jpg" % number: Suggestion("open", 0.9 + number / 100) for number in range(6)})
    session.label("closed")
    assert session.path == "0.jpg"


def test_order_of_select_takes_the_queue_first_and_is_kept(session):
    session = Session(session.index, "ada", ["4.jpg", "gone.jpg", "1.jpg"])
    assert session.path == "4.jpg"
    session.show(order="select")
    assert _numbers(session) == [4, 1, 0, 2, 3, 5]
    session.label("open")
    assert session.path == "1.jpg"
    again = Session(Index.open(session.index.project, STATES), "ada", ["4.jpg", "gone.jpg", "1.jpg"])
    assert _numbers(again) == [4, 1, 0, 2, 3, 5] and again.path == "1.jpg"


def test_unknown_order_and_hours_are_refused(session):
    with pytest.raises(ViewError, match="time, uncertainty, select"):
        session.show(order="beauty")
    with pytest.raises(ViewError, match="0 to 23"):
        Filter(hours=(0, 24))


def test_next_disagreement_of_label_and_model_goes_round(session):
    for label in ("open", "closed", "open"):
        session.label(label)
    session.suggest({"0.jpg": Suggestion("closed", 1), "1.jpg": Suggestion("closed", 1), "2.jpg": Suggestion("closed", 1),
                     "4.jpg": Suggestion("open", 1)})
    assert session.next_disagreement() and session.position == 0
    assert session.next_disagreement() and session.position == 2
    assert session.next_disagreement(back=True) and session.position == 0
    assert session.next_disagreement(back=True) and session.position == 2
    session.suggest({})
    assert not session.next_disagreement() and session.position == 2


def test_next_transition_sees_labels_and_where_there_are_none_suggestions(session):
    session.label("closed")
    session.label("closed")
    session.suggest({"1.jpg": Suggestion("open", 1), "3.jpg": Suggestion("open", 1), "4.jpg": Suggestion("open", 1)})
    session.go(0)
    assert session.next_transition() and session.position == 3
    assert session.next_transition() and session.position == 3
    session.suggest({})
    assert not session.next_transition()


def test_suggestions_are_read_as_written(tmp_path):
    suggestions.write(tmp_path, {"a.jpg": Suggestion("open", 0.123456, "a model")})
    assert suggestions.read(tmp_path) == {"a.jpg": Suggestion("open", 0.1235, "a model")}
    for text in ("", "[]", '{"format": 2, "suggestions": {}}', '{"format": 1, "suggestions": {"a": {"label": "x"}}}'):
        (tmp_path / "cache/suggestions.json").write_text(text)
        assert suggestions.read(tmp_path) == {}


def test_groups_are_read_as_written_and_those_of_the_queue_where_there_are_no_others(tmp_path):
    (tmp_path / "queue.json").write_text(json.dumps({"chosen": [
        {"path": "a.jpg", "group": ["b.jpg"]}, {"path": "x.jpg", "group": ["y.jpg"]}, {"path": "z.jpg", "group": []}]}))
    groups.write(tmp_path, [["b.jpg", "a.jpg", "c.jpg"], ["alone.jpg"]])
    found = groups.read(tmp_path)
    assert found["a.jpg"] == found["c.jpg"] == ("b.jpg", "a.jpg", "c.jpg")
    assert found["y.jpg"] == ("x.jpg", "y.jpg") and set(found) == {"a.jpg", "b.jpg", "c.jpg", "x.jpg", "y.jpg"}
    for text in ("", "[]", '{"format": 1, "groups": 3}', '{"format": 1, "groups": [[1, 2], 3]}'):
        (tmp_path / "cache/groups.json").write_text(text)
        assert set(groups.read(tmp_path)) == {"a.jpg", "b.jpg", "x.jpg", "y.jpg"}


def test_moves_in_an_empty_project_go_nowhere(tmp_path):
    make_project(tmp_path, 0)
    session = Session(Index.open(tmp_path, STATES), "ada")
    assert not session.next_transition() and not session.next_disagreement()
    assert not session.skip() and not session.accept() and not session.label_group("open") and not session.redo()
    session.note("x")
    session.delete()
    assert session.show(order="uncertainty")
