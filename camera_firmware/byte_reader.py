"""Bytes from a stream, by line or by length, through one buffer made at the start.

A stream is anything with `async readinto(view)`, which returns the count, 0 at the end, or None for
"nothing yet": asyncio's streams on MicroPython, and the bodies of camera_firmware.http_client.
"""

from camera_firmware.portable import const

_BUFFER_BYTES = const(4096)


class LineTooLong(ValueError):
    pass


class ByteReader:
    def __init__(self, stream, size=_BUFFER_BYTES):
        self._stream = stream
        self._buffer = bytearray(size)
        self._view = memoryview(self._buffer)
        self._start = 0
        self._end = 0

    async def _fill(self):
        """Adds at least one byte to the buffer, which must have room. Raises EOFError at the end."""
        if self._start:
            self._view[:self._end - self._start] = bytes(self._view[self._start:self._end])
            self._end -= self._start
            self._start = 0
        count = await _some(self._stream, self._view[self._end:])
        if not count:
            raise EOFError
        self._end += count

    async def peek(self):
        """The next byte, a number, which stays the next. Raises EOFError."""
        if self._start == self._end:
            self._start = self._end = 0
            await self._fill()
        return self._buffer[self._start]

    async def line(self):
        """The next line without its end, as bytes. Raises LineTooLong, EOFError."""
        while True:
            at = self._buffer.find(b"\n", self._start, self._end)
            if at >= 0:
                line = bytes(self._view[self._start:at])
                self._start = at + 1
                return line[:-1] if line.endswith(b"\r") else line
            if self._end - self._start == len(self._buffer):
                raise LineTooLong("a line is longer than %d bytes" % len(self._buffer))
            await self._fill()

    async def readinto(self, view):
        """Some bytes, at least one unless the stream has ended; the count. Big views bypass the buffer."""
        if self._start == self._end:
            return await _some(self._stream, view)
        count = min(len(view), self._end - self._start)
        view[:count][:] = self._view[self._start:self._start + count]  # as in evidence.py: nothing behind it is touched
        self._start += count
        return count

    async def readinto_buffered(self, view):
        """Like readinto, and `unread` may give back up to the returned count."""
        if self._start == self._end:
            self._start = self._end = 0
            count = await _some(self._stream, self._view)
            self._end = count
        return await self.readinto(view) if self._end else 0

    def unread(self, count):
        """Gives the last `count` bytes of the last readinto_buffered back."""
        self._start -= count

    async def exactly(self, view):
        """Fills `view`. Raises EOFError if the stream ends before."""
        filled = 0
        while filled < len(view):
            count = await self.readinto(view[filled:])
            if not count:
                raise EOFError
            filled += count

    async def discard_until(self, mark):
        """Forgets what comes before `mark`, which is the next to be read. Raises EOFError."""
        while True:
            at = self._buffer.find(mark, self._start, self._end)
            if at >= 0:
                self._start = at
                return
            self._start = max(self._start, self._end - len(mark) + 1)
            await self._fill()

    async def skip(self, length):
        """Reads `length` bytes and forgets them. Raises EOFError."""
        while length:
            if self._start == self._end:
                self._start = self._end = 0
                await self._fill()
            count = min(length, self._end - self._start)
            self._start += count
            length -= count


async def _some(stream, view):
    while True:
        count = await stream.readinto(view)
        if count is not None:
            return count
