"""A longer measurement: train on two procedural days, then watch the third.

    python -m training.trial lobby garage yard --config default            # a frame a minute of the unseen day
    python -m training.trial lobby --config default --dense                # a frame every two seconds, all day
    python -m training.trial lobby --dense --model front-door.safetensors  # a model that is there already

Prints what every stage of the training took and a table of what the unseen day has shown, by the camera's decoder,
kernels and decision; "unknown" is wrong, blocked frames are told apart. Everything else, every wrong frame with what the
scene did, is in unseen.json or unseen-dense.json beside the model. Training frames are rendered once and kept under
build/trial; frames of the unseen day are kept nowhere.
"""

import argparse
import json
import random
import time
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np
from rich.console import Console
from rich.table import Table

from contract import durable
from contract.clock import utc_ms
from contract.decision import UNUSABLE
from host_tools.native import ujpeg
from host_tools.scene import Scene
from training import config as configuration
from training import label_draw, watch
from training.dataset import Frame
from training.progress import Bars, duration

_DAY_MS = 86_400_000
_START = "2026-03-02"
_TRAINING_DAYS = 2
_QUALITY = 80
_STATES = ["closed", "open"]
_LEAST = {"open": 0.25, UNUSABLE: 0.1, "closed": 0.25}  # shares of the labels
_DENSE_S, _SPARSE_S = 2.0, 60.0


@dataclass(frozen=True)
class Camera:
    """The picture source of training.watch: one procedural installation."""

    installation: str
    seed: int

    def __call__(self):
        """A function time_ms -> (JPEG bytes, label)."""
        scene, buffer = Scene(self.installation, self.seed), bytearray(1 << 20)
        return lambda time_ms: (_jpeg(scene, time_ms, buffer), _label(scene, time_ms))


def _jpeg(scene, time_ms, buffer):
    picture = np.ascontiguousarray(scene.render(time_ms))
    length = ujpeg.encode(picture, picture.shape[1], picture.shape[0], 3, buffer, _QUALITY)
    return bytes(memoryview(buffer)[:length])


def _label(scene, time_ms):
    truth = scene.truth(time_ms)
    return UNUSABLE if truth.blocked else truth.state


def training_times(scene, start_ms, days, period_s, seed):
    """What a sampler keeps: one frame every `period_s`, and four around every opening and every blocked view."""
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
            durable.write(path, _jpeg(scene, time_ms, buffer))
        frames.append(Frame(path, _label(scene, time_ms), time_ms))
    return frames


def data(installation, seed, out, labels, unlabelled):
    """(Frames of the training days: `labels` of them labelled, about `unlabelled` not; region)."""
    scene, start = Scene(installation, seed), utc_ms(_START)
    end = start + _TRAINING_DAYS * _DAY_MS
    spans = scene.openings(start, end) + scene.blocked_periods(start, end)
    period_s = _TRAINING_DAYS * 86400 / max(48, labels + unlabelled - 4 * len(spans))
    frames = render(scene, training_times(scene, start, _TRAINING_DAYS, period_s, seed), out / f"{installation}-{seed}")
    return few_labels(frames, spans, labels, seed), scene.region


def few_labels(frames, spans, count, seed):
    """The frames with `count` of their labels, the rest None; spans: [(start_ms, end_ms)] of openings and blocked views.

    Whoever labels few frames leaves no opening out: rare labels get more than their share, and each span its own.
    """
    least = {label: min(int(share * count), sum(frame.label == label for frame in frames))
             for label, share in _LEAST.items()}
    chosen = set(label_draw.draw([_with_event(frame, spans) for frame in frames], list(least), count, least, seed))
    return [frame if i in chosen else replace(frame, label=None) for i, frame in enumerate(frames)]


def _with_event(frame, spans):
    """The frame, marked with the opening or the blocked view that it shows."""
    numbers = [n for n, (low, high) in enumerate(spans) if low <= frame.time_ms < high and frame.label != "closed"]
    return replace(frame, event=str(numbers[0])) if numbers else frame


class _Clock(Bars):
    """Bars that remember the seconds of every stage, on the clock and of the processor."""

    def __init__(self):
        super().__init__()
        self.seconds, self._open = {}, None

    def stage(self, name, total):
        self._end()
        self._open = (name, time.monotonic(), time.process_time())
        super().stage(name, total)

    def close(self):
        self._end()
        super().close()

    def _end(self):
        if self._open:
            name, wall, cpu = self._open
            before = self.seconds.get(name, (0, 0))
            self.seconds[name] = (before[0] + time.monotonic() - wall, before[1] + time.process_time() - cpu)
        self._open = None


def learn(installation, arguments, console):
    """Train one installation; (path of the model, {"labelled", "unlabelled", "held out", "minutes"} for the table)."""
    from training import run  # here, because the processes that watch the day import this file and need no torch
    config = configuration.load(arguments.config)
    if arguments.threads:
        config = msgspec.structs.replace(config, threads=arguments.threads)
    frames, region = data(installation, arguments.seed, arguments.out, arguments.labels, arguments.unlabelled)
    directory = arguments.out / f"{installation}-{arguments.seed}-run"
    (directory / "teacher.pt").unlink(missing_ok=True)
    clock, began = _Clock(), time.monotonic()
    made = run.train(frames, _STATES, region, directory, config, progress=clock, project=installation)
    whole = time.monotonic() - began
    for name, (wall, cpu) in clock.seconds.items():
        console.print(f"{name:<24}{wall:7.1f} s on the clock {cpu:7.1f} s of the processor", highlight=False)
    labelled = sum(frame.label is not None for frame in frames)
    return made.model, {"labelled": labelled, "unlabelled": len(frames) - labelled,
                        "trained, from pictures to report": duration(whole),
                        "balanced accuracy, held out": f"{made.evaluation.balanced_accuracy:.4f}"}


def observe(installation, model, arguments):
    """Watch the unseen days; writes the JSON beside `model` and returns its record."""
    start = utc_ms(_START) + _TRAINING_DAYS * _DAY_MS
    times = range(start, start + round(arguments.days * _DAY_MS), round(arguments.period * 1000))
    progress = Bars()
    try:
        scored, parsed = watch.watch(model, Camera(installation, arguments.seed), times, arguments.processes, progress)
    finally:
        progress.close()
    record, scene = watch.summarise(scored, parsed), Scene(installation, arguments.seed)
    for row in record["wrong"]:
        truth = scene.truth(row["time_ms"])
        row.update(opening=round(truth.opening, 3), visible=round(truth.visible, 3), infrared=truth.infrared)
    name = "unseen-dense.json" if arguments.dense else "unseen.json"
    durable.write(model.parent / name, (json.dumps(record, indent=1) + "\n").encode())
    return record


def table_lines(record):
    """{line of the table: text} of what `observe` returns."""
    shown = record["watch"]
    delay = shown["delay_s"] or {"median": None, "worst": None}
    return {
        "frames": shown["frames"], **{name.replace("_", " "): _figure(shown[name])
                                      for name in ("balanced_accuracy", "auc", "ece", "unknown")},
        "balanced accuracy, best threshold": _figure((shown["best_threshold"] or {}).get("balanced_accuracy")),
        "balanced accuracy, day": _figure(shown["day"]["balanced_accuracy"]),
        "balanced accuracy, night": _figure(shown["night"]["balanced_accuracy"]),
        "openings found": f"{shown['found']} of {shown['openings']}",
        "delay, median and longest": f"{delay['median']} s, {delay['worst']} s",
        "openings invented": shown["invented"], "the same, smoothed": shown["invented_smoothed"],
        "openings missed, smoothed": shown["missed_smoothed"],
        **{f"blocked, called {name}": count for name, count in shown["blocked"].items()}}


def _figure(value):
    return "-" if value is None else f"{value:.4f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("installations", nargs="+", choices=["lobby", "garage", "yard"])
    parser.add_argument("--config", default="default")
    parser.add_argument("--labels", type=int, default=200)
    parser.add_argument("--unlabelled", type=int, default=2000, help="about so many more frames")
    parser.add_argument("--model", help="no training: the file to watch with; {} stands for the installation's name")
    parser.add_argument("--dense", action="store_true", help="watch a frame every 2 seconds, not every minute")
    parser.add_argument("--period", type=float, help="seconds between the frames that are watched")
    parser.add_argument("--days", type=float, default=1.0, help="that are watched, from the first unseen one on")
    parser.add_argument("--processes", type=int, default=2, help="that watch")
    parser.add_argument("--threads", type=int, help="that train; overrides the configuration's")
    parser.add_argument("--seed", type=int, default=7, help="of the scene")
    parser.add_argument("--out", type=Path, default=Path("build/trial"))
    arguments = parser.parse_args()
    arguments.period = arguments.period or (_DENSE_S if arguments.dense else _SPARSE_S)
    console, columns = Console(width=120), {}
    for installation in arguments.installations:
        model, figures = Path((arguments.model or "").replace("{}", installation)), {}
        if not arguments.model:
            model, figures = learn(installation, arguments, console)
        columns[installation] = figures | table_lines(observe(installation, model, arguments))
    table = Table("", *columns)
    for name in columns[arguments.installations[0]]:
        table.add_row(name, *(str(column[name]) for column in columns.values()))
    console.print(table)


if __name__ == "__main__":
    main()
