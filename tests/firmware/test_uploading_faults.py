"""The real camera sampling with its policy, real ingests over HTTP: killed on both sides, cut off and with full disks."""

import contextlib
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

import cv2
import numpy
import pytest
from camera_model import make
from camera_process import TOKEN, CameraProcess
from cutting_proxy import CuttingProxy
from small_disk import small_disk

from annotation.index import Index
from contract import sample
from host_tools import project

ROOT = pathlib.Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("DOORLENS_KILLS", "12"))
LIVES = 12          # of the camera in one project, so that its index stays short
DISK_KB = 16384     # of the camera's and of the host's
# As much as the policy can be made to keep: the frames come without a pause.
POLICY = {"day_frames": 20000, "hour_frames": 3600, "hour_percent": 100, "even_percent": 10, "rare_percent": 20,
          "interval_ms": 500, "episode_ms": 500, "again_ms": 1000, "telling_ms": 1000, "period_ms": 1000}


class Tally:
    """What happened in all projects."""

    def __init__(self):
        self.camera_kills = self.host_kills = self.cuts = self.full_camera = self.full_host = 0
        self.ingested = self.deleted = self.listed = 0

    def __str__(self):
        return ", ".join(f"{name} {value}" for name, value in vars(self).items())


class Filler:
    """A file that takes all the room of a disk but some `left` bytes, or is gone."""

    def __init__(self, folder, mounted):
        self._path = folder / "filler" if mounted else None

    def fill(self, left):
        self.clear()
        if self._path:
            disk = os.statvfs(self._path.parent)
            with open(self._path, "wb") as file, contextlib.suppress(OSError):
                os.posix_fallocate(file.fileno(), 0, max(1, disk.f_bavail * disk.f_frsize - left))

    def clear(self):
        if self._path:
            self._path.unlink(missing_ok=True)


class Host:
    """Ingests, one at a time, in processes of their own."""

    def __init__(self):
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen([sys.executable, pathlib.Path(__file__).with_name("ingest_work.py")], env=environment,
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def begin(self, door, port):
        order = {"project": str(door), "url": f"http://127.0.0.1:{port}", "token": TOKEN}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        self._pid = int(self._process.stdout.readline())

    def kill(self):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)

    def end(self):
        """{"fresh", "error"} of the ingest; both None if it was killed."""
        return json.loads(self._process.stdout.readline())

    def close(self):
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


@pytest.fixture(scope="module")
def host():
    made = Host()
    yield made
    made.close()


@pytest.fixture(scope="module")
def pictures():
    """Dark and bright ones that the little model tells apart, every one with blocks of its own."""
    drawn, made = numpy.random.default_rng(1), []
    for i in range(40):
        blocks = drawn.integers(0, 70, (6, 8), numpy.uint8) + (180 if i % 7 < 3 else 0)
        pixels = numpy.kron(blocks, numpy.ones((20, 20), numpy.uint8)).astype(numpy.uint8)
        made.append(cv2.imencode(".jpg", pixels)[1].tobytes())
    return made


def check(door, camera_folder, proxy, pictures):
    """What must hold whenever both sides are down."""
    stored = {}
    for path in Index.open(door.path).entries:
        name = pathlib.Path(path).stem
        assert name not in stored, "stored twice"
        stored[name] = (door.path / path).read_bytes()
        record = sample.check(json.loads((door.path / path).with_suffix(".json").read_text()))
        assert record["id"] == name and record["bytes"] == len(stored[name]) and stored[name] in pictures
    assert proxy.deleted <= set(stored), "acknowledged and lost"
    for name in proxy.listed - proxy.deleted:
        record = json.loads((camera_folder / "spool" / f"{name}.json").read_text())
        jpeg = (camera_folder / "spool" / f"{name}.jpg").read_bytes()
        assert record["id"] == name and len(jpeg) == record["bytes"] and jpeg in pictures, "listed and lost"
    return stored


def life(camera, host, proxy, door, drawn, fillers, tally):
    """The camera runs for a while, one or two ingests beside it; in the end it is killed."""
    for side, filler in fillers.items():
        filler.clear()
        if drawn.random() < 0.25:
            filler.fill(drawn.choice([0, 4096, 20000, 100000]))
            setattr(tally, side, getattr(tally, side) + 1)
    camera.start()
    for _ in range(drawn.choice([1, 2, 3])):
        time.sleep(drawn.uniform(0, 0.15))
        host.begin(door.path, proxy.port)
        if drawn.random() < 0.5:
            proxy.wait_deleted(0.5)
            time.sleep(drawn.uniform(0, 0.02))
        else:
            time.sleep(drawn.expovariate(12))
        last = drawn.random() < 0.4  # then the camera goes first
        if last:
            break
        if drawn.random() < 0.6:
            host.kill()
            tally.host_kills += 1
        assert not (host.end()["error"] or "").count("\n")
        last = False
    time.sleep(drawn.uniform(0, 0.05))
    camera.kill()
    tally.camera_kills += 1
    if last:
        host.end()


@pytest.mark.parametrize("seed", range(-(-KILLS // LIVES)))
def test_kills_cuts_and_full_disks_lose_nothing_and_store_nothing_twice(host, pictures, seed):
    drawn, tally, memory = random.Random(seed), Tally(), "/dev/shm"
    with contextlib.ExitStack() as held:
        place = pathlib.Path(held.enter_context(tempfile.TemporaryDirectory(dir=memory if os.path.isdir(memory) else None)))
        fillers = {side: Filler(place / name, held.enter_context(small_disk(place / name, DISK_KB, needed=False)))
                   for side, name in (("full_camera", "camera"), ("full_host", "host"))}
        door = project.create(place / "host" / "door", "door", ["closed", "open"])
        camera = CameraProcess(place / "camera", settings(), log=place / "log")
        (place / "camera" / "model.safetensors").write_bytes(make())
        (place / "camera" / "pictures").mkdir()
        for i, jpeg in enumerate(pictures):
            (place / "camera" / "pictures" / f"{i:02d}.jpg").write_bytes(jpeg)
        proxy = held.enter_context(CuttingProxy(camera.port, seed))
        held.callback(camera.kill)
        for _ in range(LIVES):
            life(camera, host, proxy, door, drawn, fillers, tally)
            check(door, place / "camera", proxy, pictures)
        finish(camera, host, proxy, door, fillers)
        stored = check(door, place / "camera", proxy, pictures)
        tally.ingested, tally.deleted, tally.listed, tally.cuts = len(stored), len(proxy.deleted), len(proxy.listed), proxy.broken
        print(f"\n{tally}")
        assert proxy.listed == proxy.deleted == set(stored) and len(stored) > LIVES
        assert not list(door.path.rglob("*.part")) and "Traceback" not in camera.log and "begins anew" not in camera.log


def settings():
    source = {"type": "folder", "path": "pictures", "interval_ms": 25}
    return {"source": source, "sampler": {"strategy": "policy"}, "policy": POLICY, "log": {"level": "info"}}


def finish(camera, host, proxy, door, fillers):
    """Nothing goes wrong any more: what is on the camera is fetched."""
    proxy.cuts = 0
    for filler in fillers.values():
        filler.clear()
    camera.start()
    for _ in range(2):  # the second sees what was sampled beside the first
        host.begin(door.path, proxy.port)
        assert host.end()["error"] is None
    camera.kill()
