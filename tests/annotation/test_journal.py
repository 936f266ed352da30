import json
import os
import subprocess
import sys

import pytest
from annotation_projects import FIRST_MS, ROOT, STATES, frame_path

from annotation import index_file, journal, journal_line
from annotation.index import Index, IndexFileError, NewerIndexError


def _label(project, number, label="open", who="ada"):
    index = Index(project, STATES)
    index.label(frame_path(number), label, who)
    index.save()
    return index


def _labels(project):
    return [entry.label for entry in Index(project, STATES).entries.values()]


@pytest.fixture
def labelled(project):
    """Three labels in the journal that index.json lacks."""
    for number in range(3):
        _label(project, number)
    return project


def test_line_says_who_when_from_what_to_what(labelled):
    _label(labelled, 0, "closed", "bob")
    records, _ = journal.read(labelled, None)
    last = records[-1]
    assert (last["op"], last["path"], last["who"], last["n"]) == ("label", frame_path(0), "bob", 4)
    assert (last["from"]["label"], last["from"]["annotator"]) == ("open", "ada")
    assert (last["to"]["label"], last["to"]["source"]) == ("closed", "human")
    assert last["when"] >= last["to"]["annotated"]


@pytest.mark.parametrize("tail", [b"{", b'{"n": 4, "op": "label"', b"\0" * 300])
def test_torn_last_line_is_passed_over_and_removed_by_the_next_label(labelled, tail):
    with open(labelled / "index.journal", "ab") as file:
        file.write(tail)
    assert _labels(labelled) == ["open"] * 3 + [None] * 3
    _label(labelled, 5)
    assert _labels(labelled) == ["open"] * 3 + [None] * 2 + ["open"]
    assert tail not in (labelled / "index.journal").read_bytes()[-len(tail):]


def test_line_cut_at_any_byte_loses_only_itself(labelled):
    whole = (labelled / "index.journal").read_bytes()
    start = whole.rindex(b"\n", 0, -1) + 1
    for end in range(start, len(whole)):
        (labelled / "index.journal").write_bytes(whole[:end])
        assert _labels(labelled) == ["open"] * 2 + [None] * 4


@pytest.mark.parametrize("number", [1, 2, 3])
def test_damage_within_is_a_clear_error_and_nothing_is_written(labelled, number):
    file = labelled / "index.journal"
    lines = file.read_bytes().split(b"\n")
    lines[number] = lines[number].replace(b'"open"', b'"shut"')
    file.write_bytes(b"\n".join(lines))
    damaged, index = file.read_bytes(), (labelled / "index.json").read_bytes()
    with pytest.raises(IndexFileError, match="line %d of .*index.journal is damaged.*labels repair" % (number + 1)):
        Index.open(labelled, STATES)
    assert (file.read_bytes(), (labelled / "index.json").read_bytes()) == (damaged, index)


def test_damage_behind_what_is_known_stops_a_label_and_is_not_cut_off(labelled):
    mine = Index(labelled, STATES)
    _label(labelled, 3)
    file = labelled / "index.journal"
    damaged = file.read_bytes()[:-20] + b'rubbish"}\n'
    file.write_bytes(damaged)
    mine.label(frame_path(5), "open", "ada")
    with pytest.raises(IndexFileError, match="line 5 of"):
        mine.save()
    assert file.read_bytes() == damaged and mine.unsaved
    with pytest.raises(IndexFileError, match="has grown"):
        journal.append(labelled, mine.journal_end, [{"decision": 0}], True)
    assert file.read_bytes() == damaged


def test_missing_line_is_noticed(labelled):
    file = labelled / "index.journal"
    lines = file.read_bytes().split(b"\n")
    file.write_bytes(b"\n".join(lines[:2] + lines[3:]))
    with pytest.raises(IndexFileError, match="line 3 of"):
        Index.open(labelled, STATES)


def test_journal_shorter_than_the_index_says_is_an_error(labelled):
    Index.open(labelled)
    file = labelled / "index.journal"
    file.write_bytes(file.read_bytes()[:-40])
    with pytest.raises(IndexFileError, match="shorter than index.json says"):
        Index.open(labelled)


def test_journal_of_another_project_is_an_error(labelled):
    Index.open(labelled)
    (labelled / "index.journal").unlink()
    other = labelled / "other"
    other.mkdir()
    index = Index.open(other)
    index.add("a.jpg")
    index.save()
    index.label("a.jpg", "open", "ada")
    index.save()
    os.replace(other / "index.journal", labelled / "index.journal")
    with pytest.raises(IndexFileError, match="does not go on where"):
        Index.open(labelled)


def test_index_without_its_journal_is_all_there_is_and_a_new_one_follows(labelled):
    Index.open(labelled)
    (labelled / "index.journal").unlink()
    assert _labels(labelled) == ["open"] * 3 + [None] * 3
    _label(labelled, 4)
    assert _labels(labelled) == ["open"] * 3 + [None, "open", None]
    Index.open(labelled)
    _label(labelled, 5)
    assert _labels(labelled) == ["open"] * 3 + [None, "open", "open"]


def test_newer_journal_is_refused(labelled):
    file = labelled / "index.journal"
    text = file.read_bytes().split(b"\n", 1)[1]
    record = {"format": 3, "journal": "a", "follows": None, "index": True}
    file.write_bytes(journal_line.encode(record, 0) + text)
    with pytest.raises(NewerIndexError, match="update Doorlens"):
        Index.open(labelled)


def test_older_index_copied_over_the_present_one_gets_every_label_again(labelled):
    old = (labelled / "index.json").read_bytes()
    Index.open(labelled)
    _label(labelled, 3)
    (labelled / "index.json").write_bytes(old)
    assert _labels(labelled) == ["open"] * 4 + [None] * 2


def test_lines_that_a_killed_compaction_had_written_already_are_not_made_twice(labelled):
    index = Index.open(labelled, STATES)
    assert index_file.read(labelled).mark == index.journal_end
    assert journal.read(labelled, index.journal_end) == ([], index.journal_end)


def test_index_edited_by_hand_meanwhile_is_taken_over_by_the_next_compaction(labelled):
    mine = Index.open(labelled, STATES)
    document = json.loads((labelled / "index.json").read_text())
    document["entries"][frame_path(5)]["label"] = "closed"
    (labelled / "index.json").write_text(json.dumps(document))
    mine.label(frame_path(4), "open", "ada")
    mine.close()
    assert _labels(labelled) == ["open"] * 3 + [None, "open", "closed"]


def test_another_process_is_followed_line_by_line(project):
    mine, other = Index.open(project, STATES), Index.open(project, STATES)
    other.label(frame_path(1), "open", "bob")
    other.save()
    before = mine.version
    mine.refresh()
    assert mine.entries[frame_path(1)].annotator == "bob" and mine.version == before + 1
    other.add("frames/late.jpg", FIRST_MS - 1)
    other.save()
    other.close()
    mine.label(frame_path(1), "closed", "ada")
    mine.save()
    assert list(mine.entries)[0] == "frames/late.jpg"
    records, _ = journal.read(project, None)
    assert records[-1]["from"]["annotator"] == "bob"  # not what this process believed when the key was pressed
    mine.refresh()
    assert mine.version == before + 2


def test_compaction_by_another_process_is_not_read_again(project, monkeypatch):
    mine = _label(project, 0)
    Index.open(project)
    monkeypatch.setattr(index_file, "read", lambda project: pytest.fail("read in full"))
    mine.refresh()
    mine.label(frame_path(1), "open", "ada")
    mine.save()
    assert mine.entries[frame_path(1)].label == "open"


def test_read_only_folder_is_read_and_refuses_a_label_in_one_line(labelled, monkeypatch):
    def refuse(path, *arguments, real=open, **options):
        if str(path).startswith(str(labelled)) and set("".join(map(str, arguments))) & set("wa+"):
            raise OSError(30, "Read-only file system")
        return real(path, *arguments, **options)
    monkeypatch.setattr("builtins.open", refuse)
    index = Index.open(labelled, STATES)
    assert index.counts()["open"] == 3
    index.label(frame_path(4), "open", "ada")
    with pytest.raises(IndexFileError, match="cannot write in .*Read-only"):
        index.save()
    assert index.unsaved


def test_full_disk_in_the_middle_of_a_line_leaves_the_journal_whole(labelled):
    code = ("import os, resource, sys\nfrom annotation.index import *\nindex = Index.open(sys.argv[1])\n"
            "index.label(%r, 'open', 'ada')\nsize = os.stat(sys.argv[1] + '/index.journal').st_size + 50\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))\n"
            "try:\n    index.save()\nexcept IndexFileError as error:\n    print(error)\n" % frame_path(4))
    before = (labelled / "index.journal").read_bytes()
    done = subprocess.run([sys.executable, "-c", code, str(labelled)], cwd=ROOT, capture_output=True, text=True)
    assert "cannot write" in done.stdout
    assert (labelled / "index.journal").read_bytes() == before
