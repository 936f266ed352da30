"""Signed models: received in pieces, checked, tried beside the model in use, then confirmed or given up."""

import gc
from binascii import unhexlify

from camera_firmware import starts
from camera_firmware.reasons import reason
from camera_firmware.shadow import TOO_MUCH_MEMORY, Shadow
from camera_firmware.no_firmware import NoFirmware
from camera_firmware.slots import Slots, hexadecimal, said
from camera_firmware.trial import Trial
from camera_firmware.updates import check
from camera_firmware.upload import Upload
from contract import api, update
from contract.model import ModelError

_REFUSALS = (OSError, MemoryError, update.UpdateError, ModelError)
_WITHDRAWN = "it was withdrawn"


class SignedUpdates:
    """`settings` is the section "update"; `verify` is sign.verify, `nn` the C module.

    After `start`: `stored`, (Model, network, digest) of the model in use or None, and `safe_mode`, why there is none to be
    used in this life, or None. `firmware`: the FirmwareUpdates of this camera.
    """

    signed = True

    def __init__(self, directory, settings, verify, nn, log, metrics, firmware=None):
        self.stored = None
        self.safe_mode = None
        self.firmware = firmware or NoFirmware()
        self.firmware.others = self
        self._safe_mode_ends = False
        self._settings = settings
        self._keys = [unhexlify(settings["key"])]
        self._verify = verify
        self._nn = nn
        self._log = log
        self._metrics = metrics
        self._slots = Slots(directory, lambda data: self._examine(data, 1), log)
        self._upload = Upload(directory, lambda data: self._examine(data, self._slots["floor"]))
        self._tried = None  # (Header, stored) of the model on trial
        self._shadow = None
        self._make_stage = self._use = None
        self._serving = False  # a model is in use, not only said to be

    def _examine(self, data, floor):
        return update.check(data, update.MODEL, self._settings["product"], self._keys, floor, api.MAX_MODEL_BYTES, self._verify)

    def start(self):
        """Reads the disk and decides what this life is."""
        self._slots.open()
        self._upload.restore()
        self.firmware.start()
        if self.firmware.on_trial:
            self._open_for_trial()
            return
        try:
            self.safe_mode = starts.count(self._slots, self._settings["settle_s"], self._log)
        except OSError as error:
            self._log.error("update", "this start cannot be counted: %s" % reason(error))
        if not self.safe_mode:
            self._open_good()
            self._open_trial()

    def _open_for_trial(self):
        """The firmware is on trial: its starts say nothing about the models, and what it refuses is not given up."""
        try:
            self.examine()
        except _REFUSALS as error:
            self.firmware.give_up("it cannot use the model that is in use: " + _sentence(error))

    def examine(self):
        """Opens the model in use, if there is one, as `stored`; the disk stays as it is. Its number or None.

        Raises OSError, MemoryError, UpdateError, ModelError.
        """
        self._slots.open()
        if not self._slots["good"]:
            return None
        self.stored = self._open(self._slots["good"])[1]
        return self.stored[0].sequence

    @property
    def restart_wanted(self):
        """This process is to end and to be started anew: an update has ended the safe mode, or brought other firmware."""
        return self._safe_mode_ends or self.firmware.restart_wanted

    @property
    def trying(self):
        """Whether a model is on trial, or will be after the next start."""
        return self._slots["trial"] is not None

    def of(self, kind):
        """The updates of one of api.UPDATE_KINDS."""
        return self if kind == "model" else self.firmware

    def forgive(self):
        """Starts that did not last are no longer held against the model: other firmware begins."""
        if self._slots["boots"]:
            self._kept(lambda: self._slots.save(boots=0))

    def handed_over(self):
        """`stored`, which is not kept here: the memory of a model that is no longer in use must come free."""
        stored, self.stored = self.stored, None
        self._serving = stored is not None
        return stored

    def settled(self):
        """This life has lasted, or ends in order."""
        self._kept(starts.settled, self._slots)
        self.firmware.settled()

    def once_more(self):
        """The next life is not in safe mode."""
        self._kept(starts.once_more, self._slots)

    def _kept(self, change, *arguments):
        """Whether `change` reached the disk."""
        try:
            change(*arguments)
        except OSError as error:
            self._log.repeated("update", "slots.json cannot be written: %s" % reason(error))
            return False
        return True

    def _open_good(self):
        slots = self._slots
        while slots["good"]:
            slot = slots["good"]
            try:
                self.stored = self._open(slot)[1]
                return
            except _REFUSALS as error:
                why = "its file cannot be used: " + _sentence(error)
                self._log.error("update", "slot %s: %s" % (slot, why))
            if not slots.fallback() or not self._kept(slots.give_up_good, why):
                return

    def _open_trial(self):
        slot = self._slots["trial"]
        if slot:
            try:
                self._tried = self._open(slot)
            except _REFUSALS as error:
                self._give_up("its file cannot be used: " + _sentence(error))

    def _open(self, slot):
        """(Header, (Model, network, digest)) of a slot, checked."""
        gc.collect()
        header, buffer = self._slots.read(slot)
        return header, self._checked(header, buffer)

    def _checked(self, header, buffer):
        content = memoryview(buffer)[update.HEADER_BYTES:]
        update.check_content(header, content)
        model, network = check(content, self._nn)
        return model, network, hexadecimal(header.sha256)

    # Updates from outside.

    def put(self, offset, piece):
        """A piece of an update; see contract.api. Raises UpdateError, ModelError, OSError: what was in use stays."""
        if self._slots["trial"] or self.firmware.busy or self.restart_wanted:
            raise update.UpdateError("update_busy", "an update is on trial: wait for the outcome, or withdraw it")
        complete = self._upload.put(offset, piece)
        if offset == 0:
            self.firmware.let_go()
        if complete:
            self._complete()

    def let_go(self):
        """Of what was received."""
        self._upload.discard()

    def _complete(self):
        header = self._upload.header
        try:
            gc.collect()
            tried = header, self._checked(header, self._upload.whole())
        except (MemoryError, update.UpdateError, ModelError) as error:
            self._upload.discard()
            self._metrics.count("models_refused")
            if isinstance(error, MemoryError):
                raise ModelError("model_value", "the model needs more memory than this camera has")
            raise
        try:
            self._slots.take(self._upload.path, header, bool(self.safe_mode))
        finally:
            self._upload.restore()  # gone where it was moved away
        self._log.info("update", "number %d is on trial" % header.sequence)
        if self.safe_mode:
            self._safe_mode_ends = True
        else:
            self._tried = tried
            self._begin()

    def cancel(self):
        """Lets go of what was received, or ends the trial."""
        if self._slots["trial"]:
            self._give_up(_WITHDRAWN)
        else:
            self._upload.discard()

    def state(self):
        """What the control API says, see contract.api."""
        return said(self._slots, self._upload, self._progress())

    def status(self):
        """The same and what the settings say, for the status."""
        return dict(self.state(), key=hexadecimal(update.key_id(self._keys[0])), product=self._settings["product"], warning=None,
                    firmware=self.firmware.status())

    # The trial.

    def attach(self, make_stage, use):
        """`make_stage(stored)` makes an inference.Inference, `use(stage)` lets it take over."""
        self._make_stage, self._use = make_stage, use
        if self._tried:
            self._begin()

    def _begin(self):
        header, stored = self._tried
        settings = self._settings
        trial = Trial(settings["trial_frames"], settings["min_agreement"], settings["max_latency_ms"],
                      header.compared and self._serving)
        try:
            self._shadow = Shadow(self._make_stage(stored), trial)
        except MemoryError:
            self._give_up(TOO_MUCH_MEMORY)

    def _progress(self):
        if not self._slots["trial"]:
            return None
        wanted = self._settings["trial_frames"]
        if not self._shadow:
            return {"frames": 0, "of": wanted, "compared": 0, "agreed": 0}
        trial = self._shadow.trial
        return {"frames": trial.frames, "of": wanted, "compared": trial.compared, "agreed": trial.agreed}

    def look(self, jpeg, length, verdict):
        """A frame that the model in use has classified as `verdict`."""
        if self._shadow:
            outcome = self._shadow.look(jpeg, length, verdict)
            if outcome:
                self._give_up(outcome)
            elif outcome is not None:
                self._confirm()

    def out_of_memory(self):
        """A frame could not be classified for lack of memory."""
        if self._shadow:
            self._give_up(TOO_MUCH_MEMORY)

    def _confirm(self):
        if self._kept(self._slots.confirm):  # otherwise the next frame asks again
            header, stage = self._tried[0], self._shadow.stage
            self._tried = self._shadow = None
            self._serving = True
            self._metrics.count("models_installed")
            self._log.info("update", "number %d is confirmed" % header.sequence)
            self._use(stage)

    def _give_up(self, why):
        slots = self._slots
        had_none, sequence = slots["good"] is None, slots[slots["trial"]]["sequence"]
        if not self._kept(slots.give_up_trial, why):
            return  # it goes on; the next frame or start asks again
        self._tried = self._shadow = None
        gc.collect()
        self._metrics.count("models_rejected")
        self._log.error("update", "number %d is given up: %s" % (sequence, why))
        if had_none and slots["good"]:
            self._open_good()
            if self._use and self.stored:
                self._use(self._make_stage(self.handed_over()))


def _sentence(error):
    if isinstance(error, OSError):
        return reason(error)
    return "there is not enough memory" if isinstance(error, MemoryError) else str(error)
