"""A network camera of the test's: aiohttp on loopback, with behaviours that can be changed while it runs."""

import asyncio
import hashlib
import secrets
import threading

import cv2
import numpy
from aiohttp import web

USER, PASSWORD, REALM = "viewer", 'pass"word', "AXIS_ACCC8E000000"
SNAPSHOT, STREAM = "/axis-cgi/jpg/image.cgi?resolution=320x240", "/axis-cgi/mjpg/video.cgi"


def picture(grey, width=320, height=240):
    """A JPEG of one grey level on average, 0..255, a little brighter to the right, with a grain that makes it a few kilobytes."""
    grain = numpy.random.default_rng(grey).integers(-6, 7, (height, width, 1))
    slope = numpy.linspace(-6, 6, width).round().astype(int)[None, :, None]
    pixels = (numpy.full((height, width, 3), grey) + grain + slope).clip(0, 255).astype(numpy.uint8)
    return cv2.imencode(".jpg", pixels)[1].tobytes()


def with_size(jpeg, width, height):
    """The JPEG with another size in its header."""
    at = jpeg.index(b"\xff\xc0") + 5
    return jpeg[:at] + height.to_bytes(2, "big") + width.to_bytes(2, "big") + jpeg[at + 4:]


class CameraServer:
    """`behaviour` names a method `do_...` of Behaviours; `auth` is None, "basic", "digest" or "sha-256"."""

    def __init__(self, tls=None):
        self._tls = tls  # an ssl.SSLContext
        self.behaviour = "good"
        self.auth = None
        self.grey = 40
        self.jpeg = None       # streamed in place of a grey picture
        self.time_ms = None    # sent as X-Timestamp
        self.requests = 0
        self.connections = set()
        self.nonces = {}       # nonce -> counts seen
        self.challenges = 0
        self.expire_after = 0  # uses of a nonce, 0 = for ever
        self._started = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        assert self._started.wait(10)
        return self

    def __exit__(self, *exception):
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def url(self, path=SNAPSHOT):
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}{path}"

    def _run(self):
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._listen())
        self._started.set()
        self._loop.run_forever()

    async def _listen(self):
        app = web.Application()
        app.router.add_get("/{path:.*}", self._answer)
        runner = web.AppRunner(app, shutdown_timeout=0)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=self._tls)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]

    async def _close(self):
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _answer(self, request):
        self.requests += 1
        self.connections.add(request.transport.get_extra_info("peername"))
        if self.auth and not self._authorized(request):
            return self._challenge()
        return await getattr(self, "do_" + self.behaviour)(request)

    @property
    def headers(self):
        stamp = {} if self.time_ms is None else {"X-Timestamp": f"{self.time_ms // 1000}.{self.time_ms % 1000:03d}"}
        return {"Content-Type": "image/jpeg"} | stamp

    # One picture a request.

    async def do_good(self, request):
        return web.Response(body=picture(self.grey), headers=self.headers)

    async def do_refused(self, request):
        return web.Response(status=401, text="no", headers={"WWW-Authenticate": 'Digest realm="x", nonce="%s"' % secrets.token_hex(4)})

    async def do_error(self, request):
        return web.Response(status=500, text="the lens fell off")

    async def do_silent(self, request):
        await asyncio.sleep(3600)

    async def do_half(self, request):
        body = picture(self.grey)
        response = web.StreamResponse(headers=self.headers | {"Content-Length": str(len(body))})
        await response.prepare(request)
        await response.write(body[:len(body) // 2])
        request.transport.close()
        return response

    async def do_stalled(self, request):
        body = picture(self.grey)
        response = web.StreamResponse(headers=self.headers | {"Content-Length": str(len(body))})
        await response.prepare(request)
        await response.write(body[:len(body) // 2])
        await asyncio.sleep(3600)

    async def do_chunked(self, request):
        body = picture(self.grey)
        response = web.StreamResponse(headers=self.headers)
        response.enable_chunked_encoding()
        await response.prepare(request)
        for at in range(0, len(body), 1000):
            await response.write(body[at:at + 1000])
        return response

    async def do_old(self, request):
        """HTTP as in 1996: no length, the end of the connection is the end of the picture."""
        request.transport.write(b"HTTP/1.0 200 OK\r\nContent-Type: image/jpeg\r\n\r\n" + picture(self.grey))
        request.transport.close()
        return web.Response()

    async def do_not_http(self, request):
        request.transport.write(b"SSH-2.0-OpenSSH_9.2\r\n")
        request.transport.close()
        return web.Response()

    async def do_truncated(self, request):
        return web.Response(body=picture(self.grey)[:-700], headers=self.headers)

    async def do_empty(self, request):
        return web.Response(body=b"", headers=self.headers)

    async def do_not_jpeg(self, request):
        return web.Response(body=b"<html>the camera is starting</html>", headers=self.headers)

    async def do_100_megapixels(self, request):
        return web.Response(body=with_size(picture(self.grey), 10000, 10000), headers=self.headers)

    async def do_blank(self, request):
        pixels = numpy.full((240, 320, 3), 128, numpy.uint8)
        return web.Response(body=cv2.imencode(".jpg", pixels)[1].tobytes(), headers=self.headers)

    async def do_other_sizes(self, request):
        sizes = ((320, 240), (160, 120), (640, 360))
        return web.Response(body=picture(self.grey, *sizes[self.requests % 3]), headers=self.headers)

    async def do_too_large(self, request):
        return web.Response(body=picture(self.grey) + bytes(300000), headers=self.headers)

    # Streams. `dialect` decides how they are written, `pause_s` is the time between two parts.

    pause_s = 0.03
    dialect = {"boundary": "mark", "quoted": False, "dashes": False, "length": True, "preamble": b""}

    async def do_stream(self, request):
        dialect = self.dialect
        mark = ("--" if dialect["dashes"] else "") + dialect["boundary"]
        kind = 'multipart/x-mixed-replace; boundary=' + (f'"{mark}"' if dialect["quoted"] else mark)
        response = web.StreamResponse(headers={"Content-Type": kind})
        await response.prepare(request)
        await response.write(dialect["preamble"])
        while self.behaviour == "stream" and self.dialect is dialect:
            body = self.jpeg or picture(self.grey)
            head = f"--{dialect['boundary']}\r\nContent-Type: image/jpeg\r\n"
            head += f"Content-Length: {len(body)}\r\n" if dialect["length"] else ""
            await response.write(head.encode() + b"\r\n")
            for at in range(0, len(body), 1460):
                await response.write(body[at:at + 1460])
            await response.write(b"\r\n")
            await asyncio.sleep(self.pause_s)
        if self.behaviour == "stream_cut":
            await response.write(f"--{dialect['boundary']}\r\nContent-Length: 5000\r\n\r\n".encode() + body[:1000])
            request.transport.close()
        return response

    do_stream_cut = do_stream

    # Authentication, checked by the words of RFC 7616 and 7617.

    def _challenge(self):
        self.challenges += 1
        if self.auth == "basic":
            value = f'Basic realm="{REALM}"'
        else:
            nonce = secrets.token_hex(8)
            self.nonces[nonce] = []
            algorithm = "SHA-256" if self.auth == "sha-256" else "MD5"
            value = f'Digest realm="{REALM}", qop="auth", algorithm={algorithm}, nonce="{nonce}", opaque="o,p"'
            if self.challenges > 1:
                value += ", stale=true"
        response = web.Response(status=401, text="authenticate, please")
        response.headers.add("WWW-Authenticate", value)
        return response

    def _authorized(self, request):
        scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
        if self.auth == "basic":
            import base64
            return scheme == "Basic" and base64.b64decode(rest) == f"{USER}:{PASSWORD}".encode()
        if scheme != "Digest":
            return False
        import urllib.request
        fields = urllib.request.parse_keqv_list(urllib.request.parse_http_list(rest))
        counts = self.nonces.get(fields["nonce"])
        if counts is None or (self.expire_after and len(counts) >= self.expire_after):
            return False
        hasher = hashlib.sha256 if self.auth == "sha-256" else hashlib.md5

        def digest(text):
            return hasher(text.encode()).hexdigest()
        expected = digest(":".join((digest(f"{USER}:{REALM}:{PASSWORD}"), fields["nonce"], fields["nc"], fields["cnonce"],
                                    fields["qop"], digest(f"GET:{request.raw_path}"))))
        counts.append(int(fields["nc"], 16))
        return (fields["response"] == expected and fields["uri"] == request.raw_path and fields["opaque"] == "o,p"
                and counts == list(range(1, len(counts) + 1)))
