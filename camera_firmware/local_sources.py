"""Frames from this machine: a folder of pictures, or JPEGs through standard input."""

import os

from camera_firmware.byte_reader import ByteReader
from camera_firmware.frame_source import EndOfFrames, FrameCut, FrameTooLarge, SourceError
from camera_firmware.mjpeg import JpegEnd
from camera_firmware.portable import const

_PIPE_BUFFER = const(16384)


class FolderFetcher:
    """The .jpg and .jpeg files of a folder in the order of their names, once or for ever."""

    def __init__(self, path, loop, pace):
        self._path = path
        self._loop = loop
        self._pace = pace
        self._names = None

    def close(self):
        pass

    async def fetch(self, frame):
        await self._pace.wait()
        if not self._names:
            if self._names is not None and not self._loop:
                raise EndOfFrames("every picture of the folder has been read")
            self._names = self._listed()
        path = self._path + "/" + self._names.pop(0)
        frame.stamp()
        with open(path, "rb") as file:
            length = file.readinto(frame.buffer)
            if length == len(frame.buffer) and file.read(1):
                raise FrameTooLarge("%s is larger than source.max_frame_bytes; skipped" % path)
        return length

    def _listed(self):
        names = [name for name in os.listdir(self._path) if name.lower().endswith((".jpg", ".jpeg"))]
        if not names:
            raise SourceError("the folder %s holds no .jpg" % self._path)
        return sorted(names)


class StdinFetcher:
    """A pipe of JPEGs, one behind the other. `stream` is described in camera_firmware.byte_reader."""

    def __init__(self, stream, frame):
        self._reader = ByteReader(stream, _PIPE_BUFFER)
        self._end = JpegEnd(frame.buffer)

    def close(self):
        pass

    async def fetch(self, frame):
        try:
            await self._reader.discard_until(b"\xff\xd8")
        except EOFError:
            raise EndOfFrames("standard input has ended")
        frame.stamp()
        self._end.reset()
        filled = 0
        while filled < len(frame.view):
            count = await self._reader.readinto_buffered(frame.view[filled:])
            if not count:
                raise FrameCut("standard input ended inside a frame")
            filled += count
            length = self._end.find(filled)
            if length:
                self._reader.unread(filled - length)
                return length
        raise FrameTooLarge("a frame on standard input is larger than source.max_frame_bytes; skipped")


def stdin_stream():
    """Standard input as a stream that never blocks the other tasks."""
    import asyncio
    import sys
    try:
        from descriptor import set_nonblocking
        set_nonblocking(0)
    except ImportError:
        pass  # then a silent pipe holds up the other tasks
    return asyncio.StreamReader(sys.stdin.buffer)
