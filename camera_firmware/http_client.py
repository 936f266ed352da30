"""One HTTP/1.1 connection to a camera: keep-alive, authentication, every way to end a body."""

import asyncio
import os

from camera_firmware import net
from camera_firmware.byte_reader import ByteReader, LineTooLong
from camera_firmware.digest import Credentials
from camera_firmware.portable import const
from contract.errors import DoorlensError

_MAX_HEADERS = const(64)
_MAX_DRAINED = const(65536)  # of an error page, to keep the connection
_MAX_LENGTH_DIGITS = const(12)
_MAX_CHUNK_DIGITS = const(8)
_STATUS_DIGITS = const(3)


class HttpError(DoorlensError):
    """The server answered, but not with what was asked for. The message is for the log."""

    cause = "answer"  # of reasons.cause


class LoginError(HttpError):
    """It wants a user, or another one."""

    cause = "login"


def parse_url(url):
    """"http://host:8080/path?x" -> (tls, host, port, target). Raises ValueError."""
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in ("http", "https"):
        raise ValueError("not an http or https URL: " + url)
    slash = min([i for i in (rest.find("/"), rest.find("?")) if i >= 0] or [len(rest)])
    authority, target = rest[:slash], rest[slash:]
    host, colon, port = authority.rpartition(":")
    if not colon or authority.endswith("]"):
        host, port = authority, ("443" if scheme == "https" else "80")
    if not host or not port.isdigit() or "@" in host:
        raise ValueError("not a host and port: " + authority)
    return scheme == "https", host.strip("[]"), int(port), target if target.startswith("/") else "/" + target


class HttpClient:
    """`timeout_ms` bounds connecting, and reaching the end of the headers, each by itself.

    After any exception the connection is closed; the next `get` opens a new one.
    """

    def __init__(self, url, user="", password="", timeout_ms=10000, connect=net.connect, random_bytes=os.urandom):
        self._tls, self._host, self._port, self._target = parse_url(url)
        self._credentials = Credentials(user, password, random_bytes) if user else None
        self._timeout_ms = timeout_ms
        self._connect = connect
        self._stream = None
        self._reader = None

    def close(self):
        if self._stream:
            net.close(self._stream)
        self._stream = self._reader = None

    async def get(self):
        """The Response to GET of the URL, status 200. Raises HttpError, OSError, EOFError, TimeoutError."""
        try:
            response = await self._get_once()
            if response.status == 401 and self._credentials and self._credentials.challenge(response.challenges):
                await self._drain(response)
                response = await self._get_once()
                if response.status == 401 and self._credentials.challenge(response.challenges):
                    await self._drain(response)
                    response = await self._get_once()
            self._check(response)
            return response
        except LineTooLong as error:
            self.close()
            raise HttpError("the camera's answer is not HTTP: %s" % error)
        except BaseException:
            self.close()
            raise

    def _check(self, response):
        if response.status == 401:
            if self._credentials:
                raise LoginError("status 401: the camera refuses source.user or source.password")
            raise LoginError("status 401: the camera wants a user; set source.user and source.password")
        if response.status != 200:
            raise HttpError("status %d %s" % (response.status, response.words))

    async def _get_once(self):
        if not self._stream:
            return await self._exchange()
        try:
            return await self._exchange()
        except (OSError, EOFError):
            self.close()  # the server had closed an idle connection: once more on a new one
            return await self._exchange()

    async def _exchange(self):
        if not self._stream:
            self._stream = await self._connect(self._host, self._port, self._timeout_ms, self._tls)
            self._reader = ByteReader(self._stream)
        self._stream.write(self._request().encode())
        return await asyncio.wait_for(self._head(), self._timeout_ms / 1000)

    def _request(self):
        host = self._host if ":" not in self._host else "[%s]" % self._host
        lines = ["GET %s HTTP/1.1" % self._target, "Host: %s:%d" % (host, self._port),
                 "User-Agent: doorlens-camera", "Accept: image/jpeg, multipart/x-mixed-replace"]
        signed = self._credentials and self._credentials.authorization("GET", self._target)
        if signed:
            lines.append("Authorization: " + signed)
        return "\r\n".join(lines) + "\r\n\r\n"

    async def _head(self):
        await self._stream.drain()
        line = await self._reader.line()
        parts = line.split(None, 2)
        if len(parts) < 2 or not parts[0].startswith(b"HTTP/1.") or not parts[1].isdigit() \
                or len(parts[1]) != _STATUS_DIGITS:
            raise HttpError("the camera's answer is not HTTP")
        headers, challenges = await read_headers(self._reader)
        words = _text(parts[2]) if len(parts) > 2 else ""
        return Response(int(parts[1]), words, headers, challenges, self._reader, parts[0] == b"HTTP/1.0")

    async def _drain(self, response):
        """Reads the body of an answer that is of no use; closes the connection if that is cheaper."""
        if response.closes or response.length is None or response.length > _MAX_DRAINED:
            self.close()
        else:
            await asyncio.wait_for(self._reader.skip(response.length), self._timeout_ms / 1000)

    def finish(self, response):
        """To be called when the body has been read whole: keeps the connection if the server does."""
        if response.closes:
            self.close()


async def read_headers(reader):
    """(headers with lower-case names, all WWW-Authenticate values); reads up to the empty line."""
    headers, challenges = {}, []
    for _ in range(_MAX_HEADERS):
        line = await reader.line()
        if not line:
            return headers, challenges
        name, _, value = line.partition(b":")
        try:
            name, value = name.strip().decode().lower(), value.strip().decode()
        except UnicodeError:
            continue
        headers[name] = value
        if name == "www-authenticate":
            challenges.append(value)
    raise HttpError("more than %d header lines" % _MAX_HEADERS)


class Response:
    """Status line and headers; `readinto` reads the body, 0 at its proper end, EOFError before it.

    `length` is the body's length, None where only its end tells.
    """

    def __init__(self, status, words, headers, challenges, reader, old):
        self.status = status
        self.words = words
        self.headers = headers
        self.challenges = challenges
        self.length = _length(headers)
        self._chunked = headers.get("transfer-encoding", "").lower() == "chunked"
        self._until_close = self.length is None and not self._chunked
        connection = headers.get("connection", "").lower()
        self.closes = self._until_close or "close" in connection or (old and "keep-alive" not in connection)
        self._reader = reader
        self._left = 0 if self._chunked else self.length  # of this chunk or of the body
        self._first = True

    async def readinto(self, view):
        if self._until_close:
            return await self._reader.readinto(view)
        if not self._left and self._chunked:
            await self._next_chunk()
        if not self._left:
            return 0
        count = await self._reader.readinto(view[:self._left] if self._left < len(view) else view)
        if not count:
            raise EOFError
        self._left -= count
        return count

    async def _next_chunk(self):
        if not self._first:
            await self._reader.line()
        self._first = False
        self._left = _chunk_length((await self._reader.line()).partition(b";")[0].strip())
        if not self._left:
            self._chunked = False
            while await self._reader.line():
                pass


def _text(words):
    """Words for the log; nothing if they are not text."""
    try:
        return words.decode()
    except UnicodeError:
        return ""


def _chunk_length(digits):
    if not 1 <= len(digits) <= _MAX_CHUNK_DIGITS or any(digit not in b"0123456789abcdefABCDEF" for digit in digits):
        raise HttpError("a chunk of the camera's answer has no length")
    return int(digits.decode(), 16)


def _length(headers):
    text = headers.get("content-length", "")
    if headers.get("transfer-encoding", "").lower() == "chunked" or not text:
        return None
    if not text.isdigit() or len(text) > _MAX_LENGTH_DIGITS:
        raise HttpError("Content-Length is not a number")
    return int(text)
