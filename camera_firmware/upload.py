"""update.part, firmware.part: what has come of a signed update so far."""

import os

from camera_firmware import disk
from camera_firmware.portable import const
from contract import durable
from contract.update import HEADER_BYTES, UpdateError

FILE = "update.part"
FIRMWARE_FILE = "firmware.part"
_SYNC_BYTES = const(65536)  # so much at most is lost when the power goes


class Upload:
    """`examine(header_bytes)` returns the update.Header if the update may be installed, else raises UpdateError.

    `header` is of the update that is being received, or None; `have` its bytes that are here.
    """

    def __init__(self, directory, examine, file=FILE):
        self.path = directory + "/" + file
        self.header = None
        self.have = 0
        self._examine = examine

    def restore(self):
        """After a start: goes on with what is surely on the disk of an update that was being received."""
        try:
            size = os.stat(self.path)[6]
            with open(self.path, "rb") as file:
                head = file.read(HEADER_BYTES)
            header = self._examine(head)
        except (OSError, UpdateError):
            self.discard()
            return
        # Everything before the last multiple of _SYNC_BYTES was synced before anything behind it was written.
        self.have = (min(size, HEADER_BYTES + header.length) - 1) // _SYNC_BYTES * _SYNC_BYTES
        self.header = header if self.have else None

    def put(self, offset, piece):
        """True if this piece was the last. Raises UpdateError, OSError: then it was not taken."""
        if offset == 0:
            header = self._examine(piece)
            self.discard()
        elif self.header is None or offset != self.have:
            raise UpdateError("update_offset", "the camera has %d bytes of this update: go on there" % self.have)
        else:
            header = self.header
        if offset + len(piece) > HEADER_BYTES + header.length:
            raise UpdateError("update_digest", "the update has more bytes than were signed")
        self._write(offset, memoryview(piece))
        self.header, self.have = header, offset + len(piece)
        return self.have == HEADER_BYTES + header.length

    def _write(self, offset, piece):
        """Synced at every multiple of _SYNC_BYTES."""
        while len(piece):
            count = min(len(piece), _SYNC_BYTES - offset % _SYNC_BYTES)
            disk.write_at(self.path, offset, piece[:count])
            offset += count
            if offset % _SYNC_BYTES == 0:
                durable.sync(self.path)
            piece = piece[count:]

    def whole(self):
        """The complete file, synced, as one buffer. Raises OSError, MemoryError."""
        durable.sync(self.path)
        return disk.whole(self.path)

    def discard(self):
        """Lets go of what was received."""
        disk.remove(self.path)
        self.forget()

    def forget(self):
        """The file has been moved away."""
        self.header, self.have = None, 0
