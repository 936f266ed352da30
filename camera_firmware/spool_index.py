"""What the spool holds, in memory: 17 bytes a sample, made once, and which sample goes first when room is needed."""

import struct

from camera_firmware.portable import const
from contract.sample import sample_id

MAX_SAMPLES = const(4096)
EVALUATION = const(255)  # the rank of the evaluation slice; others have their value, at most 254
_RECORD = "<IIII"  # boot, sequence, bytes of both files, seconds of the file's time
_KEY = "<II"  # its beginning
_BYTES = const(16)


def rank(value, evaluation):
    """0..255 from a sidecar's `value` and `evaluation`."""
    return EVALUATION if evaluation else min(value, EVALUATION - 1)


class SpoolIndex:
    """Samples oldest first; a position counts from 0. `bytes` of all, `evaluation_bytes` of the evaluation slice."""

    def __init__(self, capacity=MAX_SAMPLES):
        self.bytes = 0
        self.evaluation_bytes = 0
        self.capacity = capacity
        self._count = 0
        self._records = bytearray(_BYTES * capacity)
        self._ranks = bytearray(capacity)

    def __len__(self):
        return self._count

    def add(self, name, size, rank):
        """Behind all others. There must be room for it."""
        self._put(self._count, name, size, rank, 0)

    def add_aged(self, name, size, rank, seconds):
        """Where its file's time belongs among those that were added so; of equal times by name."""
        boot, sequence = _parts(name)
        low, high = 0, self._count
        while low < high:
            middle = (low + high) // 2
            other, its, _, when = self._record(middle)
            if (when, other, its) < (seconds, boot, sequence):
                low = middle + 1
            else:
                high = middle
        self._put(low, name, size, rank, seconds)

    def _put(self, position, name, size, rank, seconds):
        self._shift(position, position + 1, self._count - position)
        boot, sequence = _parts(name)
        struct.pack_into(_RECORD, self._records, _BYTES * position, boot, sequence, size, seconds)
        self._ranks[position] = rank
        self._count += 1
        self._account(size, rank)

    def remove(self, position):
        """(name, bytes) of the sample that was there."""
        boot, sequence, size, _ = self._record(position)
        self._account(-size, self._ranks[position])
        self._count -= 1
        self._shift(position + 1, position, self._count - position)
        return sample_id(boot, sequence), size

    def _shift(self, source, target, count):
        for column, width in ((memoryview(self._records), _BYTES), (memoryview(self._ranks), 1)):
            column[width * target:width * (target + count)] = column[width * source:width * (source + count)]

    def _account(self, size, rank):
        self.bytes += size
        if rank == EVALUATION:
            self.evaluation_bytes += size

    def _record(self, position):
        return struct.unpack_from(_RECORD, self._records, _BYTES * position)

    def name(self, position):
        boot, sequence, _, _ = self._record(position)
        return sample_id(boot, sequence)

    def find(self, name):
        """The sample's position, -1 if it is not there."""
        key, at = struct.pack(_KEY, *_parts(name)), -1
        while True:
            at = self._records.find(key, at + 1, _BYTES * self._count)
            if at < 0 or at % _BYTES == 0:
                return at // _BYTES if at >= 0 else -1

    def behind(self, name):
        """The position behind `name`; where that is gone its boot number and sequence tell where it was."""
        position = self.find(name)
        if position >= 0:
            return position + 1
        boot, sequence = _parts(name)
        behind = 0
        for position in range(self._count):
            other, its, _, _ = self._record(position)
            if other == boot:
                if its > sequence:
                    return position
                behind = position + 1
        return behind

    def cheapest(self, evaluation_limit):
        """The rank of the sample that would go, 0 if there is none or it is one of the evaluation slice."""
        if not self._count or self.evaluation_bytes > evaluation_limit:
            return 0
        return self._lowest() % EVALUATION

    def _lowest(self):
        return min(memoryview(self._ranks)[:self._count])

    def victim(self, evaluation_limit):
        """The position of the sample to drop: the least valuable, of these the oldest.

        The evaluation slice goes, oldest first so that it stays uniform, where it exceeds `evaluation_limit` bytes or
        nothing else is left.
        """
        rank = EVALUATION if self.evaluation_bytes > evaluation_limit else self._lowest()
        return self._ranks.find(bytes([rank]), 0, self._count)


def _parts(name):
    return int(name[:8], 16), int(name[9:])
