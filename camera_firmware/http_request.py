"""An HTTP/1.1 request as a server reads it (RFC 9110, RFC 9112): strictly, so that nobody understands it otherwise."""

import asyncio
import gc

from camera_firmware.byte_reader import LineTooLong
from camera_firmware.portable import const

_MAX_HEADERS = const(64)
_MAX_HEADER_BYTES = const(8192)  # of all header lines together
_MAX_EMPTY_LINES = const(4)      # before a request: some clients end a body with one too many
_BODY_S = const(60)
_DIGITS = "0123456789"
_HEX = "0123456789abcdefABCDEF"
_TOKEN = b"!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_LETTERS = _TOKEN[15:]  # what a method begins with, and the digits


class Refusal(Exception):
    """An answer that is an error: `code` of contract.api.ERRORS and a sentence; `header` is one more line of the answer."""

    def __init__(self, code, message, closes=False, header=""):
        super().__init__(message)
        self.code = code
        self.message = message
        self.closes = closes  # what follows on the connection cannot be understood any more
        self.header = header


class Gone(Exception):
    """The other side has gone, or reads too slowly."""


class Request:
    """`headers` has lower-case names, of repeated ones the values joined by commas; `path` and the texts of the dictionary
    `query` are decoded; `peer` is the address of the other side. `authorized` is set by who has looked at the token.

    `body` must be read at most once.
    """

    peer = None
    authorized = False

    def __init__(self, method, target, version, headers, reader):
        self.method = method
        self.path, self.query = _target(target)
        self.headers = headers
        self.keep = _stays(version, headers)
        self.length = _length(version, headers)
        self._reader = reader
        self._unread = self.length or 0

    async def body(self, limit, respond=None):
        """The whole body as a bytearray of its Content-Length. `respond`: tells a client that waits for it to go on.

        Raises Refusal, Gone.
        """
        if self.length is None:
            raise Refusal("length_required", "this request needs a Content-Length", True)
        if self.length > limit:
            raise Refusal("too_large", "at most %d bytes are taken" % limit, True)
        gc.collect()  # the buffer must lie in one piece
        buffer = bytearray(self.length)
        if respond and self.length and self.headers.get("expect", "").lower() == "100-continue":
            await respond.go_on()
        try:
            await asyncio.wait_for(self._reader.exactly(memoryview(buffer)), _BODY_S)
        except asyncio.TimeoutError:
            raise Refusal("timeout", "the body did not come in time", True)
        except (OSError, EOFError):
            raise Gone
        self._unread = 0
        return buffer

    @property
    def body_pending(self):
        return self._unread > 0 or "transfer-encoding" in self.headers


async def read_request(reader):
    """The next Request of a ByteReader. Raises Refusal, EOFError, OSError."""
    method, target, version = _parts(await _first_line(reader))
    headers = await _headers(reader)
    if version != "HTTP/1.0" and not _is_host(headers.get("host")):
        raise Refusal("bad_request", "a request needs exactly one Host", True)
    return Request(method, target, version, headers, reader)


async def _first_line(reader):
    try:
        for _ in range(_MAX_EMPTY_LINES):
            if await reader.peek() not in b"\r\n" + _LETTERS:
                break  # TLS or the like, in which a line's end may never come
            line = await reader.line()
            if line:
                return line
    except LineTooLong:
        raise Refusal("target_too_long", "the request's first line is too long", True)
    raise _not_http()


def _not_http():
    return Refusal("bad_request", "not an HTTP/1.1 request", True)


def _parts(line):
    parts = line.split(b" ")
    if len(parts) != 3 or not parts[1] or not _is_token(parts[0]):
        raise _not_http()
    version = parts[2]
    if len(version) != 8 or version[:5] != b"HTTP/" or version[6:7] != b"." or not version[5:6].isdigit() or not version[7:].isdigit():
        raise _not_http()
    if version[5:6] != b"1":
        raise Refusal("version", "this camera speaks HTTP/1.1", True)
    return parts[0].decode(), _text(parts[1]), version.decode()


def _is_token(name):
    return name and all(c in _TOKEN for c in name)


async def _headers(reader):
    headers, size = {}, 0
    try:
        for _ in range(_MAX_HEADERS):
            line = await reader.line()
            if not line:
                return headers
            size += len(line)
            if size > _MAX_HEADER_BYTES:
                break
            _add(headers, line)
    except LineTooLong:
        pass
    raise Refusal("headers_too_large", "at most %d header lines and %d bytes are taken" % (_MAX_HEADERS, _MAX_HEADER_BYTES), True)


def _add(headers, line):
    name, colon, value = line.partition(b":")
    if not colon or not _is_token(name) or b"\0" in value or b"\r" in value:
        raise Refusal("bad_request", "a header line is not one", True)
    name, value = name.decode().lower(), _any_text(value.strip())
    headers[name] = headers[name] + ", " + value if name in headers else value


def _text(data):
    try:
        return data.decode()
    except UnicodeError:
        raise _not_http()


def _any_text(data):
    """Of bytes that are not UTF-8 each one is a character."""
    try:
        return data.decode()
    except UnicodeError:
        return "".join([chr(c) for c in data])


def _is_host(host):
    return host is not None and not any(c in host for c in " \t,/@")


def _target(text):
    """(path, query) of "/path?query" or "http://host/path?query"."""
    if text[:7].lower() == "http://" or text[:8].lower() == "https://":
        text = "/" + text.partition("://")[2].partition("/")[2]
    if not text.startswith("/"):
        raise Refusal("bad_request", "a request's target must begin with a slash", True)
    path, _, query = text.partition("?")
    return _decoded(path), _query(query)


def _query(text):
    query = {}
    for part in text.split("&"):
        if part:
            name, _, value = part.partition("=")
            name = _decoded(name)
            if name in query:
                raise Refusal("bad_request", "the request says something twice")
            query[name] = _decoded(value)
    return query


def _decoded(text):
    """With every %XX replaced by its byte (RFC 3986, section 2.1)."""
    if "%" not in text:
        return text
    parts = text.split("%")
    data = bytearray(parts[0].encode())
    try:
        for part in parts[1:]:
            if len(part) < 2 or part[0] not in _HEX or part[1] not in _HEX:
                raise ValueError
            data.append(int(part[:2], 16))
            data.extend(part[2:].encode())
        return bytes(data).decode()
    except ValueError:  # UnicodeError is one
        raise Refusal("bad_request", "the request's target is not properly encoded")


def _stays(version, headers):
    """Whether the connection does, when the request is answered."""
    words = [word.strip() for word in headers.get("connection", "").lower().split(",")]
    return "keep-alive" in words if version == "HTTP/1.0" else "close" not in words


def _length(version, headers):
    """The body's length, None if it is not told. A body has one length or none: else the next request is hidden in it."""
    coding, text = headers.get("transfer-encoding"), headers.get("content-length")
    if coding is not None:
        if text is not None or version == "HTTP/1.0":
            raise Refusal("bad_request", "Transfer-Encoding has no place here", True)
        if coding.lower() != "chunked":
            raise Refusal("not_implemented", "this coding of a body is not known here", True)
    return None if text is None else whole(text, "Content-Length is not a number", True)


def whole(text, message, closes=False):
    """The number that a text of up to twelve digits is; else Refusal with `message`."""
    if not 0 < len(text) <= 12 or not all(c in _DIGITS for c in text):
        raise Refusal("bad_request", message, closes)
    return int(text)


def whole_between(text, lowest, highest, name):
    """The same in a range."""
    message = "%s must be a whole number between %d and %d" % (name, lowest, highest)
    number = whole(text, message)
    if not lowest <= number <= highest:
        raise Refusal("bad_request", message)
    return number
