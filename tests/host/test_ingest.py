import contextlib
import json

import pytest
from fake_camera import TOKEN, FakeCamera

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


def test_undeclared_folder_is_refused_before_anything_is_copied(door, tmp_path):
    (tmp_path / "pictures" / "ajar").mkdir(parents=True)
    (tmp_path / "pictures" / "ajar" / "a.jpg").write_bytes(b"x")
    with pytest.raises(ProjectError, match="ajar"):
        ingest.from_folder(door, tmp_path / "pictures", labels_from_folders=True)
    assert not door.frames_path.exists()


def test_empty_folder_is_refused(door, tmp_path):
    with pytest.raises(ProjectError, match="no .jpg"):
        ingest.from_folder(door, tmp_path)
