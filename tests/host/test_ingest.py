import contextlib
import json
import os

import httpx
import pytest
from fake_camera import TOKEN, FakeCamera
from folder_camera import FolderCamera

from annotation.index import Index
from contract import sample
from host_tools import ingest, project
from host_tools.camera_client import CameraClient
from host_tools.errors import CameraError, ProjectError


@pytest.fixture
def door(tmp_path):
    return project.create(tmp_path / "door", "door", ["closed", "open"])


def client(camera, token=TOKEN):
    return CameraClient("http://camera", token, camera)


def test_samples_are_stored_indexed_and_then_deleted_on_the_camera(door):
    camera = FakeCamera(7)
    originals = dict(camera.pictures)
    assert ingest.from_camera(door, "front", client(camera)) == 7
    entries = Index.open(door.path).entries
    assert len(entries) == 7 and not camera.pictures
    for path in entries:
        name = path.rpartition("/")[2][:-4]
        assert (door.path / path).read_bytes() == originals[name]
        assert json.loads((door.path / path).with_suffix(".json").read_text())["id"] == name
    first = next(iter(entries.values()))
    assert (first.camera, first.label, first.time_ms) == ("front", None, sample.time_ms({"time": "2026-03-01T00:00:00Z"}))


def test_repeated_ingest_stores_nothing_twice(door):
    camera = FakeCamera(4)
    assert ingest.from_camera(door, "front", client(camera), keep=True) == 4
    camera.add(4)
    assert ingest.from_camera(door, "front", client(camera), keep=True) == 1
    assert ingest.from_camera(door, "front", client(camera)) == 0
    assert len(Index.open(door.path).entries) == 5 and not camera.pictures


@pytest.mark.parametrize("requests", range(0, 16))
def test_connection_cut_at_any_request_loses_nothing(door, requests):
    camera = FakeCamera(5)
    camera.fail_after = requests
    with contextlib.suppress(CameraError):
        ingest.from_camera(door, "front", client(camera))
    entries = set(Index.open(door.path).entries)
    assert all(any(name in path for path in entries) for name in camera.deleted)
    camera.fail_after = None
    ingest.from_camera(door, "front", client(camera))
    assert len(Index.open(door.path).entries) == 5 and not camera.pictures


def test_sample_that_the_camera_dropped_meanwhile_is_skipped(door):
    camera = FakeCamera(4)
    dropped = sorted(camera.pictures)[1]
    del camera.pictures[dropped]
    assert ingest.from_camera(door, "front", client(camera)) == 3
    assert not any(dropped in path for path in Index.open(door.path).entries)


def test_picture_is_acknowledged_only_after_everything_is_on_disk(door, monkeypatch):
    done, sync = [], os.fsync

    def fsync(descriptor):
        done.append(os.readlink(f"/proc/self/fd/{descriptor}"))
        sync(descriptor)

    camera = FakeCamera(3)
    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(camera, "deleted", done)  # deletions join the list
    ingest.from_camera(door, "front", client(camera))
    names = [entry for entry in done if "/" not in entry]
    assert len(names) == 3
    before = done[:done.index(names[0])]
    root = str(door.path.resolve())
    for name in names:
        for file in (f"{name}.jpg.part", f"{name}.json.part"):
            assert f"{root}/frames/front/2026-03-01/{file}" in before
    index = before.index(f"{root}/index.json.new")
    assert root in before[index:]
    for folder in ("", "/frames", "/frames/front", "/frames/front/2026-03-01"):
        assert root + folder in before[:index]


def test_sample_left_by_a_killed_ingest_is_completed_without_the_camera(door, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    camera = FakeCamera(3)
    with monkeypatch.context() as patch:
        patch.setattr(ingest, "_index", lambda project, frames, source: killed() if frames else 0)
        with pytest.raises(KeyboardInterrupt):
            ingest.from_camera(door, "front", client(camera))
    (door.frames_path / "front" / "2026-03-01" / "half.jpg.part").write_bytes(b"half")
    camera.pictures.clear()
    camera.sidecars.clear()
    assert ingest.from_camera(door, "front", client(camera)) == 3
    assert len(Index.open(door.path).entries) == 3 and not list(door.path.rglob("*.part"))


def test_picture_that_is_missing_here_is_fetched_again_before_it_is_deleted_there(door):
    camera = FakeCamera(2)
    ingest.from_camera(door, "front", client(camera), keep=True)
    first = next(iter(Index.open(door.path).entries))
    (door.path / first).unlink()
    assert ingest.from_camera(door, "front", client(camera)) == 0
    assert (door.path / first).is_file() and not camera.pictures


def test_damaged_picture_stays_on_the_camera_and_is_said(door):
    camera, said = FakeCamera(3), []
    short = sorted(camera.pictures)[1]
    camera.pictures[short] = camera.pictures[short][:-3]
    assert ingest.from_camera(door, "front", client(camera), say=said.append) == 2
    assert list(camera.pictures) == [short] and len(said) == 1 and short in said[0]


WRONG = {
    "not an object": lambda record: "sidecar",
    "nothing in it": lambda record: {},
    "its id alone": lambda record: {"id": record["id"]},
    "of the future": lambda record: {**record, "schema": 3},
    "a time that is none": lambda record: {**record, "time": 5},
    "a length that is none": lambda record: {**record, "bytes": "many"},
    "an id that leads elsewhere": lambda record: {**record, "id": "../../../etc/a"},
    "an id that is none": lambda record: {**record, "id": ["00000001-00000002"]},
    "a value out of range": lambda record: {**record, "value": 1000},
    "ten megabytes": lambda record: {**record, "note": "x" * 10_000_000},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_sidecar_that_is_none_is_said_and_the_others_are_fetched(door, wrong):
    camera, said = FakeCamera(9), []
    bad = sorted(camera.sidecars)[4]
    camera.sidecars[bad] = WRONG[wrong](camera.sidecars[bad])
    assert ingest.from_camera(door, "front", client(camera), say=said.append) == 8
    assert list(camera.pictures) == [bad] and len(Index.open(door.path).entries) == 8
    assert len(said) == 1 and "\n" not in said[0] and len(said[0]) < 250 and "left on the camera" in said[0]


def test_a_page_of_nothing_but_damage_ends_and_is_counted(door):
    camera, said = FakeCamera(9), []
    for name in sorted(camera.sidecars)[3:]:
        camera.sidecars[name] = {"id": name}
    assert ingest.from_camera(door, "front", client(camera), say=said.append) == 3
    assert len(said) == 2 and said[1] == "6 samples are damaged and left on the camera"
    for name in camera.sidecars:
        camera.sidecars[name] = {}
    assert ingest.from_camera(door, "front", client(camera)) == 0 and len(camera.pictures) == 6


@pytest.mark.parametrize("answer", [b"[]", b"{}", b'{"samples": 5, "more": true}', b"not JSON", b'"samples"'])
def test_answer_that_is_no_list_of_samples_is_one_sentence(door, answer):
    def answered(request):
        return httpx.Response(200, content=answer)

    with pytest.raises(CameraError, match="does not answer like a Doorlens camera"):
        ingest.from_camera(door, "front", CameraClient("http://camera", TOKEN, httpx.MockTransport(answered)))


def test_sidecars_of_schema_1_and_2_are_read(door, tmp_path):
    camera = FolderCamera(tmp_path / "camera")
    names = {camera.add(number, b"picture", schema) for number, schema in ((1, 1), (2, 2))}
    assert ingest.from_camera(door, "front", client(camera)) == 2
    stored = {file.stem: json.loads(file.read_text()) for file in door.frames_path.rglob("*.json")}
    assert set(stored) == names == set(camera.deleted())
    assert all(record["schema"] == 2 and record["evaluation"] is False for record in stored.values())


def test_many_samples_are_acknowledged_in_batches(door, monkeypatch):
    monkeypatch.setattr(ingest, "_BATCH", 4)
    camera = FakeCamera(11)
    camera.fail_after = 12  # in the second batch
    with pytest.raises(CameraError):
        ingest.from_camera(door, "front", client(camera))
    assert len(camera.deleted) == 4 and len(Index.open(door.path).entries) == 4
    camera.fail_after = None
    assert ingest.from_camera(door, "front", client(camera)) == 7 and not camera.pictures


def test_second_ingest_at_the_same_time_is_refused(door):
    with ingest.alone(door), pytest.raises(ProjectError, match="another process"):
        ingest.from_camera(door, "front", client(FakeCamera(1)))


def test_disk_that_fails_is_one_sentence_and_nothing_is_deleted(door):
    camera = FakeCamera(2)
    door.frames_path.write_text("in the way")
    with pytest.raises(ProjectError, match="run ingest again") as error:
        ingest.from_camera(door, "front", client(camera))
    assert "\n" not in str(error.value) and len(camera.pictures) == 2


def test_wrong_token_says_so(door):
    with pytest.raises(CameraError, match="token") as error:
        ingest.from_camera(door, "front", client(FakeCamera(1), "wrong"))
    assert error.value.code == "unauthorized"


def test_labels_come_from_folders(door, tmp_path):
    for label in ("open", "closed", "unusable"):
        (tmp_path / "pictures" / label).mkdir(parents=True)
        (tmp_path / "pictures" / label / "a.jpg").write_bytes(b"x")
    times = {"open/a.jpg": 5000}
    assert ingest.from_folder(door, tmp_path / "pictures", labels_from_folders=True, times=times) == 3
    entries = Index.open(door.path).entries
    assert {path: entry.label for path, entry in entries.items()} == {
        f"frames/folder/{label}/a.jpg": label for label in ("open", "closed", "unusable")}
    assert entries["frames/folder/open/a.jpg"].time_ms == 5000


def test_folder_is_labelled_also_where_an_ingest_was_interrupted_and_labels_stay(door, tmp_path):
    for label in ("open", "closed"):
        (tmp_path / "pictures" / label).mkdir(parents=True)
        (tmp_path / "pictures" / label / "a.jpg").write_bytes(b"x")
    assert ingest.from_folder(door, tmp_path / "pictures") == 2
    index = Index.open(door.path)
    index.label("frames/folder/open/a.jpg", "unusable", "ada")
    index.save()
    assert ingest.from_folder(door, tmp_path / "pictures", labels_from_folders=True) == 0
    assert [entry.label for entry in Index.open(door.path).entries.values()] == ["closed", "unusable"]


def test_undeclared_folder_is_refused_before_anything_is_copied(door, tmp_path):
    (tmp_path / "pictures" / "ajar").mkdir(parents=True)
    (tmp_path / "pictures" / "ajar" / "a.jpg").write_bytes(b"x")
    with pytest.raises(ProjectError, match="ajar"):
        ingest.from_folder(door, tmp_path / "pictures", labels_from_folders=True)
    assert not door.frames_path.exists()


def test_empty_folder_is_refused(door, tmp_path):
    with pytest.raises(ProjectError, match="no .jpg"):
        ingest.from_folder(door, tmp_path)
