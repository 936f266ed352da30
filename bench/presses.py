"""python -m bench.presses: real key presses that a procedural day of 1,000 frames takes, and how many labels are wrong.

`doorlens annotate` is opened on a virtual display, and a scripted person, who sees the shown frame only and names it rightly,
presses keys on its keyboard as docs/annotating.md says: Shift and the label's key, for the frame and its near-duplicates, on
the 16 frames that `doorlens select` chose; then, in order of uncertainty, rounds of ten such keys and one "accept all" as the
window offers it, until every frame has a label. Each key waits until the window has learned from the labels so far, which it
does by itself. The window counts every KeyPress event that the X server sends it, Shift and Ctrl too, and the labels are read
from the index when it is closed: what a group or a suggestion gave to frames that were not looked at is compared with the
scene's truth.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path

from PIL import Image

from annotation.index import Index
from annotation.keys import label_keys
from bench.annotator.desk import Display, Hands, Told
from bench.count import ROOT
from bench.errors import BenchError
from contract import durable
from contract.errors import DoorlensError
from host_tools import label_aids, project, select
from host_tools.scene.installation import INSTALLATIONS
from host_tools.scene.scene import Scene

FRAMES, GOAL_PRESSES, GOAL_ERROR = 1000, 60, 0.005
OUT = ROOT / "build" / "bench-presses.json"
_STATES = ["closed", "open"]
_START_MS, _DAY_MS = 1772323200000, 86400000  # 2026-03-01T00:00Z
_CHOSEN, _ROUND = 16, 10
_FEATURES = "camera"


def main(words=None):
    parser = argparse.ArgumentParser(prog="python -m bench.presses", description=__doc__.split(": ", 1)[1].split("\n")[0])
    parser.add_argument("installations", nargs="*", help=", ".join(INSTALLATIONS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--frames", type=int, default=FRAMES)
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args(words)
    rows = {}
    try:
        for name in options.installations or INSTALLATIONS:
            door, truth = day(ROOT / "build" / "bench-presses", name, options.seed, options.frames)
            rows[name] = {"seed": options.seed, **work(door, truth)}
            print(line(name, rows[name]), flush=True)
    except (BenchError, DoorlensError) as error:
        print("bench: %s" % error, file=sys.stderr)
        return 1
    found = {"goal_presses": GOAL_PRESSES, "goal_error": GOAL_ERROR, "runs": rows}
    durable.write(options.out, (json.dumps(found, indent=1) + "\n").encode())
    return 0


def line(name, row):
    """What is printed of an installation."""
    missed = row["presses"] > GOAL_PRESSES or row["error"] > GOAL_ERROR
    return "%-8s seed %d   %d frames   %d key presses (goal: at most %d)   %d wrong labels, %.1f %% (goal: at most %.1f %%)%s" % (
        name, row["seed"], row["frames"], row["presses"], GOAL_PRESSES, row["wrong"], 100 * row["error"], 100 * GOAL_ERROR,
        "   MISSED" if missed else "")


def day(folder, name, seed, frames):
    """(Project without a label, {path: label that is true}) of `frames` renders over a day; pictures are made once."""
    scene, root = Scene(name, seed), folder / ("%s-%d-%d" % (name, seed, frames))
    pictures = root / "frames"
    for left in root.iterdir() if root.exists() else ():
        if left != pictures:
            shutil.rmtree(left) if left.is_dir() else left.unlink()
    door, truth = project.create(root, name, _STATES, [edge / 10000 for edge in scene.region]), {}
    index = Index.open(door.path, door.states)
    for number in range(frames):
        time_ms, path = _START_MS + number * _DAY_MS // frames, "frames/front/2026-03-01/0badcafe-%08d.jpg" % number
        _render(scene, time_ms, index.file(path))
        index.add(path, time_ms, "front")
        true = scene.truth(time_ms)
        truth[path] = "unusable" if true.blocked else true.state
    index.save()
    return door, truth


def _render(scene, time_ms, file):
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        Image.fromarray(scene.render(time_ms)).save(part, "jpeg", quality=88)
        part.rename(file)


def work(door, truth):
    """{"frames", "presses", "wrong", "error"}: all frames labelled by the scripted person. Raises BenchError."""
    label_aids.prepare(door, _FEATURES)
    select.select(door, min(_CHOSEN, len(truth)), 1, _FEATURES)
    with Display() as display, Told(display, door.path) as window, Hands(display) as hands:
        presses = Person(window, hands, truth).label_all()
    entries = Index.open(door.path, door.states).entries
    wrong = sum(entries[path].label != label for path, label in truth.items())
    return {"frames": len(truth), "presses": presses, "wrong": wrong, "error": wrong / len(truth)}


class Person:
    """window: Told; hands: Hands on its keyboard; truth: {path: label}, of which only the shown frame's is looked at."""

    def __init__(self, window, hands, truth):
        self._window, self._hands, self._truth = window, hands, truth
        self._keys = label_keys(_STATES)
        self._pressed = 0

    def label_all(self):
        """Labels until no frame is without a label, and closes the window; the KeyPress events that it got."""
        self._label_groups(self._window.state["chosen"])
        if self._left():
            self._press("ctrl+o")
        while self._left():
            self._label_groups(_ROUND)
            if self._left():
                self._press("ctrl+a")
                self._window.until(lambda state: state["asking"])
                self._press("Return")
        self._press("q")
        self._window.ended()
        return self._window.state["keys"]

    def _label_groups(self, times):
        """With Shift held: the shown frame and those like it get its label, up to `times` times."""
        self._hands.hold("shift")
        self._pressed += 1
        for _ in range(times):
            if self._left():
                self._press(self._keys[self._truth[self._window.state["path"]]])
        self._hands.release("shift")

    def _left(self):
        return self._window.state["left"]

    def _press(self, key):
        """Returns when the window has done what the key asks for, and has learned from it."""
        self._hands.press(key)
        self._pressed += 1 + key.count("+")
        self._window.until(lambda state: state["keys"] >= self._pressed and not state["learning"])


if __name__ == "__main__":
    sys.exit(main())
