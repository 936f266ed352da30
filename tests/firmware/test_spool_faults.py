"""The spool against sudden death and full disks, in the built firmware's interpreter."""

import json
import os
import pathlib
import random
import shutil
import subprocess
import tempfile
import time

import pytest
from camera_process import BUILD

HERE = pathlib.Path(__file__).resolve().parent
KILLS = int(os.environ.get("DOORLENS_KILLS", "200"))


class Books:
    """What was said to the host by all lives so far."""

    def __init__(self):
        self.listed, self.gone, self.fetched = set(), set(), set()

    def read(self, text):
        """All whole lines of one life; returns those of other kinds."""
        other = []
        for line in text.split("\n")[:-1]:
            word, _, name = line.partition(" ")
            if word in ("listed", "gone", "fetched"):
                getattr(self, word).add(name)
            else:
                other.append(line)
        return other

    def check(self, folder):
        """What was listed and not said to go is there, whole; names come once."""
        for name in self.listed - self.gone:
            record = json.loads((folder / f"{name}.json").read_bytes())
            jpeg = (folder / f"{name}.jpg").read_bytes()
            boot, sequence = int(name[:8], 16), int(name[9:])
            unit = boot.to_bytes(4, "little") + sequence.to_bytes(4, "little")
            assert record["id"] == name and record["bytes"] == len(jpeg)
            assert jpeg == unit * (len(jpeg) // 8)


def interpreter():
    path = BUILD / "x86_64" / "doorlens-camera"
    if not path.exists():
        pytest.skip("build/x86_64/doorlens-camera is missing: run `make firmware`")
    return str(path)


def life(folder, boot, rng):
    """Starts the work, kills it after a while; what it said."""
    command = [interpreter(), str(HERE / "spool_work.py"), str(folder), str(boot), str(boot)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0)
    begin = b""
    try:
        if rng.random() < 0.7:  # otherwise death comes while the spool is opened, or before
            begin = process.stdout.read(1)
        time.sleep(rng.uniform(0, 0.03))
        ended = process.poll()
    finally:
        process.kill()
    out, errors = process.communicate()
    assert ended is None and not errors, out[-500:].decode() + errors.decode()
    return (begin + out).decode()


@pytest.fixture
def folder(tmp_path):
    """In memory where there is such a disk: a thousand lives sync very often."""
    memory = pathlib.Path("/dev/shm")
    made = pathlib.Path(tempfile.mkdtemp(dir=memory if os.access(memory, os.W_OK) else tmp_path, prefix="doorlens-spool-"))
    yield made
    shutil.rmtree(made)


def test_killed_at_any_instant_loses_no_listed_sample(folder):
    books, rng, opened = Books(), random.Random(11), 0
    for boot in range(1, KILLS + 1):
        opened += len(books.read(life(folder, boot, rng)))
        books.check(folder)
    assert len(books.listed) > KILLS and len(books.gone) > KILLS / 4 and len(books.fetched) > KILLS / 8
    assert opened > KILLS / 2, "most lives came to the first sample"
