"""Measure the cells that are not on disk yet."""

import subprocess
import time
from dataclasses import dataclass
from itertools import groupby

from bench.count import ROOT
from bench.errors import BenchError
from bench.learning import remaining
from bench.learning.cells import Cell, Store, measure
from bench.learning.subject import Subject
from bench.learning.table import number
from contract.errors import DoorlensError


@dataclass(frozen=True)
class Job:
    """A cell, what it is measured on, where it is kept. title: for the person who waits."""

    cell: Cell
    subject: Subject
    store: Store
    title: str

    def record(self):
        """The record on disk, or None."""
        return self.store.read(self.cell, self.subject.data_digest)


def fill(jobs, again=False):
    """Measure the `jobs` that have no record (`again`: all, from the beginning); jobs of a subject lie side by side."""
    if again:
        for job in jobs:
            job.store.forget(job.cell, job.subject.data_digest)
    missing = [job for job in jobs if job.record() is None]
    if not missing:
        return
    expected = remaining.Expected()
    for record in missing[0].store.every():
        expected.learn(record["method"], record["seconds"])
    groups = [(subject, list(group)) for subject, group in groupby(missing, key=lambda job: job.subject)]
    names = [name for _, group in groups for name in ("prepare", *(job.cell.method for job in group))]
    bars = remaining.Bars(names, expected)
    try:
        for subject, group in groups:
            _prepare(subject, group, bars)
            for job in group:
                _one(job, bars)
    finally:
        bars.stop()


def _prepare(subject, group, bars):
    subject.progress = bars
    bars.begin(f"{subject.name}: pictures")
    subject.prepare({job.cell.method for job in group})
    bars.done(f"{subject.name}: {len(subject.installation.pool)} frames to label, "
              f"{len(subject.installation.unseen)} unseen")


def _one(job, bars):
    bars.begin(job.title)
    began = time.monotonic()
    try:
        found = measure(job.cell, job.subject, job.store)
    except (BenchError, DoorlensError) as error:
        bars.skip(f"{job.title}: not measured: {error}")
        return
    seconds = time.monotonic() - began
    job.store.write(job.cell, job.subject.data_digest, found, seconds, commit())
    figures = ", ".join(f"{name} {number(values['balanced_accuracy'])}" for name, values in found.items())
    bars.done(f"{job.title}: {figures} ({seconds:.0f} s)")


def commit():
    """The source's git commit, "+" behind it if training/ or bench/ was changed; None outside a repository."""
    def git(*words):
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, timeout=10, check=True)
        return done.stdout.strip()
    try:
        changed = git("status", "--porcelain", "--", "training", "bench/learning")
        return git("rev-parse", "--short=12", "HEAD") + ("+" if changed else "")
    except (OSError, subprocess.SubprocessError):
        return None
