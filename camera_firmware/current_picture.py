"""The picture that the camera sees now, for who asks the control API: a copy of the next whole frame."""

import asyncio


class CurrentPicture:
    """One place of `size` bytes, made by `allocate` when it is first asked for. A frame is copied only when somebody waits."""

    def __init__(self, size, allocate):
        self.waiting = 0   # so many wait for the next frame
        self._size = size
        self._allocate = allocate
        self._place = None
        self._length = 0
        self._came = asyncio.Event()
        self._readers = 0  # so many send what is in the place, which then stays

    def offer(self, jpeg):
        """A whole frame (bytes-like), copied; one that is too large is left, and the next may fit."""
        if not self._readers and len(jpeg) <= self._size:
            self._place[:len(jpeg)][:] = jpeg  # as in evidence.py: nothing behind it is touched
            self._length = len(jpeg)
            self._came.set()

    async def take(self, timeout_s):
        """The JPEG as a memoryview that stays what it is until `release`, which must follow; None if no frame comes in time.

        While somebody else still sends one, it is that one. Raises MemoryError.
        """
        if not self._readers and not await self._next(timeout_s):
            return None
        self._readers += 1
        return self._place[:self._length]

    async def _next(self, timeout_s):
        if self._place is None:
            self._place = memoryview(self._allocate(self._size))
        self._came.clear()
        self.waiting += 1
        try:
            await asyncio.wait_for(self._came.wait(), timeout_s)
        except asyncio.TimeoutError:
            return self._readers > 0
        finally:
            self.waiting -= 1
        return True

    def release(self):
        self._readers -= 1
