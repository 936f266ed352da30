"""What the camera's web server does with the addresses that a manifest's reverseProxy names: it passes them on to the
application, once it has checked who asks. As Apache's mod_proxy does it, which is what Axis cameras use.
"""

import aiohttp
from aiohttp import web

_PIECE = 65536
_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=60)
# Of one connection only (RFC 9110), and what the web server has dealt with itself.
_NOT_PASSED_ON = {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding",
                  "upgrade", "authorization", "host"}


async def forward(request, port):
    """The answer of the application at `port` of the loopback, which sees the whole path; bodies are passed on in pieces.

    503 where nobody listens, 502 where it does not answer; an answer that breaks off ends the connection.
    """
    async with aiohttp.ClientSession(timeout=_TIMEOUT, auto_decompress=False) as session:
        try:
            answer = await session.request(request.method, f"http://127.0.0.1:{port}{request.raw_path}",
                                           headers=_headers(request), data=_body(request), allow_redirects=False)
        except aiohttp.ClientConnectorError:
            return _trouble(503, "Service Unavailable")
        except (aiohttp.ClientError, TimeoutError, OSError):
            return _trouble(502, "Bad Gateway")
        async with answer:
            return await _pass_back(request, answer)


def _headers(request):
    """As the application sees them."""
    passed = _kept(request.headers)
    before = request.headers.get("X-Forwarded-For")
    passed["X-Forwarded-For"] = f"{before}, {request.remote}" if before else request.remote
    return passed


def _kept(headers):
    return {name: value for name, value in headers.items() if name.lower() not in _NOT_PASSED_ON}


def _body(request):
    return request.content.iter_chunked(_PIECE) if request.can_read_body else None


async def _pass_back(request, answer):
    response = web.StreamResponse(status=answer.status, reason=answer.reason, headers=_kept(answer.headers))
    await response.prepare(request)
    try:
        async for piece in answer.content.iter_chunked(_PIECE):
            await response.write(piece)
        await response.write_eof()
    except (aiohttp.ClientError, TimeoutError, OSError):
        request.transport and request.transport.close()
    return response


def _trouble(status, words):
    return web.Response(status=status, content_type="text/html",
                        text=f"<html><head><title>{status} {words}</title></head><body><h1>{words}</h1></body></html>\n")
