"""The whole application for a number of frames, then the heap at both ends. For the firmware.

As a script: frame_loop_work.py FOLDER FIRST LAST. FOLDER holds settings.json and the model; after frame FIRST and after
frame LAST the heap is collected and looked at, then the process ends. Prints both as JSON.
"""

import asyncio
import gc
import json
import sys

from camera_firmware import settings
from camera_firmware.main import Application


class Watch:
    """In place of the pipeline's `process`: counts frames that were classified."""

    def __init__(self, application, first, last):
        self.free, self.heap = [], []  # bytes free, and bytes altogether
        self._process = application.pipeline.process
        self._metrics = application.metrics_
        self._marks = [first, last]

    def process(self, length, time_ms):
        self._process(length, time_ms)
        if self._metrics.value("frames") == self._marks[len(self.free)]:
            gc.collect()
            self.free.append(gc.mem_free())
            self.heap.append(gc.mem_free() + gc.mem_alloc())
            if len(self.free) == len(self._marks):
                counts = {name: self._metrics.value(name) for name in ("frames", "frames_broken", "source_errors", "task_restarts")}
                print(json.dumps({"counts": counts, "free": self.free, "heap": self.heap}))
                sys.exit()


def main(folder, first, last):
    application = Application(settings.load(folder + "/settings.json"), folder)
    application.pipeline.process = Watch(application, int(first), int(last)).process
    asyncio.run(application.run())


main(*sys.argv[1:])
