"""Requests as bytes in memory, in pieces of any length."""

import asyncio

from camera_firmware.byte_reader import ByteReader
from camera_firmware.http_request import Refusal, read_request
from expect import raises

GOOD = b"PUT /a%2Fb/%C3%A9?x=%3d1&y HTTP/1.1\r\nHost: a:80\r\nX-A: 1\r\nx-a:  2 \r\nContent-Length: 3\r\n\r\nabcGET"


class Bytes:
    def __init__(self, data, step):
        self._data, self._step = data, step

    async def readinto(self, view):
        count = min(self._step, len(view), len(self._data))
        view[:count], self._data = self._data[:count], self._data[count:]
        return count


def read(data, step=1000):
    return asyncio.run(read_request(ByteReader(Bytes(data, step), 256)))


def refused(data):
    """The code of the refusal, after which the connection must not be used."""
    refusal = raises(Refusal, read, data)
    assert "\n" not in refusal.message
    return refusal.code


def head(*lines):
    return b"GET / HTTP/1.1\r\nHost: a\r\n" + b"".join(line + b"\r\n" for line in lines) + b"\r\n"


def test_request_is_the_same_in_pieces_of_any_length():
    for step in (1, 2, 7, 1000):
        request = read(GOOD, step)
        assert (request.method, request.path, request.query) == ("PUT", "/a/b/\u00e9", {"x": "=1", "y": ""})
        assert request.headers["x-a"] == "1, 2" and request.length == 3 and request.keep and request.body_pending
        assert bytes(asyncio.run(request.body(3))) == b"abc" and not request.body_pending


def test_body_is_refused_by_its_length_and_by_its_absence():
    assert raises(Refusal, asyncio.run, read(GOOD).body(2)).code == "too_large"
    assert raises(Refusal, asyncio.run, read(head()).body(2)).code == "length_required"
    assert raises(Refusal, asyncio.run, read(head(b"Transfer-Encoding: Chunked")).body(2)).code == "length_required"


def test_connection_stays_as_the_version_and_the_header_say():
    for line, keep in ((b"Connection: close", False), (b"Connection: Upgrade, Close", False), (b"Connection: keep-alive", True)):
        assert read(head(line)).keep == keep
    assert not read(b"GET / HTTP/1.0\r\n\r\n").keep and read(b"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").keep


def test_next_request_cannot_be_hidden_in_a_body():
    for lines in ((b"Content-Length: 3", b"Content-Length: 3"), (b"Content-Length: 3", b"Transfer-Encoding: chunked"),
                  (b"Content-Length : 3",), (b"Content-Length: 3_0",), (b"Content-Length: \xc2\xb2",), (b" Content-Length: 3",),
                  (b"X: a\rContent-Length: 3",), (b"Content-Length: \xd9\xa3",)):
        assert refused(head(*lines)) == "bad_request", lines
    assert refused(head(b"Transfer-Encoding: chunked, gzip")) == "not_implemented"


def test_bounds_have_codes_of_their_own():
    assert refused(b"GET /" + b"a" * 300 + b" HTTP/1.1\r\n\r\n") == "target_too_long"
    assert refused(head(b"X: " + b"a" * 300)) == "headers_too_large"
    assert refused(head(*[b"X: y"] * 64)) == "headers_too_large"
    assert refused(head(*[b"X: " + b"a" * 200] * 50)) == "headers_too_large"


def test_what_is_no_request_is_refused_without_waiting_for_a_line():
    for data in (b"\x16\x03\x01", b"\0", b" ", b"\r\n\r\n\r\n\r\n\r\n", b"{"):
        assert refused(data) == "bad_request"
    assert refused(b"PRI * HTTP/2.0\r\n\r\n") == "version"
    raises(EOFError, read, b"GET / HTTP/1.1\r\nHost: a\r\n")
    raises(EOFError, read, b"")


def test_targets_are_decoded_strictly():
    for target in (b"/%", b"/%2", b"/%g0", b"/% 0", b"/%+0", b"/%0 ", b"/%ff", b"*", b"host:80", b"/?a=1&a=2", b"/?%61=1&a=2"):
        assert refused(b"GET " + target + b" HTTP/1.1\r\nHost: a\r\n\r\n") == "bad_request", target
    assert read(b"GET HTTP://a/b?c HTTP/1.1\r\nHost: a\r\n\r\n").path == "/b"
    assert read(b"GET https://a HTTP/1.1\r\nHost: a\r\n\r\n").path == "/"
