"""python -m bench.state: what the camera publishes about the procedural doors, on days it has not learnt from.

    python -m bench.state                         all three installations, a day each, and every trouble
    python -m bench.state --short                 a few spans of each, for CI
    python -m bench.state --days 7 --seed 7

Plays rendered frames, two a second, through the camera's own decoder, network, view check and smoother on this machine. The
models are those of `python -m training.trial` in build/trial, or --model with one installation. Around openings and blocked
views and a minute of every hour of a day is played, not every second of it. Troubles befall the camera while the door is at rest.
Writes build/bench-state.json.
"""

import argparse
import json
import sys
from pathlib import Path

from bench.count import ROOT
from bench.errors import BenchError, status_of
from bench.state import film, score
from bench.state.player import learn
from contract import durable
from contract.clock import utc_ms
from host_tools.scene import Scene
from host_tools.scene.installation import INSTALLATIONS
from training.dataset import Frame

_FIRST_UNSEEN = utc_ms("2026-03-04") // film.DAY_MS  # training.trial learns from the two days before
_OUT = ROOT / "build" / "bench-state.json"
_TRIAL = ROOT / "build" / "trial"


def options():
    made = argparse.ArgumentParser(prog="python -m bench.state", description=__doc__.split(": ", 1)[1].split("\n")[0])
    made.add_argument("installations", nargs="*", default=list(INSTALLATIONS), help="lobby, garage, yard; all unless given")
    made.add_argument("--seed", type=int, default=7, help="of the installations; the models' own is 7")
    made.add_argument("--days", type=int, default=1)
    made.add_argument("--size", default="640x360", help="of the frames")
    made.add_argument("--times", type=int, default=4, help="that every trouble befalls each installation")
    made.add_argument("--short", action="store_true", help="six spans of a day, every trouble once")
    made.add_argument("--model", type=Path, help="the model file of the one installation that is given")
    made.add_argument("--out", type=Path, default=_OUT)
    return made.parse_args()


def measure(name, chosen):
    """The figures of one installation."""
    size = tuple(int(side) for side in chosen.size.split("x"))
    scene = Scene(name, chosen.seed, size)
    path, learnt = chosen.model or _TRIAL / f"{name}-7-run" / "model.safetensors", _learnt(name)
    if not chosen.model and not path.is_file():
        raise BenchError(f"{name} has no model yet: run `.venv/bin/python -m training.trial {name}` (some minutes), or name one "
                         "with --model")
    cameras = [learn(path, learnt), learn(path, learnt, filtered=False)]
    days = [score.ordinary(scene, cameras, _FIRST_UNSEEN + day, 6 if chosen.short else None) for day in range(chosen.days)]
    known, days, counted = cameras[0], [both[0] for both in days], [both[1] for both in days]
    found = {"view": known.viewed, "ordinary": score.summary(days), "counter_alone": score.summary(counted), "troubles": {},
             "invented": [time for facts in days for time in facts["invented"]],
             "alarms": [alarm for facts in days for alarm in facts["alarms"]]}
    print(f"{name}: {json.dumps(found['ordinary'])}", flush=True)
    print(f"  frames counted only: {json.dumps(found['counter_alone'])}", flush=True)
    for trouble in film.TROUBLES if known.viewed else ():
        cases = score.troubled(scene, known, _FIRST_UNSEEN, trouble, 1 if chosen.short else chosen.times)
        found["troubles"][trouble.name] = score.troubles_summary(cases, trouble)
        print(f"  {trouble.name}: {json.dumps(found['troubles'][trouble.name])}", flush=True)
    return found


def _learnt(name):
    """The pictures that training.trial left behind: of the same place, and of no day that is played."""
    return [Frame(path, None, int(path.stem)) for path in sorted((_TRIAL / f"{name}-7").glob("*.jpg"))]


def main():
    chosen = options()
    return status_of("bench", lambda: _bench(chosen))


def _bench(chosen):
    found = {name: measure(name, chosen) for name in chosen.installations}
    about = {"command": "make bench-state", "seed": chosen.seed, "days": chosen.days, "size": chosen.size, "short": chosen.short}
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    durable.write(chosen.out, (json.dumps({**about, "installations": found}, indent=1) + "\n").encode())


if __name__ == "__main__":
    sys.exit(main())
