"""Two slots for signed models, and slots.json, the one file that says which of them is in use.

    slot-a.dlu, slot-b.dlu   a signed update each (contract/update.py)
    slots.json               "good": the slot in use, "a", "b" or null; "trial": the slot on trial or null;
                             "a", "b": {"digest": SHA-256 of the header, hexadecimal, "sequence"} of what was put there and
                             not given up, or null; "floor": the lowest sequence number that is taken; "boots": starts in a
                             row that did not last, this one included; "trial_boots": restarts of the trial;
                             "rejected": {"digest", "sequence", "reason"} of the last model that failed, or null

Nothing is written into the slot in use. A slot that holds another header than slots.json says was being written when the
power went; it is not used. Every change is one write of slots.json, which is the old one or the new one at any instant.
"""

import binascii
import json

from camera_firmware import disk
from camera_firmware.portable import SEPARATORS
from contract import api, durable, update

NAMES = ("a", "b")
FORMAT = 1
EMPTY = {"format": FORMAT, "good": None, "trial": None, "a": None, "b": None, "floor": 1, "boots": 0, "trial_boots": 0,
         "rejected": None}


def hexadecimal(data):
    return binascii.hexlify(data).decode()


def other(slot):
    return "b" if slot == "a" else "a"


def entry(header):
    return {"digest": hexadecimal(header.digest), "sequence": header.sequence}


class Slots:
    """`examine(header_bytes)` returns the update.Header if the owner signed it for this camera, else raises UpdateError."""

    FILE = "slots.json"
    SLOT = "%s/slot-%s.dlu"  # folder, name

    def __init__(self, directory, examine, log):
        self._directory = directory
        self._examine = examine
        self._log = log
        self._state = None

    def __getitem__(self, key):
        return self._state[key]

    def open(self):
        """Reads slots.json; where there is none that can be read, what the slots themselves say."""
        self._state = self._stored() or self._found()

    def path(self, slot):
        return self.SLOT % (self._directory, slot)

    @property
    def spare(self):
        """The slot that may be written."""
        return other(self["good"]) if self["good"] else other(self["trial"] or "b")

    def fallback(self):
        """The slot with the model that was in use before, looked at to the last byte, or None."""
        beside = other(self["good"]) if self["good"] else None
        if beside is None or self[beside] is None or beside == self["trial"]:
            return None
        try:
            self.read(beside)
        except (OSError, MemoryError, update.UpdateError) as error:
            self._log.error("update", "slot %s cannot be returned to: %s" % (beside, error))
            return None
        return beside

    def save(self, **changes):
        """Makes the changes, on the disk and then here. Raises OSError and changes nothing."""
        state = dict(self._state)
        state.update(changes)
        durable.write(self._directory + "/" + self.FILE, json.dumps(state, separators=SEPARATORS).encode())
        self._state = state

    def read(self, slot):
        """(Header, file) of a slot, the file as one buffer. Raises OSError, MemoryError, UpdateError if it is not whole."""
        buffer = disk.whole(self.path(slot))
        header = self._put_there(slot, buffer)
        update.check_content(header, memoryview(buffer)[update.HEADER_BYTES:])
        return header, buffer

    def _put_there(self, slot, head):
        """The Header `head` (bytes-like) if it is the one that slots.json says. Raises UpdateError."""
        header = self._examine(head)
        if self[slot] is None or hexadecimal(header.digest) != self[slot]["digest"]:
            raise update.UpdateError("update_digest", "it is another file than the one that was put there")
        return header

    def take(self, part, header, alone=False):
        """Puts the complete file `part` on trial; `alone`: with no model in use beside it. Raises OSError."""
        slot = self.spare
        changes = {"good": None, "boots": 0} if alone else {}
        durable.rename(part, self.path(slot))
        changes.update({slot: entry(header), "trial": slot, "trial_boots": 0, "rejected": None})
        self.save(**changes)

    def confirm(self, boots=1):
        """What is on trial is in use from now on; starts before this one say nothing about it. Raises OSError."""
        slot = self["trial"]
        self.save(good=slot, trial=None, trial_boots=0, boots=boots, floor=self[slot]["sequence"] + 1)

    def give_up_trial(self, why):
        """The model in use stays; where there is none, the one that was in use before returns. Raises OSError."""
        slot = self["trial"]
        good = self["good"] or (other(slot) if self[other(slot)] else None)
        self.save(**{"good": good, "trial": None, "trial_boots": 0, slot: None, "rejected": self._rejected(slot, why)})
        disk.remove(self.path(slot))

    def give_up_good(self, why):
        """The model in `fallback()` returns. Raises OSError."""
        slot = self["good"]
        self.save(**{"good": other(slot), slot: None, "rejected": self._rejected(slot, why)})

    def _rejected(self, slot, why):
        return dict(self[slot], reason=why)

    def _stored(self):
        try:
            with open(self._directory + "/" + self.FILE) as file:
                state = json.loads(file.read())
            _check(state)
        except OSError:
            return None
        except (ValueError, KeyError, TypeError) as error:
            self._log.error("update", "%s is damaged (%s): the slots are looked at" % (self.FILE, error))
            return None
        return state

    def _found(self):
        """Without slots.json: of the models in the slots the one with the lower number was surely confirmed."""
        state, best = dict(EMPTY), None
        for slot in NAMES:
            header = self._known(slot)
            if header and (best is None or header.sequence < best.sequence):
                best = header
                state.update(dict({name: None for name in NAMES}, good=slot, floor=header.sequence + 1))
                state[slot] = entry(header)
        return state

    def _head(self, slot):
        with open(self.path(slot), "rb") as file:
            return file.read(update.HEADER_BYTES)

    def header(self, slot):
        """The Header of a slot, whose content is not looked at. Raises OSError, UpdateError."""
        return self._examine(self._head(slot))

    def _known(self, slot):
        try:
            return self.header(slot)
        except OSError:
            return None
        except update.UpdateError as error:
            self._log.error("update", "slot %s is refused: %s" % (slot, error))
            return None


def said(slots, upload, progress):
    """What the control API says of a kind of update, see contract.api. progress: of the trial, or None."""
    header = upload.header
    state, found = api.NONE, {"digest": None, "sequence": None}
    if slots["trial"]:
        state, found = api.TRIAL, slots[slots["trial"]]
    elif header:
        state, found = api.RECEIVING, {"digest": hexadecimal(header.digest), "sequence": header.sequence}
    elif slots["rejected"]:
        state, found = api.REJECTED, slots["rejected"]
    elif slots["good"]:
        state, found = api.CONFIRMED, slots[slots["good"]]
    return {"state": state, "have": upload.have, "digest": found["digest"], "sequence": found["sequence"],
            "reason": found.get("reason"), "floor": slots["floor"], "trial": progress}


def _check(state):
    """Raises ValueError, KeyError or TypeError for what is no slots.json."""
    if state["format"] != FORMAT or state["good"] not in (None, "a", "b") or state["trial"] not in (None, "a", "b"):
        raise ValueError("another format")
    if state["trial"] and state["trial"] == state["good"]:
        raise ValueError("one slot is two")
    for key in ("floor", "boots", "trial_boots"):
        if not isinstance(state[key], int) or state[key] < 0:
            raise ValueError(key)
    for slot in NAMES:
        if state[slot] is not None:
            state[slot]["digest"], state[slot]["sequence"]
        elif slot in (state["good"], state["trial"]):
            raise ValueError(slot)
    if state["rejected"] is not None:
        state["rejected"]["digest"], state["rejected"]["sequence"], state["rejected"]["reason"]
