"""build/bench-learning.json: cells put together, averaged over draws."""

import json
from pathlib import Path
from statistics import stdev

from contract import durable

PATH = Path(__file__).resolve().parents[2] / "build" / "bench-learning.json"
_FIGURES = ("balanced_accuracy", "auc", "ece")
_OF_STUDENTS = ("published", "rounding_cost")
_EVENTS = ("openings", "found", "invented")
_TOOK = ("seconds", "cpu_seconds")
_OURS = ("student", "teacher")


def together(records, about):
    """Records of cells -> what bench-learning.json holds.

    installations.<name>.student, .teacher and .baselines.<method>: the figures at the most labels measured, `labels`
    that number, and `by_labels` {"24": figures}. Figures are means over draws; `values` are the balanced accuracies
    of every draw, `spread` their standard deviation (None of one draw). `seconds` is what a cell took, `cpu_seconds` of
    the processor, both of the student and the teacher together; `events` (the student's) counts openings in the
    unseen frames, taken one by one; `published` (the student's) is its balanced accuracy after the camera's decision, where
    "unknown" is wrong; `rounding_cost` is what the student has in real numbers less what the int8 kernels have.
    ahead_at_24.<name>.<baseline>: {"difference", "ahead"} of the student, see `ahead`.
    """
    grouped = {}
    for record in sorted(records, key=lambda record: record["draw"]):
        for result, figures in record["results"].items():
            by_labels = grouped.setdefault(record["installation"], {}).setdefault(result, {})
            by_labels.setdefault(record["labels"], []).append({**figures, **{name: record.get(name) for name in _TOOK}})
    installations = {}
    for name, results in sorted(grouped.items()):
        entry = installations[name] = {"baselines": {}}
        for result, by_labels in results.items():
            (entry if result in _OURS else entry["baselines"])[result] = _method(by_labels)
    commits = sorted({record["commit"] for record in records if record["commit"]})
    return {"about": {**about, "commits": commits}, "installations": installations,
            "ahead_at_24": {name: ahead(entry, "24") for name, entry in installations.items()}}


def ahead(entry, count):
    """{baseline: {"difference", "ahead"}} of an installation's entry at `count` labels (text), where both are known:
    by how much the student's balanced accuracy is above the baseline's, means over draws, and whether it is."""
    def known(method):
        return (method or {"by_labels": {}})["by_labels"].get(count, {}).get("balanced_accuracy")
    ours, found = known(entry.get("student")), {}
    for name, method in entry["baselines"].items():
        if None not in (ours, known(method)):
            found[name] = {"difference": ours - known(method), "ahead": ours > known(method)}
    return found


def _method(by_labels):
    means = {str(count): _mean(draws) for count, draws in sorted(by_labels.items())}
    most = max(by_labels)
    return {"labels": most, **{name: means[str(most)][name] for name in _FIGURES}, "by_labels": means}


def _mean(draws):
    mean = {name: _average([figures[name] for figures in draws]) for name in _FIGURES}
    values = [figures["balanced_accuracy"] for figures in draws]
    spread = stdev(values) if len(values) > 1 and None not in values else None
    found = {**mean, "draws": len(draws), "spread": spread, "values": values, "frames": draws[0]["frames"],
             **{name: _average([figures[name] for figures in draws]) for name in _TOOK}}
    for name in _OF_STUDENTS:
        if all(name in figures for figures in draws):
            found[name] = _average([figures[name] for figures in draws])
    if all(figures.get("events") for figures in draws):
        found["events"] = {name: _average([figures["events"][name] for figures in draws]) for name in _EVENTS}
    return found


def _average(values):
    return None if None in values else sum(values) / len(values)


def methods(entry):
    """(title, result) of every method of an installation's entry, ours first."""
    named = [(name, entry.get(name)) for name in _OURS] + [(name, entry["baselines"].get(name)) for name in TITLES]
    return [(TITLES.get(name, name), found) for name, found in named if found]


TITLES = {"student": "student (ours)", "teacher": "teacher (ours)",
          "frozen_backbone": "(a) frozen backbone + dense head",
          "farthest_first": "(b) the same on farthest-first pictures", "from_scratch": "(c) student from scratch"}


def write(found, path=PATH):
    path.parent.mkdir(parents=True, exist_ok=True)
    durable.write(path, (json.dumps(found, indent=1) + "\n").encode())


def read(path=PATH):
    """The results, or None if there are none."""
    return json.loads(path.read_text()) if path.exists() else None
