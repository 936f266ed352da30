"""Models on a camera without a public key: checked before they are stored, stored before they are used, the last one kept."""

import binascii
import hashlib

from camera_firmware import disk
from camera_firmware.no_firmware import NoFirmware
from contract import api, durable, update
from contract import model as model_file

CURRENT = "model.safetensors"
PREVIOUS = "model.previous.safetensors"
_NEW = "model.new.safetensors"  # complete and synced, about to be renamed


def check(buffer, nn):
    """(Model, network) of a file that passed every check and its self-test. Raises ModelError."""
    model = model_file.parse(buffer)
    try:
        network = model_file.build(model, nn)
    except MemoryError:
        raise model_file.ModelError("model_value", "the network needs more memory than this camera has")
    model_file.self_test(model, network)
    return model, network


def digest(buffer):
    return binascii.hexlify(hashlib.sha256(buffer).digest()).decode()


class Unsigned:
    """In place of signed_updates.SignedUpdates on a camera without a public key: models are taken as they come."""

    WARNING = "unsigned models are accepted, because no public key is set (update.key): for development only"
    signed = False
    safe_mode = None
    restart_wanted = False
    firmware = NoFirmware()

    def of(self, kind):
        return self

    def state(self):
        return {"state": api.NONE, "have": 0, "digest": None, "sequence": None, "reason": None, "floor": 1, "trial": None}

    def put(self, offset, piece):
        raise update.UpdateError("update_key", "this camera has no public key: set update.key, see `doorlens keys`")

    def cancel(self):
        pass

    def settled(self):
        pass

    def attach(self, make_stage, use):
        pass

    def status(self):
        return dict(self.state(), key=None, product=None, warning=self.WARNING)


class ModelStore:
    """The two files in `directory`."""

    def __init__(self, directory, nn, log):
        self._directory = directory
        self._nn = nn
        self._log = log
        self._current_is_good = False  # a file that was refused never becomes the previous one

    def _path(self, name):
        return self._directory + "/" + name

    def load(self):
        """(Model, network, digest) of the current file or, if it is no good, the previous; else None."""
        for name in (CURRENT, PREVIOUS):
            try:
                buffer = disk.whole(self._path(name))
            except OSError:
                continue
            try:
                model, network = check(buffer, self._nn)
            except (model_file.ModelError, MemoryError) as error:
                self._log.error("model", "%s is refused: %s" % (name, error))
                continue
            self._current_is_good = name == CURRENT
            return model, network, digest(buffer)
        return None

    def install(self, buffer):
        """Checks a new file (bytes-like, kept), stores it and returns (Model, network, digest).

        Raises ModelError if it must be refused and OSError if the disk does not take it; the
        model in use stays where it was in both cases.
        """
        model, network = check(buffer, self._nn)
        durable.write(self._path(_NEW), buffer)
        if self._current_is_good:
            durable.rename(self._path(CURRENT), self._path(PREVIOUS))  # a power cut here: load takes this one
        durable.rename(self._path(_NEW), self._path(CURRENT))
        self._current_is_good = True
        return model, network, digest(buffer)
