"""A frame costs no memory: the hot path under a locked heap, and the heap after ten thousand frames."""

import json
import pathlib
import subprocess

import pytest
from camera_model import make
from camera_server import picture

HERE = pathlib.Path(__file__).resolve().parent
FRAMES = 10_000


def run(camera, folder, rounds, pictures, change=None):
    """What hot_path_work.py prints for these pictures (name -> JPEG)."""
    for name, jpeg in pictures.items():
        (folder / name).write_bytes(jpeg)
    (folder / "model.safetensors").write_bytes(make(change=change))
    settings = {"camera": "door", "source": {"type": "stdin"}, "log": {"level": "warning"}}
    (folder / "settings.json").write_text(json.dumps(settings))
    command = [*camera.command, str(HERE / "hot_path_work.py"), str(folder), str(rounds), *pictures]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0 and not done.stderr, done.stdout + done.stderr
    return json.loads(done.stdout)


def states(width, height):
    return {"dark.jpg": picture(20, width, height), "bright.jpg": picture(235, width, height),
            "grey.jpg": picture(128, width, height)}


def test_hot_path_allocates_nothing(camera, tmp_path):
    found = run(camera, tmp_path, 2, states(320, 240))
    assert found["held"] == ["closed", "open", "unknown"] and found["frames"] == 1 + 3 * 9


def test_hot_path_with_dwell_times_allocates_nothing(camera, tmp_path):
    found = run(camera, tmp_path, 2, states(320, 240), lambda spec, _: spec["smoothing"].update(dwell_s=[60, 30, 30]))
    assert found["frames"] == 1 + 3 * 9


def test_ten_thousand_frames_leave_the_heap_where_it_was(camera, tmp_path):
    found = run(camera, tmp_path, FRAMES // 9 + 1, states(64, 48))
    assert found["frames"] > FRAMES and found["after"] == found["before"]


@pytest.mark.parametrize("frames", [90])
def test_full_hd_frames_leave_the_heap_where_it_was(camera, tmp_path, frames):
    found = run(camera, tmp_path, frames // 9, states(1920, 1080))
    assert found["frames"] > frames and found["after"] == found["before"]
