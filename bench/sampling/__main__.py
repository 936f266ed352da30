"""python -m bench.sampling: what every strategy keeps of whole procedural days; table, plot, build/bench-sampling.json."""

import argparse
import os
import shutil
import sys
from pathlib import Path

import msgspec
import torch
from rich.console import Console

from bench.errors import BenchError, status_of
from bench.learning.job import commit
from bench.learning.options import SHORT_CONFIG
from bench.sampling import days, footage, plot, results, strategies, table, watcher
from training import config as configuration
from training.progress import Bars

LABELS, POOL_S = 24, 180  # of the student whose verdicts the policy may see; seconds between the frames of its pool
_DAYS, _SEED = 7, 7
_SHORT = {"hours": 2, "pool_s": 1200}
_SHORT_FROM_H = 7  # of the day: a lively part of it
_TINY = Path(__file__).with_name("short.toml")


def arguments(words=None):
    parser = argparse.ArgumentParser(prog="python -m bench.sampling", description=__doc__.split(": ", 1)[1])
    parser.add_argument("installations", nargs="*", help=f"some of {', '.join(days.NAMES)} (all)")
    parser.add_argument("--days", type=int, default=_DAYS, help=f"that are filmed of each ({_DAYS})")
    parser.add_argument("--seed", type=int, default=_SEED, help=f"of the scenes ({_SEED})")
    parser.add_argument("--strategies", nargs="+", choices=strategies.ALL, default=list(strategies.ALL))
    parser.add_argument("--short", action="store_true", default=os.environ.get("SHORT", "") not in ("", "0"),
                        help="one installation, two hours, a tiny network; also with SHORT=1 set")
    parser.add_argument("--again", action="store_true", help="let go of all that is on disk first")
    parser.add_argument("--out", type=Path, default=results.PATH.with_suffix(""), help="folder of frames; results beside it")
    return parser.parse_args(words)


def main(words=None):
    options = arguments(words)
    return status_of("bench", lambda: _bench(options))


def _bench(options):
    unknown = set(options.installations) - set(days.NAMES)
    if unknown:
        raise BenchError(f"there is no installation {min(unknown)}; there are {', '.join(days.NAMES)}")
    torch.set_num_threads(1)
    if options.again:
        shutil.rmtree(options.out, ignore_errors=True)
    names = options.installations or (days.NAMES[-1:] if options.short else days.NAMES)
    known, path = {}, options.out.with_suffix(".json")
    students = {name: value for name, value in (results.read(path) or {}).items() if name == "students"}
    for name in names:
        known[name] = _installation(name, options)
        found = results.together(known, _about(options))
        results.write(path, {**found, **students})
    plot.write(found, options.out)
    Console(width=None if sys.stdout.isatty() else 160).print(table.terminal(found))
    print(f"Written to {options.out}.json, .svg and .png")


def _about(options):
    return {"seed": options.seed, "days": options.days, "short": options.short, "labels": LABELS, "commit": commit()}


def _installation(name, options):
    """{strategy: figures}; what is on disk is not measured again."""
    progress = Bars()
    try:
        scene, span = days.filmed(name, options.seed), days.whole_days(options.days)
        settings, pool_s = SHORT_CONFIG, POOL_S
        folder = options.out / f"{name}-{options.seed}"
        if options.short:
            span = days.Span(span.start_ms + _SHORT_FROM_H * days.HOUR_MS, _SHORT["hours"])
            settings, pool_s, folder = _TINY, _SHORT["pool_s"], folder / "short"
        config = msgspec.structs.replace(configuration.load(settings), threads=1)
        seen_by = watcher.Watcher(watcher.taught(scene, folder, config, LABELS, pool_s, progress))
        progress = Bars()  # a training run closes its own
        film = footage.film(scene, span, seen_by, folder, progress)
        return _measured(name, scene, span, film, seen_by, folder / "kept", options, progress)
    finally:
        progress.close()


def _measured(name, scene, span, film, seen_by, folder, options, progress):
    found = {}
    for strategy in options.strategies:
        path = folder / f"{strategy}-{span.hours}-{seen_by.digest[:8]}-{results.digest()}.json"
        found[strategy] = results.read(path)
        if found[strategy] is None:
            slow = strategy in strategies.SLOW
            progress.stage(f"{name}: {strategies.TITLES[strategy]}", len(film) if slow else 1)
            kept = strategies.ALL[strategy](strategies.Film(film, seen_by.model, progress.advance))
            if not slow:
                progress.advance()
            found[strategy] = results.figures(scene, span, film, kept)
            results.write(path, found[strategy])
    return found


if __name__ == "__main__":
    sys.exit(main())
