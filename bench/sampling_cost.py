"""python -m bench.sampling_cost: ARM instructions of features and sampling policy, frame by frame, in the real firmware.

Runs build/armv7/doorlens-camera under qemu-arm with the counter over procedural days, with a model and without, and prints
by kind of frame how many there were, the mean and the most. What comes before, decoding and the network, and behind,
the spool, does not count. The collector of MicroPython's garbage is off while a frame is counted.
"""

import argparse
import pathlib
import random
import sys
import tempfile
from dataclasses import dataclass

import cv2

from bench.count import ROOT, count
from bench.errors import BenchError
from contract.smoother import Smoother
from host_tools.scene import Scene
from host_tools.scene.schedule import DayPlan
from training.pixels import network_input

LIMIT = 300_000
CAMERA = ROOT / "build" / "armv7" / "doorlens-camera"
WORK = pathlib.Path(__file__).with_name("sampling_cost_work.py")
KINDS = ("first", "after a pause", "kept, moving", "kept, still", "behind a kept one, moving", "behind a kept one, still",
         "moving", "still")
_SIDE, _SIZE = 64, (320, 180)
_DAY_MS = 86_400_000
_START_DAY = 20_600
_STEP_MS = 2000
_AROUND_MS = 24_000     # before and after an opening
_PAUSE_MS = 60_000
_QUIET_MS = 600_000
_BYTES = 20_000         # of a frame's JPEG, for the budget
_PLAN = DayPlan(openings=(20, 20), opening_minutes=(0.05, 2.5), typical_minutes=0.25)


@dataclass(frozen=True)
class Cost:
    """Instructions of one kind of frame."""

    kind: str
    frames: int
    mean: int
    most: int


def frames(installation, seed, number, channels, model, quiet=False):
    """Yields (uint8 [64, 64, channels], facts): the first `number` frames of a day, one every two seconds around every
    opening, between them, or if `quiet` all day long, one every ten minutes.

    facts: (UTC ms, ms since the start, verdict or None, lead, smoothed state). One verdict in fifty is wrong.
    """
    scene, drawn = Scene(installation, seed, _SIZE, _PLAN), random.Random(seed)
    smoother = Smoother(2, 2, 30_000, "no_frame", 0)
    times = _times(scene, quiet)[:number]
    if len(times) < number:
        raise BenchError(f"a day of {installation} has {len(times)} frames, not {number}")
    for time_ms in times:
        truth = "open" if scene.truth(time_ms).state == "open" else "closed"
        wrong = drawn.random() < 0.02
        verdict = {"open": "closed", "closed": "open"}[truth] if wrong else truth
        smoother.update(verdict, "frames", time_ms, time_ms - times[0])
        jpeg = cv2.imencode(".jpg", scene.render(time_ms)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85])[1].tobytes()
        pixels = network_input(jpeg, scene.region, _SIDE, _SIDE, channels)
        lead = drawn.randrange(60 if wrong else 256)
        yield pixels, (time_ms, time_ms - times[0], verdict if model else None, lead, smoother.state)


def _times(scene, quiet):
    start, near = _START_DAY * _DAY_MS, set()
    for begin, end in () if quiet else scene.openings(start, start + _DAY_MS):
        near |= set(range((begin - _AROUND_MS) // _STEP_MS * _STEP_MS, end + _AROUND_MS, _STEP_MS))
    return sorted(near | set(range(start, start + _DAY_MS, _QUIET_MS)))


def measure(installation, seed, number, channels, model, quiet=False):
    """A Cost for every kind of frame that came, without the counter's own marks. Raises BenchError."""
    with tempfile.TemporaryDirectory(prefix="doorlens-cost-") as folder:
        folder = pathlib.Path(folder)
        pauses = _write(folder, frames(installation, seed, number, channels, model, quiet))
        words = [CAMERA, WORK, folder, number, channels]
        _, seen = count(words)
        kinds = [_kind(line.split(), pause) for line, pause in zip(seen, pauses)]
        slots = folder / "slots"
        slots.write_bytes(bytes(1 + KINDS.index(kind) for kind in kinds))
        found, kept = count([*words, slots])
    if [line.split()[2] for line in seen] != kept:
        raise BenchError("the counted run kept other frames than the one before")
    marks = found[0]["fewest"]
    return [Cost(KINDS[slot - 1], counts["calls"], counts["instructions"] // counts["calls"] - marks, counts["most"] - marks)
            for slot, counts in sorted(pair for pair in found.items() if pair[0])]


def _write(folder, made):
    """frames.bin and facts.txt; for every frame, whether a pause was before it, None for the first."""
    pauses, before = [], None
    with (folder / "frames.bin").open("wb") as pixels, (folder / "facts.txt").open("w") as lines:
        for picture, (time_ms, now_ms, verdict, lead, smoothed) in made:
            pixels.write(picture.tobytes())
            lines.write(f"{time_ms} {now_ms} {verdict or '-'} {lead} {smoothed} {_BYTES}\n")
            pauses.append(None if before is None else now_ms - before > _PAUSE_MS)
            before = now_ms
    return pauses


def _kind(line, pause):
    done, waits, reason = line
    if pause is None or pause:
        return "first" if pause is None else "after a pause"
    moving = "still" if done == "-" else "moving"
    if reason != "-":
        return f"kept, {moving}"
    return f"behind a kept one, {moving}" if waits == "1" else moving


def table(found):
    """Lines for a terminal of measure()'s result."""
    yield f"{'frame':28}{'frames':>8}{'mean':>10}{'most':>10}"
    for cost in found:
        yield f"{cost.kind:28}{cost.frames:8}{cost.mean:10,}{cost.most:10,}"


def main():
    parser = argparse.ArgumentParser(prog="python -m bench.sampling_cost", description=__doc__.split(": ", 1)[1].split("\n")[0])
    parser.add_argument("--frames", type=int, default=600, help="of each installation's day")
    parser.add_argument("--seed", type=int, default=3)
    options = parser.parse_args()
    worst = 0
    try:
        for installation in ("lobby", "garage", "yard"):
            for channels, model in ((1, True), (3, True), (1, False)):
                found = measure(installation, options.seed, options.frames, channels, model)
                print(f"\n{installation}, {'grey' if channels == 1 else 'colour'}, {'with a' if model else 'no'} model")
                print("\n".join(table(found)))
                worst = max(worst, *(cost.most for cost in found))
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    print(f"\nThe most: {worst:,}; the limit is {LIMIT:,}")
    return 0 if worst <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
