"""python -m bench.learning.ablation: what every part of the training is worth, by whole runs without it."""

import json
import sys
from dataclasses import dataclass, field

import msgspec
from rich.console import Console
from rich.table import Table

from bench.count import ROOT
from bench.errors import BenchError, status_of
from bench.learning import cells, options as commands, table
from bench.learning.installations import Sampling
from bench.learning.job import Job
from bench.learning.measuring import fill
from bench.learning.results import together
from bench.learning.subject import Subject, settings_digest
from contract import durable

BEGIN, END = "<!-- make ablation -->", "<!-- /make ablation -->"
_SAMPLING = Sampling(period_s=300)  # fewer unlabelled frames, shorter runs
_LABELS = (24,)
_INSTALLATIONS, _DRAWS = ("garage", "yard"), 1  # the lobby is too easy to tell a part from another
_FIGURES = ("balanced_accuracy", "auc", "ece")


@dataclass(frozen=True)
class Part:
    """`title`: what is left out; `changes`: "section.key" of the configuration -> value that leaves it out."""

    title: str
    changes: dict = field(default_factory=dict)
    method: str = cells.OURS


_NUDGES = {"augment.shift": 0.0, "augment.scale": 0.0, "augment.turn": 0.0, "augment.perspective": 0.0}
_LIGHT = {"augment.exposure": 0.0, "augment.contrast": 0.0, "augment.gamma": 0.0}
_COLOUR = {"augment.colour": 0.0, "augment.infrared": 0.0, "augment.luma": 0.0}
_SHADOWS = {"augment.shadow": 0.0, "augment.lamp": 0.0}
_SENSOR = {"augment.noise": 0.0, "augment.blur": 0.0, "augment.jpeg": 0.0}
_PASSERS_BY = {"augment.cut_out": 0.0}
PARTS = (
    Part("nothing left out"),
    Part("nudges of the camera (shift, scale, turn, perspective)", _NUDGES),
    Part("light (exposure, contrast, gamma)", _LIGHT),
    Part("colour (white balance, infrared, luma)", _COLOUR),
    Part("shadows and lamps", _SHADOWS),
    Part("noise, blur, JPEG once more", _SENSOR),
    Part("passers-by (cut_out)", _PASSERS_BY),
    Part("all augmentation above", {**_NUDGES, **_LIGHT, **_COLOUR, **_SHADOWS, **_SENSOR, **_PASSERS_BY}),
    Part("synthetic blocked views", {"blocked.share": 0.0}),
    Part("guesses what unlabelled frames show (propagate)", {"data.propagate": False}),
    Part("unlabelled frames", {}, cells.LABELLED_ONLY),
    Part("the teacher's features (hints)", {"student.hint": 0.0}),
    Part("views that the teacher sees too (and hints)", {"student.matched": 0.0, "student.hint": 0.0}),
    Part("distillation (and so unlabelled frames)",
         {"student.distil": 0.0, "student.matched": 0.0, "student.hint": 0.0}, cells.LABELLED_ONLY),
    Part("quantisation-aware training", {"quantise.aware_steps": 0}),
)
_SHORT_PARTS = (PARTS[0], PARTS[7], PARTS[13])


def without(config, changes):
    """`config` with "section.key" set to what `changes` says. Raises BenchError for a key that it does not have."""
    for key, value in changes.items():
        section, _, name = key.partition(".")
        if name not in getattr(getattr(config, section, None), "__struct_fields__", ()):
            raise BenchError(f"the configuration has no key {key}: bring bench/learning/ablation.py up to date")
        changed = msgspec.structs.replace(getattr(config, section), **{name: value})
        config = msgspec.structs.replace(config, **{section: changed})
    return config


def main(words=None):
    parser = commands.parser("python -m bench.learning.ablation", __doc__.split(": ", 1)[1])
    parser.add_argument("--parts", type=int, nargs="+", metavar="N",
                        help="; ".join(f"{n} {part.title}" for n, part in enumerate(PARTS)))
    options = parser.parse_args(words)
    return status_of("ablation", lambda: _docs(options.out) if options.docs else _ablate(options))


def _ablate(options):
    config, name = commands.config(options, commands.ABLATION)
    parts = [PARTS[n] for n in options.parts] if options.parts else _SHORT_PARTS if options.short else PARTS
    counts, draws = options.labels or _LABELS, commands.draws(options, _DRAWS)
    stores, jobs = _jobs(parts, config, counts, draws, options)
    about = {"config": name, "labels": list(counts), "draws": len(draws), "scene_seed": options.scene_seed,
             "short": options.short, "installations": sorted({job.subject.name for job in jobs})}

    def write():
        rows = [_row(part, [job for job in jobs if job.store is store]) for part, store in zip(parts, stores)]
        durable.write(_path(options.out), (json.dumps({"about": about, "rows": rows}, indent=1) + "\n").encode())
        return {"about": about, "rows": rows}
    try:
        fill(jobs, options.again, commands.jobs(options), write)
    finally:
        found = write()
    Console(width=None if sys.stdout.isatty() else 200).print(terminal(found))
    print(f"Written to {_path(options.out)}")


def _jobs(parts, config, counts, draws, options):
    """(the Store of every part, Jobs of all of them)."""
    configs = [without(config, part.changes) for part in parts]
    stores = [cells.Store(options.out, settings_digest(changed, options.short, options.scene_seed))
              for changed in configs]
    jobs = []
    for place in commands.places(options, _INSTALLATIONS, _SAMPLING):
        for part, changed, store in zip(parts, configs, stores):
            subject = Subject(place, changed, options.out)
            jobs += [Job(cells.Cell(place.name, count, draw, part.method), subject, store,
                         f"{place.name}, {count} labels, draw {draw}, without: {part.title}")
                     for count in counts for draw in draws]
    return stores, jobs


def _path(out):
    return out.with_name("bench-ablation.json")


def _row(part, jobs):
    """{"without", "changes", "installations": {name: {"student", "teacher"}}, "mean": over installations or None}."""
    records = [record for job in jobs if (record := job.record()) and job.cell.method == part.method]
    measured = together(records, {})["installations"]
    installations = {name: {result: _figures(entry[result]) for result in ("student", "teacher")}
                     for name, entry in measured.items()}
    complete = len(records) == len(jobs) and installations
    return {"without": part.title, "changes": part.changes, "installations": installations,
            "mean": _mean(list(installations.values())) if complete else None}


def _figures(result):
    of = result["by_labels"][str(result["labels"])]
    return {name: of[name] for name in (*_FIGURES, "draws", "spread", "values")}


def _mean(entries):
    def mean(values):
        return None if None in values else sum(values) / len(values)
    return {result: {figure: mean([entry[result][figure] for entry in entries]) for figure in _FIGURES}
            for result in ("student", "teacher")}


def _cells(found):
    """(title, student's balanced accuracy of every installation, then means: student, what that is less than with
    nothing left out, teacher, AUC, ECE), as texts."""
    whole = next((row["mean"] for row in found["rows"] if row["without"] == PARTS[0].title), None)
    for row in found["rows"]:
        each = [row["installations"].get(name, {}).get("student") for name in found["about"]["installations"]]
        mean = row["mean"] or {"student": dict.fromkeys(_FIGURES), "teacher": dict.fromkeys(_FIGURES)}
        student, teacher = mean["student"], mean["teacher"]
        yield (row["without"], *("-" if one is None else table.spread(one) for one in each),
               table.number(student["balanced_accuracy"]), _worth(whole, row["mean"]),
               *map(table.number, (teacher["balanced_accuracy"], student["auc"], student["ece"])))


def _worth(whole, mean):
    if whole is None or mean is None or None in (one := [m["student"]["balanced_accuracy"] for m in (whole, mean)]):
        return "-"
    return f"{one[0] - one[1]:+.3f}"


def _head(found):
    return ("left out", *found["about"]["installations"], "mean", "loss", "teacher, mean", "AUC, mean", "ECE, mean")


def terminal(found):
    made = Table(*_head(found), caption="student's balanced accuracy on the unseen frames")
    for row in _cells(found):
        made.add_row(*row)
    return made


def markdown(found):
    lines = [_head(found), ["---"] * len(_head(found)), *_cells(found)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _docs(out):
    if not _path(out).exists():
        raise BenchError("there are no results: run `make ablation`")
    found = json.loads(_path(out).read_text("utf-8"))
    table.rewrite(ROOT / "docs" / "bench-learning.md", markdown(found), BEGIN, END)


if __name__ == "__main__":
    sys.exit(main())
