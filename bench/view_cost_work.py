"""Checks of the view in the built firmware, each between two marks of the counter.

As a script: view_cost_work.py PICTURE REFERENCE CHECKS. PICTURE is a JPEG, REFERENCE the edges of its surroundings, made
with REGION. Slot 0 is around nothing, 1 around a check, 2 around the decoding that it contains, 3 around a frame without one.
"""

import gc
import sys

import frame
import imgprep
import ujpeg

from camera_firmware.inference import Looker, Modules
from camera_firmware.view import EVERY_MS, View
from contract.preprocess import REGION_UNIT
from contract.view import SIDE

REGION = [3100, 3000, 6900, 8000]
_START, _STOP = 0x044C0000, 0x044C8000  # sdk/counter/counter.h


class Known:
    """In place of a contract.model.Model and its View."""

    region = REGION

    def __init__(self, reference):
        self.view, self.references, self.focus, self.lowest_peak = self, [reference], 1, 3000


class Stage:
    verdict = reason = None


class Quiet:
    def info(self, *_):
        pass

    repeated = recovered = warning = info


def mark(descriptor):
    open(descriptor).close()


def main(picture, reference, checks):
    jpeg, modules, stage, now = open(picture, "rb").read(), Modules(frame, ujpeg), Stage(), 0
    looker = Looker(modules, None, SIDE, SIDE, 1, [0, 0, REGION_UNIT, REGION_UNIT], len(jpeg))
    view = View(modules, imgprep, len(jpeg), True, Quiet())
    view.use(Known(open(reference, "rb").read()), 0)
    looker.look(jpeg, len(jpeg), None)
    view.look(jpeg, len(jpeg), None, now)
    for _ in range(int(checks)):
        now += EVERY_MS
        gc.collect()
        gc.disable()
        for slot in range(4):
            mark(_START + slot)
            if slot == 1:
                if view.due(now, False):
                    view.look(jpeg, len(jpeg), None, now)
                view.reason_for(stage)
            elif slot == 2:
                looker.look(jpeg, len(jpeg), None)
            elif slot == 3:
                if view.due(now, False):
                    view.look(jpeg, len(jpeg), None, now)
                view.reason_for(stage)
            mark(_STOP + slot)
        gc.enable()
    print(view.checks, view.peak, view.reason)


main(*sys.argv[1:])
