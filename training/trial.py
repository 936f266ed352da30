"""A longer measurement: train on two procedural days, test on the third.

    python -m training.trial lobby garage yard --config demo

Prints one table row an installation: balanced accuracy of every frame of the unseen day that is not
blocked, and how many blocked frames are called open. Frames are rendered once and kept under
build/trial.
"""

import argparse
import random
import time
from pathlib import Path

import numpy as np

from contract.clock import utc_ms
from host_tools.native import ujpeg
from host_tools.scene import Scene
from training.dataset import Frame

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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("installations", nargs="+", choices=["lobby", "garage", "yard"])
    parser.add_argument("--config", default="demo")
    parser.add_argument("--seed", type=int, default=7, help="of the scene")
    parser.add_argument("--out", type=Path, default=Path("build/trial"))
    arguments = parser.parse_args()
    for installation in arguments.installations:
        start = time.monotonic()
        train, unseen, region = data(installation, arguments.seed, arguments.out)
        print(installation, len(train), len(unseen), region, f"{time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main()
