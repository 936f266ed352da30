"""The last few seconds in memory, for the frames before a change: the camera's own JPEGs in one buffer."""

import struct

from camera_firmware.portable import const

RING_BYTES = const(163840)
SPACING_MS = const(1000)
_SLOTS = const(8)
_FORMAT = "<QQIIIIIH"  # clock, time + 1 or 0, start, length, width, height, model + 1 or 0, score or _NO_SCORE
_FORMAT_BYTES = struct.calcsize(_FORMAT)
_NO_SCORE = const(65535)
_SCORES = const(10000)  # in one


class Ring:
    """`buffer` is writable memory; frames that are longer are left out. A frame every SPACING_MS, at most eight.

    `clock_ms` is what frames are spaced by; a clock that steps back begins anew. Allocates nothing that stays.
    """

    def __init__(self, buffer):
        self._view = memoryview(buffer)
        self._facts = bytearray(_FORMAT_BYTES * _SLOTS)
        self._states = [None] * _SLOTS
        self.clear()

    def clear(self):
        self._first = 0  # slot of the oldest
        self._count = 0
        self._end = 0  # of the newest in the buffer
        self._last_ms = None

    def __len__(self):
        return self._count

    def due(self, clock_ms):
        return self._last_ms is None or not 0 <= clock_ms - self._last_ms < SPACING_MS

    def skip(self, clock_ms):
        """A frame that was due is not needed."""
        self._last_ms = clock_ms

    def add(self, jpeg, clock_ms, time_ms, width, height, state, score, model):
        """A copy of one frame, if one is due. The facts are those of contract.sample.sidecar."""
        length = len(jpeg)
        if length > len(self._view) or not self.due(clock_ms):
            return
        if self._last_ms is not None and clock_ms < self._last_ms:
            self.clear()
        start = self._room(length)
        self._view[start:start + length][:] = jpeg  # as in evidence.py: nothing behind it is touched
        slot = (self._first + self._count) % _SLOTS
        struct.pack_into(_FORMAT, self._facts, _FORMAT_BYTES * slot, clock_ms, _plus(time_ms), start, length, width, height,
                         _plus(model), _NO_SCORE if score is None else int(score * _SCORES))
        self._states[slot] = state
        self._count += 1
        self._end = start + length
        self._last_ms = clock_ms

    def _room(self, length):
        """Where `length` bytes are free, after the oldest that were there have gone."""
        start = self._end if self._end + length <= len(self._view) else 0
        while self._count and (self._count == _SLOTS or self._overlap(start, start + length)):
            self._first = (self._first + 1) % _SLOTS
            self._count -= 1
        return start

    def _overlap(self, begin, end):
        for i in range(self._count):
            facts = self._slot(i)
            if facts[2] < end and begin < facts[2] + facts[3]:
                return True
        return False

    def _slot(self, i):
        return struct.unpack_from(_FORMAT, self._facts, _FORMAT_BYTES * ((self._first + i) % _SLOTS))

    def since(self, clock_ms):
        """Yields (JPEG, facts) of the frames that are not older, oldest first; both are good until the next `add`."""
        for i in range(self._count):
            when, time, start, length, width, height, model, score = self._slot(i)
            if when >= clock_ms:
                yield self._view[start:start + length], {
                    "time_ms": _minus(time), "width": width, "height": height, "model": _minus(model),
                    "state": self._states[(self._first + i) % _SLOTS],
                    "score": None if score == _NO_SCORE else score / _SCORES}


def _plus(value):
    return 0 if value is None else value + 1


def _minus(value):
    return value - 1 if value else None
