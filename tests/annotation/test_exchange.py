import csv
import json

import pytest
from annotation_projects import FIRST_MS, STATES, frame_path, make_project

from annotation import exchange_in, exchange_out
from annotation.errors import ExchangeError
from annotation.index import Index
from annotation.session import Session
from annotation.suggestions import Suggestion


@pytest.fixture
def labelled(tmp_path):
    """Six pictures; closed, open, open with a note, blocked, and two without a label."""
    door = tmp_path / "door"
    door.mkdir()
    make_project(door, 6, pictures=True)
    session = Session(Index.open(door, STATES), "ada")
    for label in ("closed", "open", "open", "blocked"):
        session.label(label)
    session.go(2)
    session.note('a "bird",\n2 m')
    return door


def _take(project, rows, **options):
    return exchange_in.take(Index.open(project, STATES), rows, "import", **options)


def _json(tmp_path, document):
    file = tmp_path / "labels.json"
    file.write_text(document if isinstance(document, str) else json.dumps(document))
    return file


def _labels(project):
    return [entry.label for entry in Index.open(project).entries.values()]


# -- in

def test_plain_json_is_found_by_path_by_the_end_of_a_path_and_by_name(project, tmp_path):
    file = _json(tmp_path, {frame_path(0): "open", "/old/place/2026-03-01/0badcafe-00000001.jpg": "closed",
                            "C:\\pictures\\0badcafe-00000002.jpg": "open", "gone.jpg": "open", frame_path(3): None})
    report = _take(project, exchange_in.read(file))
    assert _labels(project) == ["open", "closed", "open", None, None, None]
    assert len(report.labelled) == 3 and report.unknown == ["gone.jpg"]
    entry = Index.open(project).entries[frame_path(0)]
    assert (entry.annotator, entry.source) == ("import", "import")


def test_longer_end_of_a_path_decides_between_frames_of_one_name(tmp_path):
    index = Index.open(tmp_path, STATES)
    for day in ("2026-03-01", "2026-03-02"):
        index.add("frames/front/%s/a.jpg" % day)
    index.save()
    _take(tmp_path, exchange_in.read(_json(tmp_path, {"x/2026-03-02/a.jpg": "open"})))
    assert Index.open(tmp_path).entries["frames/front/2026-03-02/a.jpg"].label == "open"
    for given in ("a.jpg", "2026-03-03/a.jpg"):
        with pytest.raises(ExchangeError, match="may be .*front/2026-03-01/a.jpg or .*give more"):
            _take(tmp_path, exchange_in.read(_json(tmp_path, {given: "open"})))


def test_label_that_is_there_stays_unless_it_shall_be_overwritten(labelled, tmp_path):
    rows = exchange_in.read(_json(tmp_path, {frame_path(0): "open", frame_path(1): "open"}))
    report = _take(labelled, rows)
    assert report.kept == [frame_path(0)] and report.same == [frame_path(1)] and not report.labelled
    assert _take(labelled, rows, overwrite=True).labelled == [frame_path(0)]
    assert _labels(labelled)[:2] == ["open", "open"]


def test_labels_are_renamed_and_blocked_is_known(project, tmp_path):
    rows = exchange_in.read(_json(tmp_path, {frame_path(0): 1, frame_path(1): "0", frame_path(2): "blocked"}))
    _take(project, rows, rename={"1": "open", "0": "closed"})
    assert _labels(project)[:3] == ["open", "closed", "unusable"]
    assert Index.open(project).entries[frame_path(2)].detail == "blocked"


def test_undeclared_label_and_two_labels_change_nothing(project, tmp_path):
    for document, text in (({frame_path(0): "open", frame_path(1): "ajar"}, "'ajar' and the project knows only closed, open, "
                            "unusable: give it one with --rename ajar="),
                           ({frame_path(0): "open", "0badcafe-00000000.jpg": "closed"}, "two labels, open and closed")):
        with pytest.raises(ExchangeError, match=text):
            _take(project, exchange_in.read(_json(tmp_path, document)))
        assert _labels(project) == [None] * 6


@pytest.mark.parametrize("text, message", [
    ("{", "is no JSON"), ("[1]", "must be an object"), ("{}", "must be an object"), ('{"a": {"b": 1}}', "label of 'a'"),
    ('{"a": true}', "label of 'a'"), ("[" * 100000, "nested too deeply"), ('{"format": 1, "entries": {}}', "index of Doorlens")])
def test_bad_json_is_one_line(tmp_path, text, message):
    with pytest.raises(ExchangeError, match=message) as caught:
        exchange_in.read(_json(tmp_path, text))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text, message", [
    ("", "names its columns"), ("a,b\n1,2\n", "among them path and label"), ("path,label\na.jpg,open,3\n", "line 2"),
    ("path,label\n,open\n", "line 2"), ("path,label,annotated\na.jpg,open,yesterday\n", "line 2: annotated"),
    ("path,label\n\"a.jpg,open\n", "unexpected end"), ("path,label,detail\na.jpg,open,red\n", "detail may only be blocked")])
def test_bad_csv_is_one_line(tmp_path, text, message):
    file = tmp_path / "labels.csv"
    file.write_text(text)
    with pytest.raises(ExchangeError, match=message) as caught:
        exchange_in.read(file)
    assert "\n" not in str(caught.value)


def test_other_files_are_refused(tmp_path):
    (tmp_path / "a.txt").touch()
    (tmp_path / "b.json").write_bytes(b"\xff\xfe")
    (tmp_path / "empty").mkdir()
    for name, message in (("a.txt", "no .json, no .csv"), ("b.json", "no UTF-8"), ("none.json", "No such file"),
                          ("empty", "holds no pictures")):
        with pytest.raises(ExchangeError, match=message):
            exchange_in.read(tmp_path / name)


def test_folder_is_read_by_the_names_of_its_folders(project, tmp_path):
    source = tmp_path / "elsewhere"
    for label, number in (("open", 0), ("closed", 4), ("unlabelled", 2)):
        (source / label / "deep").mkdir(parents=True)
        (source / label / "deep" / ("0badcafe-%08d.jpg" % number)).touch()
    _take(project, exchange_in.read(source))
    assert _labels(project) == ["open", None, None, None, "closed", None]
    (source / "top.jpg").touch()
    with pytest.raises(ExchangeError, match="top.jpg is in no folder"):
        exchange_in.read(source)


# -- out, and in again

@pytest.mark.parametrize("kind", ["csv", "folders"])
def test_what_was_exported_is_imported_without_a_loss(labelled, tmp_path, kind):
    target = tmp_path / ("out.csv" if kind == "csv" else "out")
    assert exchange_out.export(Index.open(labelled, STATES), kind, target) == 4
    copy = tmp_path / "copy"
    copy.mkdir()
    make_project(copy, 6)
    assert len(_take(copy, exchange_in.read(target)).labelled) == 4
    mine, other = (Index.open(folder).entries for folder in (labelled, copy))
    assert [entry.label for entry in mine.values()] == [entry.label for entry in other.values()]
    if kind == "csv":
        assert other == mine


def test_csv_has_a_line_a_frame(labelled, tmp_path):
    exchange_out.export(Index.open(labelled), "csv", tmp_path / "out.csv", unlabelled=True)
    rows = list(csv.DictReader((tmp_path / "out.csv").open(newline="")))
    assert [row["label"] for row in rows] == ["closed", "open", "open", "unusable", "", ""]
    assert rows[2]["note"] == 'a "bird",\n2 m' and rows[3]["detail"] == "blocked"
    assert rows[0]["time"] == "2026-03-01T10:20:30.500Z" and rows[0]["annotator"] == "ada"


def test_folders_hold_the_pictures_and_nothing_is_overwritten(labelled, tmp_path):
    index = Index.open(labelled)
    exchange_out.export(index, "folders", tmp_path / "out", unlabelled=True)
    picture = tmp_path / "out/open/lobby__2026-03-01__0badcafe-00000001.jpg"
    assert picture.read_bytes() == index.file(frame_path(1)).read_bytes()
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["closed", "open", "unlabelled", "unusable"]
    with pytest.raises(ExchangeError, match="not empty"):
        exchange_out.export(index, "folders", tmp_path / "out")


def test_coco_has_images_categories_annotations_and_suggestions(labelled, tmp_path):
    known = {frame_path(0): Suggestion("open", 0.75), frame_path(4): Suggestion("open", 0.5)}
    exchange_out.export(Index.open(labelled, STATES), "coco", tmp_path / "coco.json", known, (2500, 0, 7500, 5000), True)
    document = json.loads((tmp_path / "coco.json").read_text())
    assert [category["name"] for category in document["categories"]] == ["closed", "open", "unusable"]
    names = {category["id"]: category["name"] for category in document["categories"]}
    images = {image["id"]: image for image in document["images"]}
    assert len(images) == 6 and images[1]["width"] == 320 and images[1]["height"] == 180
    assert [(images[one["image_id"]]["file_name"], names[one["category_id"]]) for one in document["annotations"]] == list(
        zip(map(frame_path, range(4)), ("closed", "open", "open", "unusable")))
    assert document["annotations"][0]["bbox"] == [80, 0, 160, 90] and document["annotations"][0]["area"] == 14400
    assert [(one["image_id"], names[one["category_id"]], one["score"]) for one in document["suggestions"]] == [
        (1, "open", 0.75), (5, "open", 0.5)]


def test_label_studio_has_a_task_a_frame_with_choices_and_predictions(labelled, tmp_path):
    known = {frame_path(4): Suggestion("open", 0.625, "run 3")}
    count = exchange_out.export(Index.open(labelled), "label-studio", tmp_path / "tasks.json", known,
                                prefix="/data/local-files/?d=door/")
    tasks = json.loads((tmp_path / "tasks.json").read_text())
    assert count == len(tasks) == 5
    assert tasks[0]["data"]["image"] == "/data/local-files/?d=door/" + frame_path(0)
    assert tasks[0]["annotations"][0]["result"] == [
        {"from_name": "state", "to_name": "image", "type": "choices", "value": {"choices": ["closed"]}}]
    assert tasks[4]["annotations"] == [] and tasks[4]["predictions"] == [
        {"model_version": "run 3", "score": 0.625, "result": [
            {"from_name": "state", "to_name": "image", "type": "choices", "value": {"choices": ["open"]}}]}]


def test_export_that_cannot_be_is_one_line(labelled, project, tmp_path):
    index = Index.open(labelled, STATES)
    with pytest.raises(ExchangeError, match="no label to export"):
        exchange_out.export(Index.open(project), "csv", tmp_path / "a.csv")
    with pytest.raises(ExchangeError, match="folders, csv, coco, label-studio"):
        exchange_out.export(index, "xml", tmp_path / "a.xml")
    (tmp_path / "file").touch()
    with pytest.raises(ExchangeError, match="cannot be written"):
        exchange_out.export(index, "csv", tmp_path / "file" / "a.csv")
    index.file(frame_path(1)).unlink()
    for kind in ("folders", "coco"):
        with pytest.raises(ExchangeError, match="missing"):
            exchange_out.export(index, kind, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert FIRST_MS == index.entries[frame_path(0)].time_ms
