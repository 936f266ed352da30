"""Lives of a camera's firmware updates on the host: the firmware's own Python; only the change of executables is played.

An executable of these tests is an ELF header, what it does, and filler: it is never run.
"""

import hashlib
import struct
from pathlib import Path

from signed_camera import KEY, digest
from signed_firmware import firmware
from update_lives import Life, Silent, given, installed

from camera_firmware.firmware_start import choose
from camera_firmware.firmware_updates import FirmwareUpdates
from camera_firmware.firmware_verdict import CHECKED, MODEL_REFUSED
from contract import api, update
from host_tools import keys

WORKS, CRASHES, CLASSIFIES_NOTHING, REFUSES_THE_MODEL, HANGS_AT_ONCE = b"works", b"crash", b"blind", b"model", b"hangs"
_CHECKS = {REFUSES_THE_MODEL: MODEL_REFUSED, HANGS_AT_ONCE: -14}
_HEAD = struct.pack("<4s14xH", b"\x7fELF", 62)
SETTLE_MS = 60000


def image(number, does=WORKS, size=150000):
    """The executable number `number`."""
    filler = hashlib.shake_256(b"%d" % number).digest(size - len(_HEAD) - 9)
    return _HEAD + does + struct.pack("<I", number) + filler


def signed(number, does=WORKS, size=150000, key=KEY):
    return firmware(number, image(number, does, size), key=key)


class Became(Exception):
    """The process is another executable now."""

    def __init__(self, path, slot):
        super().__init__(path)
        self.path, self.slot = path, slot


class PlayedProcess:
    """In place of firmware_process.Process; the packaged executable is the file `package` beside the camera's folder."""

    machine, product = "x86_64", update.firmware_product("x86_64")

    def __init__(self, folder, slot=None):
        self.base, self.slot = str(Path(folder).parent / "package"), slot
        self.startable = True

    def become(self, path, slot=None):
        raise Became(path, slot)

    def check(self, path, directory, seconds):
        self._does = _does(Path(path).read_bytes())
        return 1

    def checked(self, number):
        return _CHECKS.get(self._does, CHECKED)

    def permit(self, path):
        pass

    def end_check(self, number):
        pass


def _does(data):
    return data[len(_HEAD):len(_HEAD) + 5]


class FirmwareLife:
    """From a start to an end. `runs`: number of the signed firmware that runs, None for the packaged one; `model`: of the
    model in use; `crashed`: it ended by itself at once. Raises AssertionError if what is started is not what was signed.
    """

    def __init__(self, folder):
        self.folder, self.log, self.crashed, self.runs, self._does = Path(folder), Silent(), False, None, WORKS
        process = PlayedProcess(folder)
        try:
            choose(str(folder), given(), process, keys.verify, self.log)
        except Became as became:
            process = PlayedProcess(folder, became.slot)
            self._begin(Path(became.path).read_bytes())
        if self.crashed:
            return
        self.firmware = FirmwareUpdates(str(folder), given(), process, keys.verify, self.log)
        self.life = Life(folder, self.firmware)
        self.model, self.safe_mode = self.life.use, self.life.safe_mode

    def _begin(self, data):
        head, content = data[-update.HEADER_BYTES:], data[:-update.HEADER_BYTES]
        header = update.check_signature(head, [KEY.public], keys.verify)
        update.check_content(header, content)
        self.runs, self._does = struct.unpack_from("<I", content, len(_HEAD) + 5)[0], _does(content)
        self.crashed = self._does == CRASHES

    def push(self, data, piece):
        """As a host does: goes on where the camera is; an update that arrived before is not sent again."""
        state = self.firmware.state()
        if state["digest"] == digest(data) and state["state"] in (api.TRIAL, api.CONFIRMED, api.REJECTED):
            return
        at = state["have"] if state["digest"] == digest(data) else 0
        while at < len(data):
            self.firmware.put(at, data[at:at + piece])
            at += len(data[at:at + piece])

    def lasts(self):
        """Goes on until another firmware is to begin, or for ten times as long as a trial needs. Whether that was wanted."""
        for now in range(0, 10 * SETTLE_MS + 2000, 1000):
            self.firmware.tick(now, 0 if self._does == CLASSIFIES_NOTHING else now, 0)
            if self.firmware.restart_wanted:
                return True
            if now == SETTLE_MS and not self.safe_mode:
                self.life.updates.settled()
        return False


def lives(folder):
    """Starts, with what it leads to, until a firmware lasts; that FirmwareLife."""
    for _ in range(30):
        life = FirmwareLife(folder)
        if not life.crashed and not life.lasts():
            return life
    raise AssertionError(f"it starts again and again: {life.log.said}")


def pushed(folder, data, piece=16384):
    """A push and what it leads to."""
    life = lives(folder)
    life.push(data, piece)
    return life if not life.lasts() else lives(folder)


def camera(folder, *numbers, size=150000):
    """A camera with model 1 and these firmwares, one after the other."""
    (Path(folder).parent / "package").write_bytes(b"the packaged executable")
    installed(folder, 1)
    for number in numbers:
        assert pushed(folder, signed(number, size=size)).runs == number
