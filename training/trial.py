"""A longer measurement: train on two procedural days, test on the third.

    python -m training.trial lobby garage yard --config demo

Prints one table row an installation: balanced accuracy ("unknown" is wrong) over the frames of the
unseen day that are not blocked, one a minute, and what blocked frames are called, by the camera's
kernels and without smoothing. Frames are rendered once and kept under build/trial.
"""

import argparse
import json
import random
import time
from pathlib import Path

import msgspec
import numpy as np
from rich.console import Console
from rich.table import Table

from contract import durable
from contract.clock import utc_ms
from contract.decision import UNKNOWN, UNUSABLE
from host_tools.native import ujpeg
from host_tools.scene import Scene
from training import config as configuration
from training import evaluate, run
from training.dataset import Frame
from training.progress import Silent

_DAY_MS = 86_400_000
_START = "2026-03-02"
_QUALITY = 80
_STATES = ["closed", "open"]


def training_times(scene, start_ms, days, period_s, seed):
    """What a sampler keeps: one frame every `period_s`, and two around every change of the scene."""
    rng = random.Random(seed)
    end = start_ms + days * _DAY_MS
    times = {start_ms + round((n + rng.random()) * period_s * 1000) for n in range(int(days * 86400 / period_s))}
    for low, high in scene.openings(start_ms, end) + scene.blocked_periods(start_ms, end):
        times |= {low - rng.randrange(5_000, 40_000), low + rng.randrange(0, min(20_000, high - low)),
                  (low + high) // 2, high + rng.randrange(0, 30_000)}
    return sorted(t for t in times if start_ms <= t < end)


def render(scene, times, directory):
    """JPEG files of the scene at `times`, rendered where missing; returns labelled Frames."""
    directory.mkdir(parents=True, exist_ok=True)
    buffer, frames = bytearray(1 << 20), []
    for time_ms in times:
        path = directory / f"{time_ms}.jpg"
        if not path.exists():
            picture = np.ascontiguousarray(scene.render(time_ms))
            length = ujpeg.encode(picture, picture.shape[1], picture.shape[0], 3, buffer, _QUALITY)
            path.write_bytes(buffer[:length])
        truth = scene.truth(time_ms)
        frames.append(Frame(path, "unusable" if truth.blocked else truth.state, time_ms))
    return frames


def data(installation, seed, out):
    """(training frames, two fifths of them without a label; frames of the unseen day; region)."""
    scene, start = Scene(installation, seed), utc_ms(_START)
    folder = out / f"{installation}-{seed}"
    labelled = render(scene, training_times(scene, start, 2, 600, seed), folder)
    unseen = render(scene, range(start + 2 * _DAY_MS, start + 3 * _DAY_MS, 60_000), folder)
    rng = random.Random(seed)
    train = [Frame(f.path, f.label if rng.random() < 0.6 else None, f.time_ms) for f in labelled]
    return train, unseen, scene.region


class _Clock(Silent):
    """Seconds on the clock and of the processor that every stage takes."""

    def __init__(self):
        self.stages = []

    def stage(self, name, total):
        self.close()
        self.stages.append([name, time.monotonic(), time.process_time()])

    def close(self):
        if self.stages and len(self.stages[-1]) == 3:
            name, wall, cpu = self.stages[-1]
            self.stages[-1] = (name, time.monotonic() - wall, time.process_time() - cpu)


def measure(installation, seed, out, config):
    """Train and test; one row of the table as a dictionary."""
    train, unseen, region = data(installation, seed, out)
    clock, directory = _Clock(), out / f"{installation}-{seed}-run"
    (directory / "teacher.pt").unlink(missing_ok=True)
    made = run.train(train, _STATES, region, directory, config, progress=clock, project=installation)
    result = evaluate.evaluate(made.model, unseen, Silent())
    durable.write(directory / "unseen.json", json.dumps(result.record(), indent=1).encode())
    seconds = {name: (wall, cpu) for name, wall, cpu in clock.stages}
    blocked = result.confusion[UNUSABLE]
    return {
        "installation": installation, "labelled": sum(f.label is not None for f in train),
        "unlabelled": sum(f.label is None for f in train),
        "held out": f"{made.evaluation.balanced_accuracy:.4f}",
        "unseen day": f"{result.balanced_accuracy:.4f}",
        "wrong": sum(row["reported"] != UNKNOWN and row["true"] != UNUSABLE for row in result.wrong),
        "unknown": sum(result.confusion[state][UNKNOWN] for state in _STATES),
        "blocked": sum(blocked.values()), "called open": blocked["open"], "called closed": blocked["closed"],
        **{name + " s (cpu)": "{:.0f} ({:.0f})".format(*seconds[name]) for name in ("teacher", "student")},
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("installations", nargs="+", choices=["lobby", "garage", "yard"])
    parser.add_argument("--config", default="demo")
    parser.add_argument("--seed", type=int, default=7, help="of the scene")
    parser.add_argument("--threads", type=int, help="overrides the configuration's")
    parser.add_argument("--out", type=Path, default=Path("build/trial"))
    arguments = parser.parse_args()
    config = configuration.load(arguments.config)
    if arguments.threads:
        config = msgspec.structs.replace(config, threads=arguments.threads)
    rows = [measure(installation, arguments.seed, arguments.out, config) for installation in arguments.installations]
    table = Table(*rows[0])
    for row in rows:
        table.add_row(*map(str, row.values()))
    Console(width=180).print(table)


if __name__ == "__main__":
    main()
