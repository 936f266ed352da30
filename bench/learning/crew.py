"""Several jobs at a time, each in its own process: two trainings with one thread get more done than one with two."""

import multiprocessing
import os
import signal
import threading
from multiprocessing import connection

import torch

from bench.errors import BenchError
from bench.learning.job import perform
from training.progress import Silent

_PATIENCE_S = 10  # for a process that was told to end


def work(jobs, lanes, measured):
    """Perform `jobs` (bench.learning.job.Job) in as many processes as there are `lanes`, in order.

    measured() is called after every one. No process outlives this call, however it ends. Raises BenchError if one
    of them ends before its time.
    """
    waiting, crew = list(jobs), _start(lanes[:len(jobs)])
    try:
        for worker in crew.values():
            worker.take(waiting.pop(0))
        while any(worker.job for worker in crew.values()):
            for ready in connection.wait([pipe for pipe, worker in crew.items() if worker.job]):
                if crew[ready].hear():
                    measured()
                    if waiting:
                        crew[ready].take(waiting.pop(0))
    finally:
        for worker in crew.values():
            worker.end()


def _start(lanes):
    """{this side's end of the pipe: _Worker}"""
    context = multiprocessing.get_context("spawn")
    # Ctrl-C goes to the whole process group; only this process shall act on it, and the others inherit "ignore".
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        crew = {}
        for lane in lanes:
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs,), daemon=True)
            process.start()
            theirs.close()
            crew[ours] = _Worker(process, ours, lane)
        return crew
    finally:
        signal.signal(signal.SIGINT, before)


class _Worker:
    """One process, seen from outside. `job`: what it is at, None when idle."""

    def __init__(self, process, pipe, lane):
        self._process, self._pipe, self._lane, self.job = process, pipe, lane, None

    def take(self, job):
        self.job = job
        self._lane.begin(job.title, job.cell.method)
        try:
            self._pipe.send(job)
        except BrokenPipeError:
            self._ended()

    def hear(self):
        """Handle one message; True if the job is done."""
        try:
            what, *words = self._pipe.recv()
        except (EOFError, ConnectionResetError):
            self._ended()
        getattr(self._lane, what)(*words)
        if what == "done":
            self.job = None
        return self.job is None

    def _ended(self):
        self._process.join(_PATIENCE_S)
        raise BenchError(f"{self.job.title}: its process ended with exit status {self._process.exitcode}; "
                         "what was measured is kept, the same command goes on")

    def end(self):
        self._process.terminate()
        self._process.join(_PATIENCE_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


class _Remote(Silent):
    """Sends what a job says to the lane on the other side."""

    def __init__(self, pipe):
        self._pipe = pipe

    def stage(self, name, total):
        self._pipe.send(("stage", name, total))

    def advance(self, n=1, **figures):
        self._pipe.send(("advance", n))

    def say(self, text):
        self._pipe.send(("say", text))


def _serve(pipe):
    """A process: perform what comes, until it is ended."""
    threading.Thread(target=_end_with, args=(multiprocessing.parent_process().sentinel,), daemon=True).start()
    subject = None
    while True:
        job = pipe.recv()
        subject = subject if subject and subject.like(job.subject) else job.subject
        subject.progress = _Remote(pipe)
        torch.set_num_threads(subject.config.threads)
        pipe.send(("done", *perform(job.on(subject))))


def _end_with(parent):
    """When the parent is gone, killed perhaps, so is this process."""
    connection.wait([parent])
    os._exit(1)
