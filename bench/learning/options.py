"""What the two commands of this package can be told, and the installations and settings that come of it."""

import argparse
import os
from pathlib import Path

import msgspec
import torch

from bench.count import ROOT
from bench.errors import BenchError
from bench.learning import installations, later, results
from training import config as configuration

_SHORT_INSTALLATIONS = ("lobby",)
_SHORT_SAMPLING = installations.Sampling(days=1, period_s=1200, unseen_days=1, unseen_period_s=600, open_period_s=60)
BENCH, ABLATION, SHORT_CONFIG = (Path(__file__).with_name(name) for name in ("bench.toml", "ablation.toml", "short.toml"))
_SHORT_JOBS = 2
_SCENE_SEED = 7


def parser(prog, description):
    made = argparse.ArgumentParser(prog=prog, description=description)
    made.add_argument("installations", nargs="*", help=f"some of {', '.join(installations.PROCEDURAL)} (all)")
    made.add_argument("--data", type=Path, metavar="DIR", help="pictures of your own instead: a folder with one "
                      "sub-folder a label, or with manifest.csv (file,label,event,time)")
    made.add_argument("--region", type=int, nargs=4, default=later.WHOLE, metavar="N",
                      help="of --data: x0 y0 x1 y1 in 1/10000 of the picture")
    made.add_argument("--labels", type=int, nargs="+", help="numbers of labels")
    made.add_argument("--draws", type=int, help="repetitions with other labels and initial weights, averaged")
    made.add_argument("--scene-seed", type=int, default=_SCENE_SEED, help=f"of the installations ({_SCENE_SEED})")
    made.add_argument("--jobs", type=int, help=f"cells that are measured at a time (1, with --short {_SHORT_JOBS}); "
                      "results do not depend on it")
    made.add_argument("--config", help="of the networks: a name or a path (default: a shorter schedule, bench/learning/*.toml)")
    made.add_argument("--threads", type=int, default=1, help="of each (1); the configuration's do not count")
    made.add_argument("--short", action="store_true", default=os.environ.get("SHORT", "") not in ("", "0"),
                      help="a few minutes: one installation, few labels, small networks; also with SHORT=1 set")
    made.add_argument("--again", action="store_true", help="measure again what was measured before")
    made.add_argument("--docs", action="store_true", help="only put the last results into docs/")
    made.add_argument("--out", type=Path, default=results.PATH.with_suffix(""),
                      help="folder of the cells; results beside it")
    made.add_argument("--frames", type=Path, default=ROOT / "build" / "trial", help="where rendered pictures are kept")
    return made


def config(options, usual=BENCH):
    """(the networks' training.config.Config, its name for the results); torch uses its threads from now on."""
    named = options.config or (SHORT_CONFIG if options.short else usual)
    found = msgspec.structs.replace(configuration.load(named), threads=options.threads)
    torch.set_num_threads(found.threads)
    return found, Path(named).stem


def draws(options, usual=1):
    """range of the numbers of draws."""
    return range(options.draws or (1 if options.short else usual))


def jobs(options):
    """How many cells are measured at a time."""
    return options.jobs or (_SHORT_JOBS if options.short else 1)


def places(options, usual=installations.PROCEDURAL, sampling=installations.Sampling()):
    """The installations asked for, one at a time: rendering takes a while. Raises BenchError."""
    if options.data:
        yield later.read(options.data, options.region)
        return
    unknown = set(options.installations) - set(installations.PROCEDURAL)
    if unknown:
        raise BenchError(f"there is no installation {min(unknown)}; there are {', '.join(installations.PROCEDURAL)}")
    sampling = _SHORT_SAMPLING if options.short else sampling
    for name in options.installations or (_SHORT_INSTALLATIONS if options.short else usual):
        yield installations.procedural(name, options.scene_seed, options.frames, sampling)
