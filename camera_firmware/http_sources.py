"""Frames over HTTP: one picture a request, or a stream of parts."""

import asyncio

from camera_firmware.byte_reader import ByteReader, LineTooLong
from camera_firmware.frame_source import FrameCut, FrameTooLarge
from camera_firmware.http_client import HttpError, read_headers
from camera_firmware.mjpeg import boundary_of
from camera_firmware.portable import const

_STREAM_BUFFER = const(16384)  # bytes; where a part has no length its end is looked for in pieces of this size
_MAX_PREAMBLE_LINES = const(64)  # between two parts


class SnapshotFetcher:
    """`client` is an http_client.HttpClient, `pace` a frame_source.Pace."""

    def __init__(self, client, pace, timeout_ms):
        self._client = client
        self._pace = pace
        self._timeout_s = timeout_ms / 1000

    def close(self):
        self._client.close()

    async def fetch(self, frame):
        await self._pace.wait()
        response = await self._client.get()
        frame.stamp(response.headers.get("x-timestamp"))
        if response.length is not None and response.length > len(frame.view):
            self.close()
            raise _too_large(frame)
        try:
            length = await asyncio.wait_for(self._body(response, frame), self._timeout_s)
        except asyncio.TimeoutError:
            raise FrameCut("no answer in time, in the middle of a frame")
        self._client.finish(response)
        return length

    async def _body(self, response, frame):
        filled = 0
        try:
            while True:
                if filled == len(frame.view):
                    if filled == response.length:
                        return filled
                    self.close()
                    raise _too_large(frame)
                count = await response.readinto(frame.view[filled:])
                if not count:
                    return filled
                filled += count
        except EOFError:
            raise FrameCut("the camera closed the connection after %d bytes of a frame" % filled)


class MjpegFetcher:
    """One connection that stays; each part is a frame."""

    def __init__(self, client, timeout_ms):
        self._client = client
        self._timeout_s = timeout_ms / 1000
        self._parts = None
        self._boundary = None
        self._at_boundary = False  # the boundary itself has been read, the rest of its line not

    def close(self):
        self._client.close()
        self._parts = None

    async def fetch(self, frame):
        if not self._parts:
            response = await self._client.get()
            try:
                self._boundary = boundary_of(response.headers.get("content-type", ""))
            except ValueError as error:
                raise HttpError(str(error))
            self._parts = ByteReader(response, _STREAM_BUFFER)
            self._at_boundary = False
        try:
            return await asyncio.wait_for(self._part(frame), self._timeout_s)
        except LineTooLong:
            raise HttpError("the camera's stream has no boundary where one must be")

    async def _part(self, frame):
        await self._next_boundary()
        headers = (await read_headers(self._parts))[0]
        frame.stamp(headers.get("x-timestamp"))
        length = headers.get("content-length", "")
        try:
            if length.isdigit():
                return await self._known_length(frame, int(length))
            return await self._to_boundary(frame)
        except EOFError:
            raise FrameCut("the camera's stream ended inside a frame")

    async def _next_boundary(self):
        if self._at_boundary:
            self._at_boundary = False
            rest = await self._parts.line()
            if rest == b"--":
                raise EOFError
            return
        for _ in range(_MAX_PREAMBLE_LINES):
            line = await self._parts.line()
            if line.rstrip() == self._boundary:
                return
            if line.startswith(self._boundary + b"--"):
                raise EOFError
        raise HttpError("the camera's stream has no boundary where one must be")

    async def _known_length(self, frame, length):
        if length > len(frame.view):
            await self._parts.skip(length)
            raise _too_large(frame)
        await self._parts.exactly(frame.view[:length])
        return length

    async def _to_boundary(self, frame):
        mark, filled = b"\r\n" + self._boundary, 0
        while filled < len(frame.view):
            count = await self._parts.readinto_buffered(frame.view[filled:])
            if not count:
                raise EOFError
            begin = max(0, filled - len(mark) + 1)
            filled += count
            at = frame.buffer.find(mark, begin, filled)
            if at >= 0:
                self._parts.unread(filled - at - len(mark))
                self._at_boundary = True
                return at
        self.close()
        raise _too_large(frame)


def _too_large(frame):
    return FrameTooLarge("a frame is larger than source.max_frame_bytes (%d); dropped" % len(frame.view))
