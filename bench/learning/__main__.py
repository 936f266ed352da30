"""python -m bench.learning: measure what is missing, print a table, draw a plot, write build/bench-learning.json."""

import sys

from rich.console import Console

from bench.count import ROOT
from bench.errors import BenchError, status_of
from bench.learning import cells, options as commands, plot, results, table
from bench.learning.job import Job
from bench.learning.measuring import fill
from bench.learning.subject import Subject, settings_digest

LABELS = (12, 24, 50, 100, 200)
_SHORT_LABELS = (12, 24)


def arguments(words=None):
    parser = commands.parser("python -m bench.learning", __doc__.split(": ", 1)[1])
    parser.add_argument("--methods", nargs="+", choices=cells.METHODS, default=cells.METHODS)
    return parser.parse_args(words)


def main(words=None):
    options = arguments(words)
    return status_of("bench", lambda: _docs(options.out) if options.docs else _bench(options))


def _bench(options):
    config, name = commands.config(options)
    store = cells.Store(options.out, settings_digest(config, options.short, options.scene_seed))
    counts = sorted(set(options.labels or (_SHORT_LABELS if options.short else LABELS)))
    about = {"config": name, "seed": config.seed, "scene_seed": options.scene_seed, "short": options.short,
             "figures": "means over draws, of the unseen frames that show a state"}
    jobs = [job for place in commands.places(options)
            for job in _jobs(Subject(place, config, options.out), counts, options, store)]
    try:
        fill(jobs, options.again, commands.jobs(options), lambda: _write(options, store, about))
    finally:
        found = _write(options, store, about)
        if found["installations"]:
            plot.write(found, options.out)
    if not found["installations"]:
        raise BenchError("nothing could be measured; the lines above say why")
    console = Console(width=None if sys.stdout.isatty() else 200)
    console.print(table.terminal(found))
    if any(found["ahead_at_24"].values()):
        console.print(table.verdict(found))
    print(f"Written to {options.out}.json, .svg and .png")


def _jobs(subject, counts, options, store):
    return [Job(cells.Cell(subject.name, count, draw, method), subject, store,
                f"{subject.name}, {count} labels, {method}" + (f", draw {draw}" if draw else ""))
            for method in options.methods for count in counts for draw in commands.draws(options)]


def _write(options, store, about):
    found = results.together(store.all().values(), about)
    results.write(found, options.out.with_suffix(".json"))
    return found


def _docs(out):
    found = results.read(out.with_suffix(".json"))
    if found is None:
        raise BenchError("there are no results: run `make bench-learning`")
    table.rewrite(ROOT / "docs" / "bench-learning.md", table.markdown(found))
    plot.write(found, ROOT / "docs" / "pictures" / "bench-learning")


if __name__ == "__main__":
    sys.exit(main())
