"""The HTTP client and its reader over bytes in memory."""

import asyncio

from camera_firmware.byte_reader import ByteReader, LineTooLong
from camera_firmware.http_client import HttpClient, HttpError, parse_url
from expect import raises


class Stream:
    """Gives `data` in pieces of `step` bytes, now and then nothing; takes what is written."""

    def __init__(self, data, step):
        self._data, self._step, self._turn = data, step, 0
        self.sent = b""
        self.s = self
        self.closed = False

    async def readinto(self, view):
        self._turn += 1
        if self._turn % 5 == 0:
            return None
        piece = self._data[:min(self._step, len(view))]
        self._data = self._data[len(piece):]
        view[:len(piece)] = piece
        return len(piece)

    def write(self, data):
        self.sent += bytes(data)

    async def drain(self):
        pass

    def close(self):
        self.closed = True


def client(*answers, step=7, user=""):
    """A client whose connections give these answers, one each, and the list of its streams."""
    streams = [Stream(answer, step) for answer in answers]
    waiting = list(streams)

    async def connect(host, port, timeout_ms, tls):
        return waiting.pop(0)
    return HttpClient("http://camera/pic?x=1", user, "secret", 1000, connect, lambda n: b"1234"), streams


async def body_of(http, size=100):
    response = await http.get()
    view, filled = memoryview(bytearray(size)), 0
    while True:
        count = await response.readinto(view[filled:])
        if not count:
            http.finish(response)
            return bytes(view[:filled])
        filled += count


def test_url_is_taken_apart():
    assert parse_url("http://cam") == (False, "cam", 80, "/")
    assert parse_url("https://cam?x=1") == (True, "cam", 443, "/?x=1")
    assert parse_url("http://[::1]:8080/a/b?c") == (False, "::1", 8080, "/a/b?c")
    for url in ("cam", "ftp://cam/", "http://", "http://cam:port/", "http://user:word@cam/"):
        raises(ValueError, parse_url, url)


def test_body_ends_by_length_by_chunks_and_by_close():
    for answer in (b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world",
                   b"HTTP/1.1 200 OK\nTransfer-Encoding: Chunked\n\n5;x=y\r\nhello\r\n6\r\n world\r\n0\r\nTrailer: 1\r\n\r\n",
                   b"HTTP/1.0 200 OK\r\n\r\nhello world"):
        for step in (1, 3, 1000):
            assert asyncio.run(body_of(client(answer, step=step)[0])) == b"hello world"


def test_connection_is_kept_and_opened_again_when_the_server_closed_it():
    good = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
    http, streams = client(good + b"ab" + good + b"cd", good + b"ef")

    async def three():
        bodies = []
        for _ in range(3):
            bodies.append(await body_of(http))
        return bodies
    assert asyncio.run(three()) == [b"ab", b"cd", b"ef"]
    assert streams[0].sent.count(b"GET /pic?x=1 HTTP/1.1\r\nHost: camera:80\r\n") == 3 and streams[0].closed


def test_body_cut_short_is_the_end_of_file():
    for answer in (b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhel"):
        raises(EOFError, asyncio.run, body_of(client(answer)[0]))


def test_unauthorised_is_answered_once_on_the_same_connection():
    refused = b'HTTP/1.1 401 No\r\nWWW-Authenticate: Digest realm="r", nonce="n"\r\nContent-Length: 3\r\n\r\nno!'
    http, streams = client(refused + b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab", user="me")
    assert asyncio.run(body_of(http)) == b"ab"
    assert streams[0].sent.count(b"Authorization: Digest ") == 1
    http, streams = client(refused + refused, user="me")
    assert "refuses source.user" in str(raises(HttpError, asyncio.run, http.get()))
    assert streams[0].closed


def test_other_answers_are_errors_of_one_sentence():
    for answer, words in ((b"HTTP/1.1 503 Busy\r\n\r\n", "status 503 Busy"), (b"RTSP/1.0 200 OK\r\n\r\n", "not HTTP"),
                          (b"x" * 5000, "not HTTP"), (b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "Content-Length"),
                          (b"HTTP/1.1 401 No\r\n\r\n", "set source.user")):
        text = str(raises(HttpError, asyncio.run, client(answer, step=1000)[0].get()))
        assert words in text and "\n" not in text


def test_status_words_that_are_no_text_are_left_out():
    http, _ = client(b"HTTP/1.1 503 \xff\xfe\r\n\r\n")
    assert str(raises(HttpError, asyncio.run, http.get())) == "status 503 "


def test_chunk_without_a_plain_hexadecimal_length_is_an_error():
    for length in (b"", b"-5", b"+5", b"0x5", b"5_0", b"g", b"123456789"):
        answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + length + b"\r\nhello\r\n0\r\n\r\n"
        raises(HttpError, asyncio.run, body_of(client(answer)[0]))


def test_numbers_longer_than_any_real_one_are_errors():
    for answer in (b"HTTP/1.1 2000000000000 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: " + b"1" * 100 + b"\r\n\r\n"):
        raises(HttpError, asyncio.run, client(answer)[0].get())


def test_reader_gives_lines_and_bytes_in_turn():
    async def read():
        reader, view = ByteReader(Stream(b"one\r\ntwo\n12345rest of it", 4), 8), memoryview(bytearray(5))
        lines = [await reader.line(), await reader.line()]
        await reader.exactly(view)
        await reader.skip(5)
        await reader.discard_until(b"of")
        again = memoryview(bytearray(5))
        count = await reader.readinto_buffered(again)
        reader.unread(count)
        await reader.exactly(again)
        return lines, bytes(view), bytes(again)
    assert asyncio.run(read()) == ([b"one", b"two"], b"12345", b"of it")


def test_line_longer_than_the_buffer_is_an_error():
    raises(LineTooLong, asyncio.run, ByteReader(Stream(b"x" * 100, 10), 16).line())
