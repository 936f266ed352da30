"""python -m bench.presses: key presses that a procedural day of 1,000 frames takes, and how many labels are wrong.

A scripted person, who sees the shown frame only and names it rightly, works as docs/annotating.md says: `doorlens select`
chooses 24 frames, each is labelled with its near-duplicates; then, in order of uncertainty, rounds of ten labels and one
"accept all that are surer than 95 %", until every frame has a label. Near-duplicates and suggestions are worked out again
before and after the ten, as the window does in the background. Every key that the window needs is counted; what a group or a
suggestion gave to frames that were not looked at is compared with the scene's truth.
"""

import argparse
import json
import shutil
from pathlib import Path

from PIL import Image

from annotation import groups, queue, suggestions
from annotation.index import Index
from annotation.session import Session
from bench.count import ROOT
from contract import durable
from host_tools import label_aids, project, select
from host_tools.scene.installation import INSTALLATIONS
from host_tools.scene.scene import Scene

FRAMES, GOAL_PRESSES, GOAL_ERROR = 1000, 60, 0.005
OUT = ROOT / "build" / "bench-presses.json"
_STATES = ["closed", "open"]
_START_MS, _DAY_MS = 1772323200000, 86400000  # 2026-03-01T00:00Z
_CHOSEN, _ROUND, _SURE = 24, 10, 0.95
_FEATURES = "camera"


def main(words=None):
    parser = argparse.ArgumentParser(prog="python -m bench.presses", description=__doc__.split(": ", 1)[1].split("\n")[0])
    parser.add_argument("installations", nargs="*", help=", ".join(INSTALLATIONS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--frames", type=int, default=FRAMES)
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args(words)
    rows = {}
    for name in options.installations or INSTALLATIONS:
        door, truth = day(ROOT / "build" / "bench-presses", name, options.seed, options.frames)
        rows[name] = {"seed": options.seed, **work(door, truth)}
        print("%s: %s" % (name, ", ".join("%s %s" % item for item in rows[name].items())), flush=True)
    found = {"goal_presses": GOAL_PRESSES, "goal_error": GOAL_ERROR, "runs": rows}
    durable.write(options.out, (json.dumps(found, indent=1) + "\n").encode())


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


def work(door, truth, kind=_FEATURES):
    """{"frames", "presses", "wrong", "error"}: all frames labelled by the scripted person."""
    label_aids.prepare(door, kind)
    select.select(door, min(_CHOSEN, len(truth)), 1, kind)
    session = Session(Index.open(door.path, door.states), "bench", queue.chosen(door.path), groups.read(door.path))
    presses = _press(session, truth, len(session.queued()))
    while session.counts()[1]:
        _learn(session, door, kind)
        presses += session.order != "uncertainty"  # the key of the order
        session.show(order="uncertainty")
        session.go(0)
        session.next_unlabelled()
        presses += 2 + _press(session, truth, _ROUND)
        _learn(session, door, kind)
        if session.counts()[1]:
            session.accept_all(_SURE)
            presses += 4  # Ctrl+A, 9, 5, Return
    wrong = sum(entry.label != truth[path] for path, entry in session.index.entries.items())
    session.close()
    return {"frames": len(truth), "presses": presses, "wrong": wrong, "error": wrong / len(truth)}


def _press(session, truth, times):
    """Labels the shown frame's group, up to `times` times; how often it was."""
    for count in range(times):
        if not session.counts()[1]:
            return count
        session.label_group(truth[session.path])
    return times


def _learn(session, door, kind):
    label_aids.prepare(door, kind)
    session.groups = groups.read(door.path)
    session.suggest(suggestions.read(door.path))


if __name__ == "__main__":
    main()
