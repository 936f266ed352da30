"""The frame loop's hot path with the heap locked: from a file's bytes to the smoother. For the firmware.

As a script: hot_path_work.py FOLDER ROUNDS PICTURE... FOLDER holds settings.json and the model; prints as JSON what the
smoother came to hold after each picture of the last round, and the heap before and after all rounds.
"""

import gc
import json
import sys

import micropython

from camera_firmware import settings
from camera_firmware.main import Application


def look(pipeline, file, buffer):
    """True if what is published changes. Nothing in here may allocate."""
    file.seek(0)
    return pipeline.classify(file.readinto(buffer), None)


def round_of(pipeline, files, held):
    """Every picture three times; `held` receives the smoother's states."""
    buffer = pipeline.source.frame.buffer
    for i in range(len(files)):
        micropython.heap_lock()
        try:
            for _ in range(3):
                look(pipeline, files[i], buffer)
        finally:
            micropython.heap_unlock()
        held[i] = pipeline.smoother.state


def heap_free():
    gc.collect()
    return gc.mem_free()


def main(folder, rounds, *names):
    application = Application(settings.load(folder + "/settings.json"), folder)
    pipeline = application.pipeline
    buffer = pipeline.source.frame.buffer
    files = [open(folder + "/" + name, "rb") for name in names]
    held = [None] * len(files)
    look(pipeline, files[0], buffer)  # makes the classifier for this size
    free = [0, 0]
    for i in range(2):  # the same way to both measurements, so that what the collector finds on the stack is the same
        for _ in range(int(rounds) if i else 1):
            round_of(pipeline, files, held)
        free[i] = heap_free()
    frames = application.metrics_.value("frames")
    print(json.dumps({"held": held, "frames": frames, "before": free[0], "after": free[1]}))


main(*sys.argv[1:])
