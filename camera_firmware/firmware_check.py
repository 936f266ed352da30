"""What a new firmware is asked before it is tried: whether it starts, takes the camera's settings and runs its model."""

import sys

import nn
import sign

from camera_firmware import __version__
from camera_firmware.clock import Monotonic
from camera_firmware.firmware_verdict import CHECKED, MODEL_REFUSED
from camera_firmware.log import Log
from camera_firmware.metrics import Metrics
from camera_firmware.signed_updates import SignedUpdates
from contract.errors import DoorlensError


def check(settings, directory):
    """The exit status. Reads the disk and writes nothing; one line on stderr says what was found."""
    log = Log("warning", Monotonic())
    try:
        model = SignedUpdates(directory, settings["update"], sign.verify, nn, log, Metrics()).examine()
    except (DoorlensError, OSError, MemoryError) as error:
        sys.stderr.write("doorlens-camera %s: the model in use is refused: %s\n" % (__version__, error))
        return MODEL_REFUSED
    sys.stderr.write("doorlens-camera %s: can be tried, %s\n" % (
        __version__, "there is no model" if model is None else "its model is number %d" % model))
    return CHECKED
