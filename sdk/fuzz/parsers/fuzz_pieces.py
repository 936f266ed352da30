"""A stream that hands out a fuzzing input, and coroutines run to their end without an event loop."""

import asyncio as _asyncio

from camera_firmware.byte_reader import ByteReader

CONTROL_BYTES = 4
_BUFFER_BYTES = 200


class Pieces:
    """A stream as camera_firmware.byte_reader wants it: `data` in pieces as long as the bytes of `control` say.

    Lengths are squares, so that most inputs come in few pieces. 0 is "nothing yet", unless all are 0.
    """

    def __init__(self, control, data):
        self._sizes = [(byte & 0x1F) ** 2 for byte in control]
        if not any(self._sizes):
            self._sizes = [len(data) + 1]
        self._data = data
        self._at = 0
        self._turn = 0
        self.s = self
        self.sent = 0
        self.closed = False

    async def readinto(self, view):
        size = self._sizes[self._turn % len(self._sizes)]
        self._turn += 1
        if not size:
            return None
        count = min(size, len(view), len(self._data) - self._at)
        view[:count] = self._data[self._at:self._at + count]
        self._at += count
        return count

    def write(self, data):
        self.sent += len(data)

    async def drain(self):
        pass

    def close(self):
        self.closed = True


def small_reader(stream, size=0):
    """A ByteReader whose buffer an input can fill."""
    return ByteReader(stream, _BUFFER_BYTES)


class Immediate:
    """Stands in for the module asyncio: nothing here ever waits."""

    TimeoutError = _asyncio.TimeoutError
    CancelledError = _asyncio.CancelledError

    @staticmethod
    def current_task():
        return None

    @staticmethod
    async def wait_for(coroutine, timeout):
        return await coroutine

    @staticmethod
    async def sleep(delay):
        pass


def finish(coroutine):
    """What `coroutine`, which must never wait, returns."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        return end.value
    raise RuntimeError("a coroutine waits")
