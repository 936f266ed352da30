"""One cell to be measured, and how."""

import subprocess
import time
from dataclasses import dataclass, replace

from bench.count import ROOT
from bench.errors import BenchError
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

    def on(self, subject):
        """The same job on `subject`, which is like its own but has more at hand."""
        return replace(self, subject=subject)

    def record(self):
        """The record on disk, or None."""
        return self.store.read(self.cell, self.subject.data_digest)


def perform(job):
    """(what came out, True) after the job's record has been written, or (why it cannot be, False)."""
    try:
        job.subject.prepare({job.cell.method})
        clocks = {"seconds": time.monotonic, "cpu_seconds": time.process_time}
        began = {name: clock() for name, clock in clocks.items()}
        found = measure(job.cell, job.subject, job.store)
    except (BenchError, DoorlensError) as error:
        return f"{job.title}: not measured: {error}", False
    took = {name: round(clock() - began[name], 1) for name, clock in clocks.items()}
    job.store.write(job.cell, job.subject.data_digest, found, took, commit())
    figures = ", ".join(f"{name} {number(values['balanced_accuracy'])}" for name, values in found.items())
    return f"{job.title}: {figures} ({took['seconds']:.0f} s)", True


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
