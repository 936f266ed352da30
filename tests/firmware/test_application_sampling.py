"""The sampling policy in the built firmware: what it keeps, over a restart, and the heap under it."""

import json
import subprocess

import pytest
from camera_model import make
from camera_process import binary
from camera_server import picture
from test_memory import finished, started, unhurt

from contract import sample

POLICY = {"strategy": "policy"}


def pictures(folder, greys):
    folder.mkdir()
    for i, grey in enumerate(greys):
        (folder / f"{i:03d}.jpg").write_bytes(picture(grey, 64, 48))


def run(folder):
    command = [*binary("x86_64"), "-m", "camera_firmware", str(folder / "settings.json")]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0 and "Traceback" not in ended.stderr and "sampling" not in ended.stderr, ended.stderr
    return [sample.check(json.loads(path.read_text())) for path in sorted((folder / "spool").glob("*.json"))]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(make())
    source = {"type": "folder", "path": "pictures", "loop": False, "interval_ms": 0}
    settings = {"camera": "door", "source": source, "sampler": POLICY, "policy": {"random_percent": 0}}
    (tmp_path / "settings.json").write_text(json.dumps(settings))
    return tmp_path


def test_policy_keeps_the_first_frame_and_the_change_of_the_state(folder):
    pictures(folder / "pictures", [20] * 10 + [235] * 10)
    kept = run(folder)
    assert kept[0]["reason"] == "first" and kept[0]["state"] == "closed"
    assert "open" in {record["state"] for record in kept} and len(kept) < 10
    assert all((folder / "spool" / f"{record['id']}.jpg").stat().st_size == record["bytes"] for record in kept)


def test_policy_goes_on_after_a_restart_where_it_was(folder):
    pictures(folder / "pictures", [20] * 10)
    assert [record["reason"] for record in run(folder)] == ["first"]
    assert len(run(folder)) == 1, "nothing in it is new"
    (folder / "sampling.json").unlink()
    assert [record["reason"] for record in run(folder)] == ["first", "first"]


def test_policy_leaves_the_heap_where_it_was(camera, tmp_path):
    pictures(tmp_path / "pictures", [20, 235, 128])
    source = {"type": "folder", "path": "pictures", "interval_ms": 0}
    first, last = 300, 300 + 1500
    found = finished(started(camera, tmp_path, source, first, last, make(), POLICY))
    assert found["counts"] == unhurt(last)
    assert abs(found["free"][1] - found["free"][0]) < 8192 and found["heap"][1] == found["heap"][0]
