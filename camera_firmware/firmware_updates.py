"""Signed firmware: received in pieces, checked beside the firmware in use, then started in its place on trial.

The trial is judged by the new firmware itself: it is confirmed when it has lasted for `settle_s`, has classified, and no task
of it has ended by an error. Until then the one before returns by itself, see firmware_start.
"""

from camera_firmware import disk, firmware_file
from camera_firmware.firmware_start import examiner, firmware_slots
from camera_firmware.firmware_verdict import verdict
from camera_firmware.portable import const
from camera_firmware.reasons import reason
from camera_firmware.slots import entry, hexadecimal, said
from camera_firmware.upload import FIRMWARE_FILE, Upload
from contract import api, update

_PATIENCE = const(10)  # times settle_s: so long a trial waits for the first frame
_CHECK_S = const(60)  # where there is no watchdog
_WITHDRAWN = "it was withdrawn"


class FirmwareUpdates:
    """`settings` is the section "update", `process` a firmware_process.Process, `verify` sign.verify.

    `restart_wanted`: this process is to make way for another firmware. `others`: the SignedUpdates of models.
    """

    def __init__(self, directory, settings, process, verify, log):
        self.restart_wanted = False
        self.others = None
        self._directory = directory
        self._settings = settings
        self._process = process
        self._log = log
        self._slots = firmware_slots(directory, settings, process.product, verify, log)
        examine = examiner(settings, process.product, update.FIRMWARE, api.MAX_FIRMWARE_BYTES, verify)
        self._upload = Upload(directory, lambda data: examine(data, self._slots["floor"]), FIRMWARE_FILE)
        self._new = directory + "/" + firmware_file.NEW
        self._check = None  # (Header, number of the process) while one is checked
        self._seconds = self._frames = 0  # of this life
        self._running = {"sequence": None, "sha256": None}

    def start(self):
        """Reads the disk."""
        slots = self._slots
        slots.open()
        self._upload.restore()
        disk.remove(self._new)
        slot = self._process.slot
        if slot and slots[slot]:
            try:
                header = slots.header(slot)
                self._running = {"sequence": header.sequence, "sha256": hexadecimal(header.sha256)}
            except (OSError, update.UpdateError) as error:
                self._log.error("firmware", "the slot of what runs cannot be read: %s" % _sentence(error))

    @property
    def on_trial(self):
        """Whether the firmware that runs is the one on trial."""
        return self._process.slot is not None and self._process.slot == self._slots["trial"]

    @property
    def busy(self):
        return self._check is not None or self._slots["trial"] is not None or self.restart_wanted

    # Updates from outside.

    def put(self, offset, piece):
        """A piece of an update; see contract.api. Raises UpdateError, OSError: what runs stays."""
        if self.busy or self.others.trying:
            raise update.UpdateError("update_busy", "another update is on trial: wait for the outcome, or withdraw it")
        complete = self._upload.put(offset, piece)
        if offset == 0:
            self.others.let_go()
        if complete:
            self._complete()

    def let_go(self):
        """Of what was received."""
        self._upload.discard()

    def _complete(self):
        header = self._upload.header
        try:
            firmware_file.unpack(self._upload.path, self._new, header)
            if firmware_file.machine(self._new) != self._process.machine:
                raise update.UpdateError("firmware_format", "this is no executable for a camera of the kind %s" % self._process.machine)
        except update.UpdateError:
            self._discard()
            raise
        except OSError:
            disk.remove(self._new)
            self._upload.restore()  # what was synced of it
            raise
        try:
            number = self._process.check(self._new, self._directory, self._settings["watchdog_s"] or _CHECK_S)
        except OSError as error:
            self._discard()
            raise update.UpdateError("firmware_start", "it cannot be started from this camera's disk: %s" % reason(error))
        self._upload.discard()
        self._check = header, number
        self._log.info("firmware", "number %d is here and is checked" % header.sequence)

    def _discard(self):
        self._upload.discard()
        disk.remove(self._new)

    def cancel(self):
        """Lets go of what was received, or ends the trial."""
        if self._check:
            self._process.end_check(self._check[1])
            self._reject(_WITHDRAWN)
        elif self._slots["trial"]:
            self.give_up(_WITHDRAWN)
        else:
            self._upload.discard()

    def state(self):
        """What the control API says, see contract.api."""
        trying = self._check or self._slots["trial"]
        progress = {"frames": self._frames, "seconds": self._seconds, "of": self._settings["settle_s"]} if trying else None
        answer = said(self._slots, self._upload, progress)
        if self._check:
            answer.update(entry(self._check[0]), state=api.TRIAL, reason=None)
        return answer

    def status(self):
        """The same and which firmware runs, for the status."""
        return dict(self.state(), running=self._running, machine=self._process.machine, product=self._process.product)

    # The check, the trial.

    def tick(self, now_ms, frames, crashes):
        """About once a second: time since the start, frames classified and tasks that ended by an error since then."""
        if self._check:
            status = self._process.checked(self._check[1])
            if status is not None:
                self._checked(verdict(status))
        elif self.on_trial and not self.restart_wanted:
            self._seconds, self._frames = now_ms // 1000, frames
            self._judge(now_ms, crashes)

    def _checked(self, why):
        header = self._check[0]
        if why:
            self._reject(why)
            return
        try:
            self._slots.put(self._new, header, firmware_file.digest(self._process.base))
        except OSError as error:
            self._reject("it cannot be stored: %s" % reason(error))
            return
        self._check = None
        self._log.info("firmware", "number %d is on trial, this one makes way" % header.sequence)
        self.others.forgive()
        self.restart_wanted = True

    def _reject(self, why):
        header, self._check = self._check[0], None
        self._log.error("firmware", "number %d is given up: %s" % (header.sequence, why))
        disk.remove(self._new)
        self._kept(self._slots.reject, header, why)

    def _judge(self, now_ms, crashes):
        settle_s = self._settings["settle_s"]
        if crashes:
            self.give_up("a task of it ended by an error, the camera's log says which")
        elif self._frames and now_ms >= 1000 * settle_s:
            if self._kept(self._slots.confirm, 0):
                self._log.info("firmware", "number %d is confirmed" % self._running["sequence"])
        elif now_ms >= 1000 * settle_s * _PATIENCE:
            self.give_up("it has classified no frame in %d s" % (settle_s * _PATIENCE))

    def give_up(self, why):
        """The firmware before returns."""
        sequence = self._slots[self._slots["trial"]]["sequence"]
        if self._kept(self._slots.give_up_trial, why):
            self._log.error("firmware", "number %d is given up: %s" % (sequence, why))
            self.restart_wanted = True

    def settled(self):
        """This life has lasted, or ends in order."""
        slots = self._slots
        if slots["boots"] and self._process.slot == slots["good"]:
            self._kept(lambda: slots.save(boots=0))

    def make_way(self):
        """The packaged firmware takes this process's place, to choose anew. Raises OSError if it cannot."""
        self._process.become(self._process.base)

    def _kept(self, change, *arguments):
        """Whether `change` reached the disk."""
        try:
            change(*arguments)
        except OSError as error:
            self._log.repeated("firmware", "firmware.json cannot be written: %s" % reason(error))
            return False
        return True


def _sentence(error):
    return reason(error) if isinstance(error, OSError) else str(error)
