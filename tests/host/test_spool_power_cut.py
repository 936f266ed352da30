"""The camera's spool when the power goes: what was not synced is lost in part, in any order."""

import random
import sys
import tempfile
from pathlib import Path

import pytest

from camera_firmware.metrics import Metrics
from camera_firmware.spool import Spool

sys.path.append(str(Path(__file__).parents[1] / "firmware"))
from power_disk import WAYS, PowerDisk  # noqa: E402

LIMIT, MEMORY = 40000, 5000


class Silent:
    def repeated(self, area, text):
        raise AssertionError(text)

    def recovered(self, area, text):
        pass


class Disk(PowerDisk):
    """Calls `at_instant` after every operation."""

    def __init__(self, folder, at_instant):
        super().__init__(folder)
        self._at_instant = at_instant

    def step(self, name):
        super().step(name)
        self._at_instant()


def picture(name):
    boot, sequence = int(name[:8], 16), int(name[9:])
    return (boot.to_bytes(4, "little") + sequence.to_bytes(4, "little")) * (20 + sequence * 37 % 300)


def opened(folder, boot, limit=LIMIT):
    return Spool(str(folder), limit, boot, bytearray(MEMORY), Silent(), Metrics())


def restarted(entries):
    """(names, leftovers) of a spool that is opened on these files; every listed sample is whole."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in entries.items():
            (Path(folder) / name).write_bytes(content)
        spool = opened(folder, 99, 10 * LIMIT)  # what came back after its deletion shall push nothing out
        names = spool.after(None, 5000)[0]
        for name in names:
            assert (Path(folder) / f"{name}.jpg").read_bytes() == picture(name)
            assert f'"id":"{name}"' in spool.sidecar_text(name)
        return names, len(list(Path(folder).iterdir())) - 2 * len(names)


@pytest.mark.parametrize("seed", range(3))
def test_power_cut_loses_no_listed_sample_and_leaves_no_half(tmp_path, seed):
    rng, cuts, held = random.Random(seed), [], []

    def at_instant():
        if rng.random() < 0.1:
            names, leftovers = restarted(followed.left(rng.choice(WAYS), rng.random()))
            listed = set(held[0].after(None, 5000)[0])
            assert listed <= set(names) and len(names) == len(set(names)) and leftovers == 0
            cuts.append(len(listed))

    followed = Disk(tmp_path, at_instant)
    held.append(opened(tmp_path, 1))
    with followed:
        work(held[0], rng)
    assert len(cuts) > 50 and max(cuts) > 10


def work(spool, rng):
    now_ms = 0
    sequence = 0  # of the next one that is taken
    for i in range(150):
        now_ms += rng.randrange(60000)
        value = 255 if i > 100 else rng.randrange(250)
        sequence += spool.keep(picture(f"00000001-{sequence:08d}"), now_ms, camera="door", time_ms=None, reason="periodic",
                               width=1, height=1, value=value, evaluation=rng.random() < 0.1)
        names = spool.after(None, 5000)[0]
        if names and rng.random() < 0.1:
            spool.delete(rng.choice(names))
        if rng.random() < 0.1 or spool.due(now_ms):
            spool.flush(now_ms)
