"""python -m bench.annotator: how fast the annotator opens and steps, and what memory it takes; build/bench-annotator.json."""

import argparse
import json
import math
import os
import random
import sys
from pathlib import Path

from bench.annotator import project
from bench.annotator.desk import Display, Hands, Timed
from bench.count import ROOT
from bench.errors import BenchError
from contract.errors import DoorlensError

FRAMES, KEYS, OPENINGS = 5000, 3600, 3  # keys: an hour's, one a second
SHORT_FRAMES, SHORT_KEYS = 500, 150
GOALS = {"open_s": 2.0, "key_ms_p50": 60, "key_ms_p99": 150, "rss_mb": 400}
_PAUSE_S = 0.05  # between a picture and the next key: a person who holds the pace of twenty a second
_KEYS = {"c": 30, "o": 20, "u": 2, "Right": 30, "Left": 6, "Next": 4, "Prior": 2, "n": 3, "z": 3}  # in per cent
OUT = ROOT / "build" / "bench-annotator.json"


def main(words=None):
    parser = argparse.ArgumentParser(prog="python -m bench.annotator", description=__doc__.split(": ", 1)[1])
    parser.add_argument("--short", action="store_true", help="%d frames, %d keys" % (SHORT_FRAMES, SHORT_KEYS))
    parser.add_argument("--keys", type=int, help="how many keys are pressed")
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args(words)
    try:
        found = measure(options)
    except (BenchError, DoorlensError) as error:
        print("bench: %s" % error, file=sys.stderr)
        return 1
    options.out.write_text(json.dumps(found, indent=1) + "\n")
    for name, goal in GOALS.items():
        print("%-12s %8.1f   goal: under %g%s" % (name, found[name], goal, "" if found[name] < goal else "   MISSED"))
    print("%d keys, %d frames; %.1f %% of the pictures later than %d ms; %s"
          % (found["keys"], found["frames"], found["late_percent"], GOALS["key_ms_p99"], options.out))
    return 0


def measure(options):
    """The figures, as they are written to the file."""
    frames, keys = (SHORT_FRAMES, SHORT_KEYS) if options.short else (FRAMES, KEYS)
    folder = project.make(ROOT / "build" / "bench-annotator" / ("short" if options.short else "full"), frames)
    return step_through(folder, frames, options.keys or keys) | {"short": options.short}


def step_through(folder, frames, keys):
    """Opens the project `folder` several times, then presses so many keys."""
    load = os.getloadavg()[0]
    with Display() as display:
        opened = []
        for _ in range(OPENINGS):
            with Timed(display, folder) as window:
                opened.append(window.opened_s)
        with Timed(display, folder) as window, Hands(display) as hands:
            times = _press(window, hands, keys)
            rss, peak = window.memory_mb()
    times.sort()
    return {"open_s": round(sorted(opened)[len(opened) // 2], 3), "key_ms_p50": round(_quantile(times, 0.5), 1),
            "key_ms_p99": round(_quantile(times, 0.99), 1), "rss_mb": round(rss, 1), "peak_rss_mb": round(peak, 1),
            "key_ms_max": round(times[-1], 1), "late_percent": round(100 * sum(time > GOALS["key_ms_p99"] for time in times) / len(times), 2),
            "openings_s": [round(seconds, 3) for seconds in opened], "frames": frames, "size": project.SIZE,
            "keys": len(times), "load_before": round(load, 2), "cores": os.cpu_count()}


def _press(window, hands, count):
    """Milliseconds from each key event to its picture."""
    chance = random.Random(1)
    names, weights = list(_KEYS), list(_KEYS.values())
    times = []
    for _ in range(count):
        hands.press(chance.choices(names, weights)[0], _PAUSE_S)
        times.append(window.next_picture_ms())
    return times


def _quantile(ordered, share):
    """The least value that so large a share of `ordered` does not exceed."""
    return ordered[max(0, math.ceil(len(ordered) * share) - 1)]


if __name__ == "__main__":
    sys.exit(main())
