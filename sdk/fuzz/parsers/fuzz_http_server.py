"""The camera's control server against a client that sends anything.

Input: four piece lengths, then what the client sends. Whatever it is, the server answers or closes, and never with
"500": that would be an exception nobody expected.
"""

from camera_firmware import http_request, http_response, http_server
from fuzz_pieces import CONTROL_BYTES, Immediate, Pieces, finish, small_reader

http_server.asyncio = http_request.asyncio = http_response.asyncio = Immediate
http_server.ByteReader = small_reader
_BODY_LIMIT = 2048


class Client(Pieces):
    def get_extra_info(self, name):
        return None

    def write(self, data):
        if data[:12] == b"HTTP/1.1 500":
            raise SystemExit("the server answers 500")
        self.sent += len(data)


class Log:
    def crash(self, area, error):
        raise SystemExit("the server logs a crash: %r" % error)


class Metrics:
    def count(self, name):
        pass


async def _handle(request, respond):
    if request.method == "POST":
        body = await request.body(_BODY_LIMIT)
        await respond.json({"path": request.path, "query": request.query, "length": len(body)})
    elif request.method == "GET":
        await respond.json({"keep": request.keep, "headers": len(request.headers)}, 200, request.keep)
    else:
        raise http_server.Refusal("method_not_allowed", "no such method")


_server = http_server.Server(_handle, Log(), Metrics())


def one(data):
    stream = Client(data[:CONTROL_BYTES], data[CONTROL_BYTES:])
    finish(_server._serve(stream, None))
    if not stream.closed or _server.open:
        raise AssertionError("the connection stays open")
