import fcntl
import json
import os
import signal
import subprocess
import sys

import pytest
from annotation_projects import ROOT, STATES, frame_path

from annotation import index_file, journal, stored_index
from annotation.index import Index, IndexFileError, NewerIndexError
from contract import durable

def _label_until_step(project, path, step):
    """Labels one frame in a process that is killed just before its `step`-th operation on files; was it not?"""
    child = os.fork()
    if child == 0:
        try:
            index, left = Index.open(project, STATES), [step]
            index.label(path, "open", "ada")

            def count(event, arguments):
                if event == "open" or event.startswith(("os.", "shutil.")) and event != "os.kill":
                    left[0] -= 1
                    if left[0] == 0:
                        os.kill(os.getpid(), signal.SIGKILL)
            sys.addaudithook(count)
            index.close()
            os._exit(0)
        finally:
            os._exit(1)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, -signal.SIGKILL)
    return status == 0


@pytest.mark.parametrize("labelled, journal_bytes", [(0, 1 << 20), (2, 1 << 20), (2, 1)])
def test_writer_killed_before_any_step_of_a_save_leaves_a_whole_index(project, labelled, journal_bytes, monkeypatch):
    """Without a journal and backups, with them, and when the journal becomes history."""
    monkeypatch.setattr(stored_index, "_JOURNAL_BYTES", journal_bytes)
    for path in list(Index.open(project).entries)[:labelled]:
        assert _label_until_step(project, path, 0)
    steps, saved = 0, False
    while not saved:
        steps += 1
        saved = _label_until_step(project, frame_path(4), steps)
        labels = [entry.label for entry in index_file_and_journal(project).values()]
        assert labels[:4] == ["open"] * labelled + [None] * (4 - labelled)
        assert [record["n"] for record in journal.read_all(project)] == list(range(1, len(journal.read_all(project)) + 1))
    assert labels[4] == "open"
    assert steps > 8
    left = set(os.listdir(project)) - {"index.json", "index.json.new", "index.journal", "index.lock", "index.backups"}
    assert left == ({"index.history"} if journal_bytes == 1 else set())


def index_file_and_journal(project):
    """{path: Entry}; without writing anything."""
    return Index(project, STATES).entries


def test_reader_that_opened_before_a_save_reads_the_old_index_whole(project):
    before = (project / "index.json").read_bytes()
    with open(project / "index.json", "rb") as reader:
        index = Index.open(project, STATES)
        index.label(frame_path(0), "open", "ada")
        index.save()
        assert reader.read() == before


def test_journal_is_synced_then_the_index_before_its_rename_and_the_folder_after_it(project, monkeypatch):
    index = Index.open(project, STATES)
    index.label(frame_path(1), "open", "ada")
    index.save()
    done, sync, rename = [], os.fsync, durable._replace
    monkeypatch.setattr(os, "fsync", lambda file: (done.append("sync " + os.readlink("/proc/self/fd/%d" % file)),
                                                   sync(file)))
    monkeypatch.setattr(durable, "_replace", lambda *names: (done.append("rename"), rename(*names)))
    index.label(frame_path(0), "open", "ada")
    index.save()
    assert done == ["sync %s/index.journal" % project.resolve()]
    index.close()
    assert done[1:] == ["sync %s/index.journal" % project.resolve(), "sync %s/index.json.new" % project.resolve(),
                        "rename", "sync %s" % project.resolve()]


def test_full_disk_is_a_clear_error_and_leaves_the_index_whole(project):
    code = ("import resource, sys\nfrom annotation.index import *\nindex = Index.open(sys.argv[1])\n"
            "index.label(%r, 'open', 'ada')\nresource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))\n"
            "try:\n    index.save()\nexcept IndexFileError as error:\n    print(error)\n" % frame_path(0))
    done = subprocess.run([sys.executable, "-c", code, str(project)], cwd=ROOT, capture_output=True, text=True)
    assert "cannot write" in done.stdout
    assert (project / "index.journal").read_bytes().count(b"\n") == 1
    assert len(Index.open(project).entries) == 6


def _compact(index, label, annotator, path=frame_path(0)):
    index.label(path, label, annotator)
    index.close()


def test_previous_ten_are_kept_newest_first(project):
    index = Index.open(project, STATES)
    for number in range(14):
        _compact(index, "open", "annotator %d" % number)
    kept = index_file.backups(project)
    assert len(kept) == len(os.listdir(project / "index.backups")) == 10
    annotators = [index_file.parse(path.read_bytes()).entries[frame_path(0)].annotator for path in kept]
    assert annotators == ["annotator %d" % number for number in range(12, 2, -1)]


def test_newest_backup_of_each_of_the_last_thirty_days_is_kept_besides(project):
    folder = project / "index.backups"
    folder.mkdir()
    for day in range(40):
        for hour in (1, 2):
            (folder / ("2026%02d%02dT0%d0000.000Z-%06d.json" % (1 + day // 28, 1 + day % 28, hour, 2 * day + hour))).touch()
    index = Index.open(project, STATES)
    _compact(index, "open", "ada")
    kept = [path.name for path in index_file.backups(project)]
    assert [name[:11] for name in kept[1:10]] == [
        "202602%02dT0%d" % (day, hour) for day in (12, 11, 10, 9, 8) for hour in (2, 1)][:9]
    assert len(kept) == 10 + 30 - 6 and all("T02" in name for name in kept[10:])


def test_one_label_does_not_write_the_index(project):
    index, before = Index.open(project, STATES), index_file.stamp(project)
    for number in range(6):
        index.label(frame_path(number), "open", "ada")
        index.save()
    assert index_file.stamp(project) == before
    assert Index.open(project, compact=False).counts()["open"] == 6
    assert index_file.stamp(project) == before
    assert Index.open(project).counts()["open"] == 6
    assert index_file.stamp(project) != before


def test_long_journal_is_compacted_by_a_save(project, monkeypatch):
    index, before = Index.open(project, STATES), index_file.stamp(project)
    for number in range(1000):
        index.begin()
        index.label(frame_path(number % 6), "open", "annotator %d" % number)
    index.save()
    assert index_file.stamp(project) != before
    assert index_file.read(project).mark.line == 1001


def test_index_of_format_1_opens_and_is_format_2_from_the_first_label_on(project):
    entry = {"label": "open", "annotator": "bob", "annotated": "2026-03-01T10:20:30.500Z", "source": "human",
             "time": "unknown", "camera": "lobby"}
    (project / "index.json").write_text(json.dumps({"format": 1, "entries": {"a.jpg": entry, "b.jpg": {**entry, "label": None}}}))
    index = Index.open(project, STATES)
    assert index.entries["a.jpg"].annotator == "bob"
    index.label("b.jpg", "closed", "ada")
    index.save()
    assert json.loads((project / "index.json").read_text())["format"] == 2
    assert [entry.label for entry in Index.open(project).entries.values()] == ["open", "closed"]


def _damage_cases():
    good = {"label": None, "annotator": None, "annotated": None, "source": None, "time": "unknown", "camera": "c"}
    yield "empty", b""
    yield "cut short", b'{"format": 1, "entries": {"a.jpg": {"la'
    yield "not UTF-8", b"\xff\xfe\x00"
    yield "a list", b"[]"
    yield "no format", b'{"entries": {}}'
    yield "no entries", b'{"format": 1}'
    yield "nested", b"[" * 100000
    for name, change in (("text for an entry", "x"), ("missing key", {"label": None}),
                         ("unknown key", {**good, "colour": "red"}), ("number for a label", {**good, "label": 3}),
                         ("empty label", {**good, "label": ""}), ("bad time", {**good, "time": "yesterday"}),
                         ("bad annotated", {**good, "annotated": "1:2"})):
        yield name, json.dumps({"format": 1, "entries": {"a.jpg": change}}).encode()
    yield "escaping path", json.dumps({"format": 1, "entries": {"../a.jpg": good}}).encode()


@pytest.mark.parametrize("data", [data for _, data in _damage_cases()], ids=[name for name, _ in _damage_cases()])
def test_damaged_index_is_one_clear_line_and_never_overwritten(project, data):
    index = Index.open(project, STATES)
    for number in range(2):
        _compact(index, "open", "ada", frame_path(number))
    (project / "index.json").write_bytes(data)
    newest = index_file.backups(project)[0]
    with pytest.raises(IndexFileError) as caught:
        Index.open(project, STATES)
    assert "index.backups/" + newest.name in str(caught.value)
    assert "\n" not in str(caught.value)
    index.label(frame_path(3), "open", "ada")
    index.save()  # into the journal, which is whole
    with pytest.raises(IndexFileError):
        index.close()
    assert (project / "index.json").read_bytes() == data
    (project / "index.json").write_bytes(newest.read_bytes())
    assert [entry.label for entry in Index.open(project).entries.values()] == ["open", "open", None, "open", None, None]


def test_damaged_backup_is_passed_over_in_the_advice(project):
    index = Index.open(project, STATES)
    for number in range(3):
        _compact(index, "open", "ada", frame_path(number))
    newest, second = index_file.backups(project)[:2]
    newest.unlink()
    newest.write_text("{")
    (project / "index.json").write_text("{")
    with pytest.raises(IndexFileError, match=second.name):
        Index.open(project, STATES)


def test_missing_index_with_backups_is_an_error_not_an_empty_project(project):
    _compact(Index.open(project, STATES), "open", "ada")
    (project / "index.json").unlink()
    with pytest.raises(IndexFileError, match="missing; copy the newest good backup"):
        Index.open(project, STATES)


def test_missing_index_with_a_journal_that_goes_on_from_it_is_an_error(project):
    index = Index.open(project, STATES)
    index.label(frame_path(0), "open", "ada")
    index.save()
    (project / "index.json").unlink()
    with pytest.raises(IndexFileError, match="missing, and index.journal goes on"):
        Index.open(project, STATES)


def test_newer_format_is_refused_and_left_alone(project):
    index = Index.open(project, STATES)
    data = b'{"format": 3, "entries": {"a": 1}}'
    (project / "index.json").write_bytes(data)
    with pytest.raises(NewerIndexError, match="update Doorlens"):
        Index.open(project, STATES)
    index.label(frame_path(0), "open", "ada")
    with pytest.raises(NewerIndexError):
        index.save()
    assert (project / "index.json").read_bytes() == data and not (project / "index.journal").exists()


def test_lock_held_by_another_process_is_a_clear_error(project, monkeypatch):
    monkeypatch.setattr(index_file, "_LOCK_WAIT_S", 0.0)
    index = Index.open(project, STATES)
    index.label(frame_path(0), "open", "ada")
    with open(project / "index.lock", "a") as holder:
        fcntl.flock(holder, fcntl.LOCK_EX)
        with pytest.raises(IndexFileError, match="another process holds"):
            index.save()
    index.save()
    assert Index.open(project).entries[frame_path(0)].label == "open"


def test_file_system_without_hard_links_gets_copies(project, monkeypatch):
    monkeypatch.setattr(os, "link", _refuse)
    _compact(Index.open(project, STATES), "open", "ada")
    [backup] = index_file.backups(project)
    assert index_file.parse(backup.read_bytes()).entries[frame_path(0)].label is None


def _refuse(*_):
    raise PermissionError(1, "Operation not permitted")
