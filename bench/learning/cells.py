"""What is measured: one cell an installation, number of labels, draw and method. Kept on disk, never computed twice."""

import json
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from bench.learning import baselines, ours
from bench.learning.scores import scores
from contract import durable
from contract.clock import utc_text
from training import label_draw

OURS = "ours"  # a run as `doorlens train` makes it, with two results: "student" and "teacher"
LABELLED_ONLY = "ours_labelled_only"  # the same without the unlabelled frames, for the ablation
BASELINES = {"frozen_backbone": baselines.frozen_backbone, "farthest_first": baselines.farthest_first,
             "from_scratch": baselines.from_scratch}
METHODS = (*BASELINES, OURS)  # what is compared


@dataclass(frozen=True)
class Cell:
    """`draw` counts from 0: other labels, other initial weights."""

    installation: str
    labels: int
    draw: int
    method: str


class Store:
    """Finished cells below `folder`: JSON, one file each, named for all that the cell depends on."""

    def __init__(self, folder, settings):
        self.folder, self._settings = Path(folder), settings

    def path(self, cell, data):
        return self.folder / cell.installation / f"{cell.labels}-{cell.draw}-{cell.method}-{self._settings}-{data}.json"

    def read(self, cell, data):
        """The record of a cell measured on the data with digest `data`, or None."""
        try:
            return json.loads(self.path(cell, data).read_bytes())
        except (OSError, ValueError):
            return None

    def write(self, cell, data, results, took, commit):
        """took: {"seconds", "cpu_seconds"}."""
        record = {**vars(cell), "settings": self._settings, "data": data, **took,
                  "commit": commit, "created": utc_text(int(time.time() * 1000)), "results": results}
        path = self.path(cell, data)
        path.parent.mkdir(parents=True, exist_ok=True)
        durable.write(path, (json.dumps(record, indent=1) + "\n").encode())
        return record

    def every(self):
        """Records with whatever settings."""
        return [json.loads(path.read_bytes()) for path in sorted(self.folder.glob("*/*-*-*.json"))]

    def all(self):
        """Every record with these settings; of the same cell on different data the newest."""
        found = {}
        for record in self.every():
            if record["settings"] != self._settings:
                continue
            key = Cell(*(record[name] for name in ("installation", "labels", "draw", "method")))
            if key not in found or record["created"] > found[key]["created"]:
                found[key] = record
        return found

    def run_directory(self, cell, data):
        return self.path(cell, data).with_suffix("")

    def forget(self, cell, data):
        """So that the cell is measured again, from the beginning."""
        self.path(cell, data).unlink(missing_ok=True)
        shutil.rmtree(self.run_directory(cell, data), ignore_errors=True)


def measure(cell, subject, store):
    """The cell's results: {"student": figures, "teacher": figures}, or {method: figures}."""
    place = subject.installation
    chosen = label_draw.draw(place.pool, place.states, cell.labels, subject.config.data.min_pictures,
                             subject.config.seed + cell.draw)
    if cell.method in (OURS, LABELLED_ONLY):
        return ours.measure(subject, chosen, cell.draw, store.run_directory(cell, subject.data_digest),
                            unlabelled=cell.method == OURS)
    probabilities, known = BASELINES[cell.method](subject, chosen, cell.draw)
    return {cell.method: scores(probabilities, known, subject.truth, place.states, subject.even)}
