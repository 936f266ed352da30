import pytest
from annotation_projects import STATES, frame_path

from annotation import agreement
from annotation.agreement import Pair
from annotation.errors import AnnotationError, LabelError
from annotation.index import Index
from annotation.opinion import SecondOpinion
from annotation.session import Session


@pytest.fixture
def labelled(project):
    session = Session(Index.open(project, STATES), "ada")
    for label in ("open", "closed", "open", "blocked", "open"):
        session.label(label)
    return project


def _opinion(project, **options):
    return SecondOpinion(Index.open(project, STATES), "bob", **options)


def _pairs(*counts):
    return [Pair("", first, second, None, None) for (first, second), count in counts for _ in range(count)]


def test_labels_are_hidden_and_stay(labelled):
    session = _opinion(labelled)
    assert session.labels() == [None] * 5 and session.counts() == ({"closed": 0, "open": 0, "unusable": 0}, 5)
    assert session.entry.label is session.entry.annotator is session.entry.detail is None
    assert session.entry.camera == "lobby"
    for _ in range(5):
        session.label("closed")
    assert session.labels() == ["closed"] * 5 and session.counts()[1] == 0
    entries = Index.open(labelled).entries
    assert [entry.label for entry in entries.values()] == ["open", "closed", "open", "unusable", "open", None]
    assert {entry.annotator for entry in entries.values()} == {"ada", None}


def test_slice_is_drawn_by_its_seed_and_not_in_order_of_time(labelled):
    assert _opinion(labelled).paths == _opinion(labelled).paths
    slices = {tuple(_opinion(labelled, count=3, seed=seed).paths) for seed in range(8)}
    assert len(slices) > 4 and all(len(paths) == 3 for paths in slices)
    assert any(list(paths) != sorted(paths) for paths in slices)


def test_opinion_goes_on_after_a_restart_where_it_stopped(labelled):
    session = _opinion(labelled)
    session.label("open")
    session.label("open")
    again = _opinion(labelled)
    assert again.position == 2 and again.counts()[1] == 3
    assert Session(Index.open(labelled, STATES), "ada").path == frame_path(5)  # whose place is untouched


def test_agreement_is_of_the_last_opinion_on_each_frame(labelled):
    session = _opinion(labelled)
    truth = {path: entry.label for path, entry in session.index.entries.items()}
    session.label("closed" if truth[session.path] == "open" else "open")
    assert session.agreement().agreed == 0
    for _ in range(4):
        session.label(truth[session.path])
    assert session.last_annotated()
    found = session.agreement()
    assert found.frames == 5 and found.agreed == 0.8
    assert session.undo() and session.path == session.paths[4]
    session.go(0)
    session.label(truth[session.paths[0]])
    assert session.agreement().agreed == 1 and session.agreement().kappa == 1
    assert len(agreement.pairs(session.index)) == 5 and agreement.pairs(session.index, "ada") == []


def test_blocked_agrees_with_unusable(labelled):
    session = _opinion(labelled)
    session.go_to_path(frame_path(3))
    session.label("blocked")
    assert session.agreement().table == {("unusable", "unusable"): 1}


def test_bad_opinion_and_no_labels_are_refused(labelled, tmp_path):
    with pytest.raises(LabelError):
        _opinion(labelled).label("ajar")
    with pytest.raises(AnnotationError, match="no labelled frame"):
        _opinion(labelled, of="eve")


def test_nothing_that_a_session_can_do_changes_a_label_here(labelled):
    before = Index.open(labelled).entries
    session = _opinion(labelled)
    assert session.label_group("open") == 1 and session.label_range("open") == 1
    assert not session.accept() and session.skip() and not session.redo()
    with pytest.raises(LabelError, match="no suggestions"):
        session.label_group()
    session.unlabel()
    session.note("seen")
    session.delete()
    session.show(order="uncertainty")
    session.close()
    assert Index.open(labelled).entries == before and session.counts()[1] == 3


def test_opinions_are_not_undone_by_a_session(labelled):
    _opinion(labelled).label("open")
    assert not Session(Index.open(labelled, STATES), "bob").undo()


def test_kappa_of_cohens_kind():
    # By hand: 0.7 agree; by lot 0.5 * 0.6 + 0.5 * 0.4 = 0.5.
    found = agreement.agreement(_pairs((("open", "open"), 20), (("open", "closed"), 5), (("closed", "open"), 10),
                                       (("closed", "closed"), 15)))
    assert (found.frames, found.agreed) == (50, 0.7) and found.kappa == pytest.approx(0.4)


def test_kappa_is_negative_below_chance_and_none_without_choice():
    assert agreement.agreement(_pairs((("a", "b"), 5), (("b", "a"), 5))).kappa == -1
    assert agreement.agreement(_pairs((("a", "a"), 5))).kappa is None
    assert agreement.agreement(_pairs((("a", "a"), 3), (("a", "b"), 1))).kappa == 0
    assert agreement.agreement([]) is None
