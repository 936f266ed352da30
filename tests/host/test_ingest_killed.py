"""An ingest that is killed at any line loses no acknowledged picture, stores none twice, and the next one completes it."""

import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from folder_camera import FolderCamera

from annotation.index import Index
from contract import sample
from host_tools import project

KILLS = int(os.environ.get("DOORLENS_KILLS", "60"))
ROUNDS = max(4, KILLS // 50)  # each in a project of its own, so that the index stays short
SAMPLES = 8


@pytest.fixture
def worker():
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), str(Path(__file__).parent)])}
    with subprocess.Popen([sys.executable, Path(__file__).with_name("ingest_killed_work.py")], env=environment, text=True,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        def ingest(door, camera, lines=None):
            process.stdin.write(json.dumps({"project": str(door.path), "camera": str(camera), "lines": lines}) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield ingest
        process.stdin.close()


def picture(number):
    return b"\xff\xd8" + bytes([number % 251]) * (500 + 97 * number % 4000)


def fill(camera, numbers, pictures):
    for number in numbers:
        pictures[camera.add(number, picture(number), schema=1 + number % 2)] = picture(number)


def check(door, camera, pictures):
    """What must hold at every instant."""
    stored = {}
    for path in Index.open(door.path).entries:
        name = Path(path).stem
        assert name not in stored, "stored twice"
        stored[name] = door.path / path
        assert stored[name].read_bytes() == pictures[name]
        assert sample.check(json.loads(stored[name].with_suffix(".json").read_text()))["id"] == name
    assert set(camera.deleted()) <= set(stored), "acknowledged and lost"
    assert len(camera.deleted()) == len(set(camera.deleted()))


@pytest.fixture
def place():
    """A folder in memory where there is one: what a killed process leaves does not depend on the disk."""
    memory = "/dev/shm"
    with tempfile.TemporaryDirectory(dir=memory if os.path.isdir(memory) else None) as folder:
        yield Path(folder)


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_ingest_killed_at_random_instants_loses_nothing(place, worker, seed):
    drawn, pictures, kills = random.Random(seed), {}, 0
    whole = lines_of_a_whole_run(place, worker)
    door, camera = project.create(place / "door", "door", ["closed", "open"]), FolderCamera(place / "camera")
    for turn in range(KILLS // ROUNDS):
        if len(camera.names()) < SAMPLES:
            fill(camera, range(turn * SAMPLES, (turn + 1) * SAMPLES), pictures)
        kills += worker(door, place / "camera", drawn.randrange(whole))["killed"]
        check(door, camera, pictures)
        if camera.names() and drawn.random() < 0.2:
            camera.drop(drawn.choice(camera.names()))  # its spool is full
    assert kills > KILLS // ROUNDS * 0.8
    assert not worker(door, place / "camera")["killed"]
    check(door, camera, pictures)
    assert not camera.names() and not list(door.path.rglob("*.part"))
    listed = {str(door.path / path) for path in Index.open(door.path).entries}
    assert {str(path.with_suffix(".jpg")) for path in door.frames_path.rglob("*.json")} == listed


def lines_of_a_whole_run(place, worker):
    door = project.create(place / "first", "first", ["closed", "open"])
    fill(FolderCamera(place / "first-camera"), range(SAMPLES), {})
    return worker(door, place / "first-camera")["lines"]
