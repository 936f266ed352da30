"""Frames, one after another, whatever the source does: retries, waiting times, counting, one log line."""

import asyncio

from camera_firmware.clock import Backoff, plausible, wall_ms
from camera_firmware.mjpeg import header_time_ms
from camera_firmware.reasons import cause, reason
from contract.errors import DoorlensError


class SourceError(DoorlensError):
    """
    +-- FrameCut         the source ended inside a frame
    +-- FrameTooLarge    more bytes than the frame buffer has
    +-- EndOfFrames      nothing more will come: the pipe is closed, the folder was read once
    """

    cause = "other"  # of reasons.cause


class FrameCut(SourceError):
    cause = "cut"


class FrameTooLarge(SourceError):
    pass


class EndOfFrames(SourceError):
    pass


class Frame:
    """The one frame buffer, made at the start by `allocate` (frame.buffer: outside the collector's heap).

    `time_ms` is the time of the frame in `buffer` in UTC milliseconds, None where it is not known.
    """

    def __init__(self, size, clock, allocate=bytearray):
        self.buffer = allocate(size)
        self.view = memoryview(self.buffer)
        self.time_ms = None
        self._from_header = clock == "header"

    def stamp(self, timestamp=None):
        """Sets the time: of an X-Timestamp header, or of the camera's clock, as the settings say."""
        if self._from_header:
            time_ms = header_time_ms(timestamp)
            self.time_ms = None if time_ms is None else plausible(time_ms)
        else:
            self.time_ms = wall_ms()


class FrameSource:
    """`fetcher` makes one attempt: `async fetch(frame) -> length`, `close()`.

    `async next()` returns the length of the next frame in `frame.buffer`; its time is `time_ms`.
    """

    def __init__(self, fetcher, frame, random, log, metrics):
        self.frame = frame
        self.connected = False
        self.last_error = None
        self._fetcher = fetcher
        self._backoff = Backoff(random)
        self._log = log
        self._metrics = metrics

    @property
    def time_ms(self):
        return self.frame.time_ms

    async def next(self):
        """Raises EndOfFrames, nothing else."""
        while True:
            try:
                length = await self._fetcher.fetch(self.frame)
            except EndOfFrames:
                raise
            except FrameTooLarge as error:
                self._metrics.count("frames_too_large")
                self._log.repeated("source", str(error))
                await asyncio.sleep(0)
            except (DoorlensError, OSError, EOFError, ValueError, asyncio.TimeoutError) as error:
                await self._failed(error)
            else:
                self._arrived()
                return length

    def _arrived(self):
        if not self.connected:
            self.connected = True
            self._metrics.count("source_connections")
            self._backoff.reset()
            self._log.recovered("source", "frames arrive again")

    async def _failed(self, error):
        self._fetcher.close()
        self._metrics.source_failed(cause(error))
        if isinstance(error, FrameCut):
            self._metrics.count("frames_cut")
        self.connected = False
        self.last_error = str(error) if isinstance(error, (DoorlensError, ValueError)) else reason(error)
        self._log.repeated("source", self.last_error)
        await asyncio.sleep(self._backoff.next_ms() / 1000)


class Pace:
    """At most one frame in `interval_ms`, counted from the start of the last."""

    def __init__(self, monotonic, interval_ms):
        self._monotonic = monotonic
        self._interval_ms = interval_ms
        self._next = 0

    async def wait(self):
        now = self._monotonic.now()
        if now < self._next:
            await asyncio.sleep((self._next - now) / 1000)
            now = self._next
        self._next = now + self._interval_ms
