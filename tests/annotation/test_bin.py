from annotation_projects import STATES, frame_path, make_project, open_session

from annotation.bin import tidy
from annotation.index import Index


def test_deleted_frame_is_in_the_bin_with_its_picture_and_comes_back(tmp_path):
    index = make_project(tmp_path, 3, pictures=True)
    picture = index.file(frame_path(1))
    picture.with_suffix(".json").write_text("{}")
    session = open_session(tmp_path)
    session.go(1)
    session.label("open")
    session.go(1)
    session.delete()
    assert session.path == frame_path(2) and session.counts() == ({"closed": 0, "open": 0, "unusable": 0}, 2)
    assert not picture.exists() and (tmp_path / "bin" / frame_path(1)).with_suffix(".json").exists()
    ingest = Index.open(tmp_path, STATES)
    assert not ingest.add(frame_path(1))  # what was deleted does not come again
    session = open_session(tmp_path)
    assert session.undo() and session.path == frame_path(1) and session.entry.label == "open"
    assert picture.exists() and picture.with_suffix(".json").exists()
    assert session.redo() and not picture.exists() and list(Index.open(tmp_path).binned) == [frame_path(1)]


def test_picture_that_a_crash_left_unmoved_is_moved_by_the_next_tidy(tmp_path):
    index = make_project(tmp_path, 2, pictures=True)
    index.throw_away(frame_path(0))
    index.save()
    assert index.file(frame_path(0)).exists()
    assert tidy(index) == 1 and not index.file(frame_path(0)).exists()
    index.take_back(frame_path(0))
    index.save()
    assert tidy(Index.open(tmp_path)) == 1 and index.file(frame_path(0)).exists()
    assert tidy(index) == 0
