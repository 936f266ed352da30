"""An HTTP/1.1 answer as a server writes it."""

import asyncio
import json

from camera_firmware.http_request import Gone
from camera_firmware.portable import SEPARATORS, const
from contract import api

_SEND_S = const(30)    # for one piece
PIECE_BYTES = const(8192)

_WORDS = {200: "OK", 204: "No Content", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found",
          405: "Method Not Allowed", 408: "Request Timeout", 409: "Conflict", 411: "Length Required", 413: "Content Too Large",
          414: "URI Too Long", 422: "Unprocessable Content", 429: "Too Many Requests", 431: "Request Header Fields Too Large",
          500: "Internal Server Error", 501: "Not Implemented", 503: "Service Unavailable", 505: "HTTP Version Not Supported",
          507: "Insufficient Storage"}


class Respond:
    """Writes one answer. Every method raises Gone if the other side does not take it."""

    def __init__(self, stream):
        self._stream = stream
        self.begun = False
        self.head_only = False  # the request was HEAD

    async def head(self, status, kind, length, keep=True, header=""):
        """Before `length` bytes of the media type `kind`; `header` is one more line."""
        await self._write(self._head(status, kind, length, keep, header))

    def _head(self, status, kind, length, keep, header=""):
        self.begun = True
        if status == 401:
            header = "WWW-Authenticate: " + api.TOKEN_HEADER
        text = "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: %s\r\n%s\r\n" % (
            status, _WORDS[status], kind, length, "keep-alive" if keep else "close", header + "\r\n" if header else "")
        return text.encode()

    async def piece(self, data):
        """Bytes of the body, at best at most PIECE_BYTES."""
        if not self.head_only:
            await self._write(data)

    async def _write(self, data):
        try:
            self._stream.write(data)
            await asyncio.wait_for(self._stream.drain(), _SEND_S)
        except (OSError, asyncio.TimeoutError):
            raise Gone

    async def go_on(self):
        """The client shall send the body for which it waits."""
        await self._write(b"HTTP/1.1 100 Continue\r\n\r\n")

    async def json(self, value, status=200, keep=True, header=""):
        await self.text(json.dumps(value, separators=SEPARATORS), "application/json", status, keep, header)

    async def text(self, text, kind, status=200, keep=True, header=""):
        """A whole answer of the media type `kind`."""
        data = text.encode()
        head = self._head(status, kind, len(data), keep, header)
        if len(data) < PIECE_BYTES and not self.head_only:
            await self._write(head + data)  # in one segment: a second one would wait for the other side's delayed acknowledgement
            return
        await self._write(head)
        view = memoryview(data)
        for at in range(0, len(data), PIECE_BYTES):
            await self.piece(view[at:at + PIECE_BYTES])
