"""Projects to test on, by one process and by several."""

import multiprocessing
from pathlib import Path

from PIL import Image

from annotation.index import Index
from annotation.session import Session

ROOT = Path(__file__).resolve().parents[2]
STATES = ["closed", "open"]
FIRST_MS = 1772360430500  # 2026-03-01T10:20:30.500Z


def frame_path(number):
    return "frames/lobby/2026-03-01/0badcafe-%08d.jpg" % number


def make_project(folder, frames, pictures=False):
    """An index of `frames` frames, a minute apart, none labelled; a plain picture each if asked."""
    index = Index.open(folder, STATES)
    for number in range(frames):
        index.add(frame_path(number), FIRST_MS + 60000 * number, "lobby")
        if pictures:
            file = index.file(frame_path(number))
            file.parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (320, 180), (200, 20 * number % 256, 90)).save(file)
    index.save()
    return index


def open_session(project, **options):
    return Session(Index.open(project, STATES), "ada", **options)


def label_on_disk(project, number):
    return Index.open(project, STATES).entries[frame_path(number)].label


def at_once(method, calls):
    """Runs (function, argument, ...) each in a process of its own, all at the same time; `method` is how they start."""
    context = multiprocessing.get_context(method)
    workers = [context.Process(target=function, args=arguments) for function, *arguments in calls]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * len(workers)
