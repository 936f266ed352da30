"""Two slots for signed firmware beside the packaged executable, and firmware.json, which says which of them runs.

    firmware-a, firmware-b   an executable each, its update's header behind it (firmware_file)
    firmware.json            as slots.json (slots), where "good" null means the packaged executable, and "base": SHA-256 of
                             the packaged executable, hexadecimal, that was there when the newest of them was put there

The packaged executable is never written. "boots" and "trial_boots" are counted by it, before it makes way.
"""

from camera_firmware import disk, firmware_file
from camera_firmware.slots import EMPTY, NAMES, Slots, entry, hexadecimal
from contract import durable


class FirmwareSlots(Slots):
    """`examine` as for Slots."""

    FILE = "firmware.json"
    SLOT = "%s/firmware-%s"

    def read(self, slot):
        """(Header, None) of a slot that is whole. Raises OSError, UpdateError."""
        header = self._put_there(slot, self._head(slot))
        firmware_file.check_content(self.path(slot), header)
        return header, None

    def put(self, new, header, base):
        """The file `new` is on trial; base: digest of the packaged executable. Raises OSError."""
        slot = self.spare
        durable.rename(new, self.path(slot))
        self.save(**{slot: entry(header), "trial": slot, "trial_boots": 0, "rejected": None, "base": hexadecimal(base)})

    def reject(self, header, why):
        """One that did not come as far as a slot. Raises OSError."""
        self.save(rejected=dict(entry(header), reason=why))

    def give_up_good(self, why):
        """The one that was in use before returns, or the packaged one; its starts are counted anew. Raises OSError."""
        slot = self["good"]
        self.save(**{"good": self.fallback(), slot: None, "boots": 0, "rejected": self._rejected(slot, why)})
        disk.remove(self.path(slot))

    def give_up_all(self):
        """The packaged one runs. Raises OSError."""
        self.save(good=None, trial=None, trial_boots=0, boots=0, a=None, b=None, base=None, rejected=None)
        for slot in NAMES:
            disk.remove(self.path(slot))

    def _head(self, slot):
        return firmware_file.header(self.path(slot))

    def _found(self):
        """Without firmware.json nothing says that a slot was ever confirmed: the packaged one runs."""
        state = dict(EMPTY, base=None)
        for slot in NAMES:
            header = self._known(slot)
            if header:
                state["floor"] = max(state["floor"], header.sequence)
        return state
