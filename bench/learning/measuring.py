"""Measure the cells that are not on disk yet."""

from bench.learning import crew, remaining
from bench.learning.job import perform
from bench.learning.subject import FROM_FEATURES


def fill(jobs, again=False, processes=1, measured=lambda: None):
    """Measure the `jobs` that have no record (`again`: all, from the beginning), `processes` at a time.

    Jobs of a subject lie side by side. `measured` is called after every one.
    """
    if again:
        for job in jobs:
            job.store.forget(job.cell, job.subject.data_digest)
    missing = [job for job in jobs if job.record() is None]
    if not missing:
        return
    expected = remaining.Expected()
    for record in missing[0].store.every():
        expected.learn(record["method"], record["seconds"])
    bars = remaining.Bars([job.cell.method for job in missing], expected, processes)
    try:
        if processes > 1:
            _extract(missing, bars.lanes[0])
            crew.work(missing, bars.lanes, measured)
        else:
            _in_turn(missing, bars.lanes[0], measured)
    finally:
        bars.stop()


def _extract(jobs, lane):
    """Frozen features once, before several processes want the same ones."""
    for subject in {id(job.subject): job.subject for job in jobs if job.cell.method in FROM_FEATURES}.values():
        lane.name(subject.name)
        subject.progress = lane
        subject.extract()


def _in_turn(jobs, lane, measured):
    for job in jobs:
        lane.begin(job.title, job.cell.method)
        job.subject.progress = lane
        lane.done(*perform(job))
        measured()
