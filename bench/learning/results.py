"""build/bench-learning.json: cells put together, averaged over draws."""

import json
from pathlib import Path

from contract import durable

PATH = Path(__file__).resolve().parents[2] / "build" / "bench-learning.json"
_FIGURES = ("balanced_accuracy", "auc", "ece")
_OURS = ("student", "teacher")


def together(records, about):
    """Records of cells -> what bench-learning.json holds.

    installations.<name>.student, .teacher and .baselines.<method>: the figures at the most labels measured, `labels`
    that number, and `by_labels` {"24": figures}. Figures are means over draws; `spread` is the largest minus the
    smallest balanced accuracy of several draws.
    """
    grouped = {}
    for record in records:
        for result, figures in record["results"].items():
            by_labels = grouped.setdefault(record["installation"], {}).setdefault(result, {})
            by_labels.setdefault(record["labels"], []).append(figures)
    installations = {}
    for name, results in sorted(grouped.items()):
        entry = installations[name] = {"baselines": {}}
        for result, by_labels in results.items():
            (entry if result in _OURS else entry["baselines"])[result] = _method(by_labels)
    commits = sorted({record["commit"] for record in records if record["commit"]})
    return {"about": {**about, "commits": commits}, "installations": installations}


def _method(by_labels):
    means = {str(count): _mean(draws) for count, draws in sorted(by_labels.items())}
    most = max(by_labels)
    return {"labels": most, **{name: means[str(most)][name] for name in _FIGURES}, "by_labels": means}


def _mean(draws):
    mean = {name: _average([figures[name] for figures in draws]) for name in _FIGURES}
    balanced = [figures["balanced_accuracy"] for figures in draws if figures["balanced_accuracy"] is not None]
    spread = {"spread": max(balanced) - min(balanced)} if len(balanced) > 1 else {}
    return {**mean, "frames": draws[0]["frames"], "draws": len(draws), **spread}


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
