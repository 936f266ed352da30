"""The camera's side of an HTTP/1.1 connection against a server that sends anything.

Input: a byte of options, two lots of four piece lengths, then what the server sends. However the same bytes are cut
into pieces, the outcome must be the same.
"""

from camera_firmware import http_client
from camera_firmware.byte_reader import LineTooLong
from fuzz_pieces import CONTROL_BYTES, Immediate, Pieces, finish, small_reader

http_client.asyncio = Immediate
http_client.ByteReader = small_reader
_USER = 1        # option: the client has credentials
_TWICE = 6       # option, both bits: cut in both ways
_MAX_REQUESTS = 2
_MAX_BODY = 16384
_view = memoryview(bytearray(257))


def one(data):
    options, start = (data[0] if len(data) else 0), 1 + CONTROL_BYTES
    content = data[start + CONTROL_BYTES:]
    first = outcome(options, Pieces(data[1:start], content))
    if options & _TWICE == _TWICE and first != outcome(options, Pieces(data[start:start + CONTROL_BYTES], content)):
        raise AssertionError("other pieces, another outcome")


def outcome(options, stream):
    """What the requests gave: a list of texts and numbers."""
    opened = []

    async def connect(host, port, timeout_ms, tls):
        if opened:
            raise OSError("the server is gone")
        opened.append(stream)
        return stream

    user = "me" if options & _USER else ""
    client = http_client.HttpClient("http://camera/picture", user, "secret", 1000, connect, lambda count: b"12345678")
    events = []
    for _ in range(_MAX_REQUESTS):
        try:
            finish(request(client, events))
        except (http_client.HttpError, OSError, EOFError, LineTooLong) as error:
            if opened and not stream.closed and events[-1:] != ["body"]:
                raise AssertionError("the connection stays open after an error")
            events.append(repr(error))
            client.close()
            break
    events.append(stream.sent)
    return events


async def request(client, events):
    response = await client.get()
    events.append((response.status, response.words, response.length, response.closes))
    events.append("body")
    body = bytearray()
    while len(body) < _MAX_BODY:
        count = await response.readinto(_view)
        if not 0 <= count <= len(_view):
            raise AssertionError("readinto returned %d" % count)
        if not count:
            break
        body.extend(_view[:count])
    client.finish(response)
    events.append(body)
