"""A stream of frames, multipart or bare JPEGs one after the other, from a camera that sends anything.

Input: a byte of options, two lots of four piece lengths, the content type's length and text, then the stream. However
it is cut into pieces, the same frames must come out.
"""

from camera_firmware import http_sources, local_sources
from camera_firmware.frame_source import Frame, SourceError
from camera_firmware.http_client import HttpError
from fuzz_pieces import CONTROL_BYTES, Immediate, Pieces, finish, small_reader

http_sources.asyncio = Immediate
http_sources.ByteReader = local_sources.ByteReader = small_reader
_BARE = 1     # option: no multipart
_DEFAULT = 2  # option: the content type is the usual one
_TWICE = 4    # option: cut in both ways
_FRAME_BYTES = 600
_MAX_FRAMES = 24
_frame = Frame(_FRAME_BYTES, "header")


class Client:
    """Stands for an HttpClient whose answer has come: `headers`, then `stream` as the body."""

    def __init__(self, kind, stream):
        self.headers = {"content-type": kind}
        self.readinto = stream.readinto
        self._opened = False

    async def get(self):
        if self._opened:
            raise OSError("the server is gone")
        self._opened = True
        return self

    def close(self):
        pass


def one(data):
    options, start = (data[0] if len(data) else 0), 1 + CONTROL_BYTES
    first, second = data[1:start], data[start:start + CONTROL_BYTES]
    kind, content = "multipart/x-mixed-replace; boundary=mark", data[start + CONTROL_BYTES:]
    if not options & _DEFAULT and len(content):
        length = content[0] & 0x3F
        try:
            kind, content = bytes(content[1:1 + length]).decode(), content[1 + length:]
        except UnicodeError:
            return
    fetch = bare if options & _BARE else multipart
    found = frames(fetch(kind, Pieces(first, content)))
    if options & _TWICE and found != frames(fetch(kind, Pieces(second, content))):
        raise AssertionError("other pieces, other frames")


def multipart(kind, stream):
    return http_sources.MjpegFetcher(Client(kind, stream), 1000)


def bare(kind, stream):
    return local_sources.StdinFetcher(stream, _frame)


def frames(fetcher):
    """Content and time of every frame, then how the stream ended."""
    found = []
    for _ in range(_MAX_FRAMES):
        try:
            length = finish(fetcher.fetch(_frame))
        except (HttpError, SourceError, OSError, EOFError) as error:
            found.append(repr(error))
            return found
        except ValueError as error:
            if fetcher.__class__ is not local_sources.StdinFetcher or not str(error).startswith("not a JPEG"):
                raise
            found.append("not a JPEG")  # how much of what follows is lost depends on the pieces
            return found
        if not 0 <= length <= _FRAME_BYTES:
            raise AssertionError("a frame of %d bytes" % length)
        found.append((bytes(_frame.view[:length]), _frame.time_ms))
    return found
