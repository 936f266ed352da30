"""The HTTP face: snapshot and MJPEG as Axis cameras serve them, behind digest authentication."""

import asyncio

from aiohttp import web

from host_tools.simcam.api import Api
from host_tools.simcam.errors import SourceError
from host_tools.simcam.faults import damage, parse

SNAPSHOT = "/axis-cgi/jpg/image.cgi"
MJPEG = "/axis-cgi/mjpg/video.cgi"
_BOUNDARY = "myboundary"
_HOLD_S = 1.0
_DEFAULT_FPS = 25
_DAY_MS = 86_400_000
_LARGEST = 128 * 1024 * 1024  # bytes of a request: packages
_PAGE = '<!doctype html><title>%s</title><h1>%s</h1><img src="' + MJPEG + '?fps=5" style="max-width:100%%">'


class Server:
    """aiohttp handlers over `frames` (frames.Frames); `realm` is a DigestRealm or None. `fault` may be set any time.

    applications: applications.Applications, or None for a camera that takes none. `api` is over them, or None.
    """

    def __init__(self, frames, realm, quality, fault=None, applications=None):
        self._frames, self._realm, self._quality = frames, realm, quality
        self.fault = fault
        self.api = None if applications is None else Api(applications, self._number_of)

    def _number_of(self, name):
        """The number of the fault `name`, 0 for one without; None if it is not in force."""
        key, number = parse(self.fault) if self.fault else (None, None)
        return (number or 0) if key in (name, name + ":N") else None

    def application(self):
        application = web.Application(middlewares=[self._guard], client_max_size=_LARGEST)
        application.router.add_get("/", self._page, allow_head=False)
        application.router.add_get(SNAPSHOT, self._snapshot, allow_head=False)
        application.router.add_get(MJPEG, self._stream, allow_head=False)
        if self.api is not None:
            self.api.add_to(application.router)
        return application

    @web.middleware
    async def _guard(self, request, handler):
        if self.api is not None and self.api.off:
            request.transport.close()
            return web.Response()
        if self.fault == "silent":
            await asyncio.Event().wait()
        if self.fault == "500":
            return web.Response(status=500, text="Internal Server Error\n")
        if self._realm is not None or self.fault == "401":
            refused = self._refusal(request)
            if refused is not None:
                return refused
        return await handler(request)

    def _refusal(self, request):
        if self._realm is None:
            return web.Response(status=401, text="Unauthorized\n", headers={"WWW-Authenticate": 'Basic realm="-"'})
        verdict = self._realm.check(request.headers.get("Authorization"), request.method, request.raw_path)
        if verdict == "ok" and self.fault != "401":
            return None
        response = web.Response(status=401, text="Unauthorized\n")
        for challenge in self._realm.challenges(stale=verdict == "stale"):
            response.headers.add("WWW-Authenticate", challenge)
        return response

    async def _page(self, request):
        name = self._frames.source.name
        return web.Response(text=_PAGE % (name, name), content_type="text/html")

    async def _snapshot(self, request):
        size, quality = _picture_wanted(request.query, self._quality)
        data, time_ms = await self._next(size, quality)
        body = damage(self.fault, data)
        headers = {"Content-Type": "image/jpeg", "X-Timestamp": self._stamp(time_ms), "Cache-Control": "no-cache"}
        if self.fault == "half-frame":
            return await _cut(request, headers, body)
        response = web.Response(body=body, headers=headers)
        self._frames.count(time_ms)
        return response

    def _stamp(self, time_ms):
        return stamp(time_ms % _DAY_MS if self.fault == "wrong-clock" else time_ms)

    async def _next(self, size, quality):
        future, time_ms, held = self._frames.next(size, quality)
        if held:
            await asyncio.sleep(_HOLD_S)
        try:
            return await asyncio.shield(asyncio.wrap_future(future)), time_ms
        except SourceError as error:
            raise web.HTTPServiceUnavailable(text=f"{error}\n")

    async def _stream(self, request):
        size, quality = _picture_wanted(request.query, self._quality)
        period = 1 / (_number(request.query, "fps", 0, 1, 100) or _DEFAULT_FPS)
        response = web.StreamResponse(
            headers={"Content-Type": "multipart/x-mixed-replace; boundary=" + _BOUNDARY, "Cache-Control": "no-cache"})
        try:
            await response.prepare(request)
            await self._send_parts(request, response, size, quality, period)
        except ConnectionResetError:
            pass  # the client has seen enough
        return response

    async def _send_parts(self, request, response, size, quality, period):
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            data, time_ms = await self._next(size, quality)
            body = damage(self.fault, data)
            head = "--%s\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\nX-Timestamp: %s\r\n\r\n" % (
                _BOUNDARY, len(body), self._stamp(time_ms))
            if self.fault == "half-frame":
                await response.write(head.encode() + body[:len(body) // 2])
                request.transport.close()
                return
            await response.write(head.encode() + body + b"\r\n")
            self._frames.count(time_ms)
            due = max(due + period, loop.time() - period)
            await asyncio.sleep(max(0.0, due - loop.time()))
            while self.fault in ("silent", "500", "401"):
                await asyncio.sleep(0.05)


async def _cut(request, headers, body):
    """Half a response, then the connection closes."""
    response = web.StreamResponse(headers=dict(headers, **{"Content-Length": str(len(body))}))
    await response.prepare(request)
    await response.write(body[:len(body) // 2])
    request.transport.close()
    return response


def stamp(time_ms):
    """Milliseconds as the X-Timestamp header has them: seconds with three decimals."""
    return "%d.%03d" % divmod(time_ms, 1000)


def _number(query, name, default, low, high):
    text = query.get(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise web.HTTPBadRequest(text=f"{name} must be a number from {low} to {high}\n")
    return int(text)


def _picture_wanted(query, quality):
    """(size or None, JPEG quality) from `resolution=WxH` and `compression=0..100`; compression 30 is quality 80."""
    compression = _number(query, "compression", None, 0, 100)
    if compression is not None:
        quality = max(5, round(95 - compression / 2))
    text = query.get("resolution")
    if text is None:
        return None, quality
    width, _, height = text.partition("x")
    if not (width.isascii() and height.isascii() and width.isdigit() and height.isdigit()
            and 16 <= int(width) <= 4096 and 16 <= int(height) <= 4096):
        raise web.HTTPBadRequest(text="resolution must be WIDTHxHEIGHT, 16 to 4096 each\n")
    return (int(width), int(height)), quality
