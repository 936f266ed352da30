import pytest
from annotation_projects import STATES, frame_path, make_project

from annotation import index_file, journal, rescue
from annotation.index import FramePathError, Index, IndexFileError, NewerIndexError
from annotation.session import Session


def _label(project, number, label="open"):
    index = Index.open(project, STATES)
    index.label(frame_path(number), label, "ada")
    index.close()


def _labels(project):
    return [entry.label for entry in Index.open(project).entries.values()]


def test_labels_of_a_backup_come_back_and_can_be_undone(project):
    _label(project, 0)
    _label(project, 1)
    _label(project, 1, "closed")
    newest = index_file.backups(project)[0]
    assert rescue.restore_backup(Index.open(project, STATES), newest.name, "eve") == 1
    assert _labels(project) == ["open", "open", None, None, None, None]
    assert Session(Index.open(project, STATES), "eve").undo()
    assert _labels(project)[:2] == ["open", "closed"]


def test_backup_that_is_none_changes_nothing(project):
    index = Index.open(project)
    (project / "bad.json").write_text("{")
    (project / "new.json").write_text('{"format": 9}')
    for name, kind, text in (("none.json", IndexFileError, "No such file"), (project / "bad.json", IndexFileError, "damaged"),
                             (project / "new.json", NewerIndexError, "update Doorlens")):
        with pytest.raises(kind, match=text):
            rescue.restore_backup(index, name, "eve")
    assert not index.unsaved


def test_deleted_frames_come_out_of_the_bin_with_picture_and_label(tmp_path):
    index = make_project(tmp_path, 3, pictures=True)
    _label(tmp_path, 1)
    index.refresh()
    rescue.delete(index, [frame_path(0), frame_path(1)], "ada")
    assert list(Index.open(tmp_path).entries) == [frame_path(2)] and not index.file(frame_path(1)).exists()
    for function, path in ((rescue.delete, frame_path(0)), (rescue.take_back, frame_path(2))):
        with pytest.raises(FramePathError):
            function(index, [frame_path(1), path], "ada")
    assert len(Index.open(tmp_path).binned) == 2
    rescue.take_back(Index.open(tmp_path), [frame_path(1)], "ada")
    entries = Index.open(tmp_path).entries
    assert entries[frame_path(1)].label == "open" and index.file(frame_path(1)).exists() and len(entries) == 2


@pytest.mark.parametrize("damage", [lambda line: b"", lambda line: line[:20], lambda line: line.replace(b"open", b"shut"),
                                    lambda line: b"\0" * len(line)])
def test_repair_keeps_every_line_that_can_be_read_and_the_damaged_journal(project, damage):
    index = Index.open(project, STATES)
    for number in range(5):
        index.label(frame_path(number), "open", "ada")
        index.save()
    file = project / "index.journal"
    lines = file.read_bytes().split(b"\n")
    lines[3] = damage(lines[3])
    file.write_bytes(b"\n".join(lines))
    with pytest.raises(IndexFileError):
        Index.open(project)
    damaged = file.read_bytes()
    taken, bad, [aside] = rescue.repair(project)
    assert taken == 4 and bad <= 1 and (project / aside).read_bytes() == damaged
    assert _labels(project) == ["open", "open", None, "open", "open", None]
    _label(project, 2, "closed")
    assert _labels(project)[2] == "closed" and rescue.repair(project) is None


def test_repair_that_was_killed_half_way_can_be_repeated(project, monkeypatch):
    for number in range(3):
        _label(project, number)
    file = project / "index.journal"
    file.write_bytes(file.read_bytes()[:-30] + b"\n")
    with pytest.raises(IndexFileError):
        Index.open(project)
    monkeypatch.setattr("pathlib.Path.rename", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        rescue.repair(project)
    monkeypatch.undo()
    rescue.repair(project)
    assert _labels(project)[:3] == ["open"] * 3  # index.json held the last one already


def test_whole_journal_needs_no_repair(project):
    _label(project, 0)
    before = (project / "index.journal").read_bytes()
    assert rescue.repair(project) is None
    assert (project / "index.journal").read_bytes() == before and journal.head(project)
