"""What the packaged executable does first: it makes way for a signed firmware, if there is one that is to run.

A firmware that was started three times without being confirmed, or later three times without lasting, is not started again:
the one before returns, at last the packaged one. So does it if another package was installed since.
"""

from binascii import unhexlify

from camera_firmware import firmware_file
from camera_firmware.firmware_slots import FirmwareSlots
from camera_firmware.portable import const
from camera_firmware.reasons import reason
from camera_firmware.slots import Slots, hexadecimal
from contract import api, update

_STARTS = const(3)


def examiner(settings, product, kind, largest, verify):
    """The function that Slots want; settings: the section "update"."""
    keys = [unhexlify(settings["key"])]
    return lambda data, floor=1: update.check(data, kind, product, keys, floor, largest, verify)


def firmware_slots(directory, settings, product, verify, log):
    return FirmwareSlots(directory, examiner(settings, product, update.FIRMWARE, api.MAX_FIRMWARE_BYTES, verify), log)


def choose(directory, settings, process, verify, log):
    """Does not return if another firmware is to run and does. settings: the section "update"."""
    if process.slot or not settings["key"]:
        return
    slots = firmware_slots(directory, settings, process.product, verify, log)
    slots.open()
    try:
        _Choice(directory, settings, slots, process, verify, log).run()
    except OSError as error:  # what cannot be counted is not started
        log.error("firmware", "the packaged one runs: %s" % reason(error))


class _Choice:
    def __init__(self, directory, settings, slots, process, verify, log):
        self._directory, self._settings, self._verify = directory, settings, verify
        self._slots, self._process, self._log = slots, process, log

    def run(self):
        slots = self._slots
        if (slots["trial"] or slots["good"]) and self._other_package():
            self._log.warning("firmware", "number %d is given up: another package was installed" % self._entry()["sequence"])
            slots.give_up_all()
        while slots["trial"] or slots["good"]:
            why = self._too_often() or self._start()
            self._give_up(why)

    def _entry(self):
        return self._slots[self._slots["trial"] or self._slots["good"]]

    def _other_package(self):
        return hexadecimal(firmware_file.digest(self._process.base)) != self._slots["base"]

    def _too_often(self):
        slots = self._slots
        if slots["trial"]:
            return "it was started %d times and never confirmed" % _STARTS if slots["trial_boots"] >= _STARTS else None
        if slots["boots"] >= _STARTS:
            return "%d starts in a row lasted less than %d s" % (_STARTS, self._settings["settle_s"])
        return None

    def _start(self):
        """Why the one that is to run cannot."""
        slots = self._slots
        slot = slots["trial"] or slots["good"]
        path = slots.path(slot)
        try:
            slots.read(slot)
            self._process.permit(path)
        except (OSError, update.UpdateError) as error:
            return "its file cannot be used: %s" % (reason(error) if isinstance(error, OSError) else error)
        if slots["trial"]:
            slots.save(trial_boots=slots["trial_boots"] + 1)
        else:
            slots.save(boots=slots["boots"] + 1)
        self._log.info("firmware", "number %d is started" % slots[slot]["sequence"])
        try:
            self._process.become(path, slot)
        except OSError as error:
            return "it cannot be started from this disk: %s" % reason(error)

    def _give_up(self, why):
        slots = self._slots
        self._log.error("firmware", "number %d is given up: %s" % (self._entry()["sequence"], why))
        self._forgive_the_model()
        if slots["trial"]:
            slots.give_up_trial(why)
        else:
            slots.give_up_good(why)

    def _forgive_the_model(self):
        """Short starts were perhaps the firmware's fault: they are counted anew."""
        product = self._settings["product"]
        models = Slots(self._directory, examiner(self._settings, product, update.MODEL, api.MAX_MODEL_BYTES, self._verify), self._log)
        models.open()
        if models["boots"]:
            models.save(boots=0)
