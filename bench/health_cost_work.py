"""Counting frames and answering scrapes in the built firmware, each between two marks of the counter.

As a script: health_cost_work.py FOLDER ROUNDS. FOLDER holds settings.json and picture.jpg. Slot 0 is around nothing, the others in
the order of bench.health_cost.WORDS. Prints the heap that counting a frame takes.
"""

import gc
import sys

from camera_firmware import settings
from camera_firmware.main import Application
from camera_firmware.portable import ticks_us, us_since

_START, _STOP = 0x044C0000, 0x044C8000  # sdk/counter/counter.h


def mark(descriptor):
    open(descriptor).close()


def around(slot, function):
    gc.collect()
    gc.disable()
    mark(_START + slot)
    function()
    mark(_STOP + slot)
    gc.enable()


def main(folder, rounds):
    application = Application(settings.load(folder + "/settings.json"), folder)
    log, metrics, looker = application.log, application.metrics_, application.pipeline.stage.looker
    log._write = len
    application.pipeline.publish()
    with open(folder + "/picture.jpg", "rb") as file:
        length = file.readinto(application.source.frame.buffer)
    for i in range(3):
        application.pipeline.process(length, 1772360430500 + 1000 * i)
    number = [0]

    def frame():
        metrics.took(us_since(ticks_us()) + 12345, looker.decode_us, 1500)

    def scrape():
        "".join(list(application.health()))

    def line():
        number[0] += 1
        log.info("main", "a line of the log, %d" % number[0])

    def again():
        log.repeated("frame", "the picture is damaged")

    again()
    for _ in range(int(rounds)):
        around(0, lambda: None)
        around(1, frame)
        around(2, scrape)
        families = iter(application.health())
        for _ in range(1000):
            gc.collect()
            gc.disable()
            mark(_START + 3)
            text = next(families, None)
            mark(_STOP + 3)
            gc.enable()
            if text is None:
                break
        around(4, application.status)
        around(5, line)
        around(6, again)
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    for _ in range(100):
        frame()
    print((gc.mem_alloc() - before) // 100)


main(*sys.argv[1:])
