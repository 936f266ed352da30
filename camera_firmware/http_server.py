"""A small HTTP/1.1 server: bounded in connections, header size, body size and time."""

import asyncio
import gc
import json

from camera_firmware import net
from camera_firmware.byte_reader import ByteReader, LineTooLong
from camera_firmware.portable import SEPARATORS, const
from camera_firmware.reasons import reason
from contract import api

MAX_CONNECTIONS = const(8)
_LINE_BYTES = const(2048)
_MAX_HEADERS = const(64)
_RETRY_S = const(5)    # while the port is taken
_IDLE_S = const(60)    # between two requests of a connection
_HEADER_S = const(10)  # from a request's first byte to its empty line
_BODY_S = const(60)
_SEND_S = const(30)    # for one piece of an answer
# After a last answer that refuses, what still comes is read and forgotten: a reset would take the answer away.
_LINGER_S = const(5)
_LINGER_BYTES = const(4194304)
PIECE_BYTES = const(8192)

_WORDS = {200: "OK", 204: "No Content", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found",
          405: "Method Not Allowed", 408: "Request Timeout", 409: "Conflict", 411: "Length Required", 413: "Content Too Large",
          422: "Unprocessable Content", 429: "Too Many Requests", 500: "Internal Server Error", 507: "Insufficient Storage"}


class Refusal(Exception):
    """An answer that is an error: `code` of contract.api.ERRORS and a sentence."""

    def __init__(self, code, message, closes=False):
        super().__init__(message)
        self.code = code
        self.message = message
        self.closes = closes  # what follows on the connection cannot be understood any more


class Request:
    """`headers` has lower-case names; `query` is a dictionary of texts; `peer` is the address of the other side.

    `body` must be read at most once.
    """

    peer = None

    def __init__(self, method, path, query, headers, reader):
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.keep = headers.get("connection", "").lower() != "close"
        self.length = _content_length(headers)
        self._reader = reader
        self._unread = self.length or 0

    async def body(self, limit):
        """The whole body as a bytearray of its Content-Length. Raises Refusal."""
        if self.length is None:
            raise Refusal("length_required", "this request needs a Content-Length", True)
        if self.length > limit:
            raise Refusal("too_large", "at most %d bytes are taken" % limit, True)
        gc.collect()  # the buffer must lie in one piece
        buffer = bytearray(self.length)
        try:
            await asyncio.wait_for(self._reader.exactly(memoryview(buffer)), _BODY_S)
        except asyncio.TimeoutError:
            raise Refusal("timeout", "the body did not come in time", True)
        self._unread = 0
        return buffer

    @property
    def body_pending(self):
        return self._unread > 0 or "transfer-encoding" in self.headers


def _content_length(headers):
    text = headers.get("content-length")
    if text is None:
        return None
    if not text.isdigit() or len(text) > 12:
        raise Refusal("bad_request", "Content-Length is not a number", True)
    return int(text)


class Server:
    """`handle(request, respond)` is awaited for every request; it raises Refusal or answers once."""

    def __init__(self, handle, log, metrics):
        self._handle = handle
        self._log = log
        self._metrics = metrics
        self._open = 0
        self._tls = None

    async def run(self, host, port, certificate=None):
        """certificate: path of a PEM file with certificate and private key for TLS, or None for plain HTTP."""
        server = await self._listen(host, port, certificate)
        self._log.info("control", "listening on %s:%d%s" % (host, port, ", TLS" if certificate else ""))
        await server.wait_closed()

    async def _listen(self, host, port, certificate):
        while True:
            try:
                self._tls = net.server_side(certificate) if certificate else None
                return await asyncio.start_server(self._serve, host, port)
            except (OSError, ValueError) as error:
                self._log.repeated("control", "cannot listen on %s:%d: %s" % (host, port, reason(error)))
                await asyncio.sleep(_RETRY_S)

    async def _serve(self, stream, _):
        if self._open >= MAX_CONNECTIONS:
            net.close(stream)
            return
        self._open += 1
        try:
            if self._tls:
                stream = net.accepted(stream, self._tls)
            reader = ByteReader(stream, _LINE_BYTES)
            while await self._one(stream, reader):
                pass
        except (OSError, EOFError, asyncio.TimeoutError):
            pass  # the other side is gone or too slow
        except Exception as error:
            self._log.crash("control", error)
        finally:
            self._open -= 1
            net.close(stream)

    async def _one(self, stream, reader):
        """Answers one request; True if the connection stays."""
        respond = Respond(stream)
        request, keep = None, False
        try:
            line = await asyncio.wait_for(reader.line(), _IDLE_S)
            self._metrics.count("http_requests")
            request = await asyncio.wait_for(_read_request(line, reader), _HEADER_S)
            request.peer = net.peer(stream)
            await self._handle(request, respond)
            keep = request.keep and not request.body_pending
        except Refusal as refusal:
            keep = bool(request) and request.keep and not refusal.closes and not request.body_pending
            await self._refuse(respond, refusal, reader, keep)
        except LineTooLong:
            await self._refuse(respond, Refusal("bad_request", "a header line is too long"), reader)
        except MemoryError:
            await self._refuse(respond, Refusal("internal", "the camera is out of memory"), reader)
        except (OSError, EOFError, asyncio.TimeoutError):
            raise
        except Exception as error:
            self._log.crash("control", error)
            await self._refuse(respond, Refusal("internal", "the camera made a mistake; its log says more"), reader)
        return keep

    async def _refuse(self, respond, refusal, reader, keep=False):
        self._metrics.count("http_refused")
        if not respond.begun:
            status, body = api.error(refusal.code, refusal.message)
            await respond.json(body, status, keep)
            if not keep:
                await asyncio.wait_for(reader.skip(_LINGER_BYTES), _LINGER_S)


async def _read_request(line, reader):
    parts = line.split(b" ")
    if len(parts) != 3 or not parts[2].startswith(b"HTTP/1."):
        raise Refusal("bad_request", "not an HTTP/1.1 request", True)
    headers = {}
    try:
        for _ in range(_MAX_HEADERS):
            line = await reader.line()
            if not line:
                break
            name, _, value = line.partition(b":")
            headers[name.decode().strip().lower()] = value.decode().strip()
        else:
            raise Refusal("bad_request", "too many header lines", True)
        path, _, query = parts[1].decode().partition("?")
        method = parts[0].decode()
    except UnicodeError:
        raise Refusal("bad_request", "not an HTTP/1.1 request", True)
    if parts[2] == b"HTTP/1.0" and headers.get("connection", "").lower() != "keep-alive":
        headers["connection"] = "close"
    return Request(method, path, _query(query), headers, reader)


def _query(text):
    pairs = [part.partition("=") for part in text.split("&") if part]
    return {name: value for name, _, value in pairs}


class Respond:
    """Writes one answer."""

    def __init__(self, stream):
        self._stream = stream
        self.begun = False

    async def head(self, status, kind, length, keep=True):
        await self.piece(self._head(status, kind, length, keep))

    def _head(self, status, kind, length, keep):
        self.begun = True
        extra = "WWW-Authenticate: %s\r\n" % api.TOKEN_HEADER if status == 401 else ""
        text = "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: %s\r\n%s\r\n" % (
            status, _WORDS[status], kind, length, "keep-alive" if keep else "close", extra)
        return text.encode()

    async def piece(self, data):
        self._stream.write(data)
        await asyncio.wait_for(self._stream.drain(), _SEND_S)

    async def json(self, value, status=200, keep=True):
        await self.json_text(json.dumps(value, separators=SEPARATORS), status, keep)

    async def json_text(self, text, status=200, keep=True):
        data = text.encode()
        head = self._head(status, "application/json", len(data), keep)
        if len(data) < PIECE_BYTES:  # in one segment: a second one would wait for the other side's delayed acknowledgement
            await self.piece(head + data)
        else:
            await self.piece(head)
            await self.piece(data)
