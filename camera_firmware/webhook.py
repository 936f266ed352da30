"""Events to a web server: one POST each, in order, signed, repeated until it is taken.

Headers and signature are those of Standard Webhooks (standardwebhooks.com, version 1): HMAC-SHA256 (RFC 2104) over
"<webhook-id>.<webhook-timestamp>.<body>". webhook-id is the same in every attempt, so a receiver takes each event once.
"""

import asyncio
import time
from binascii import a2b_base64, b2a_base64, hexlify
from hashlib import sha256

from camera_firmware import net
from camera_firmware.byte_reader import ByteReader
from camera_firmware.clock import Backoff
from camera_firmware.http_client import HttpError, parse_url, read_headers
from camera_firmware.portable import const
from camera_firmware.reasons import reason

_FIRST_MS = const(1000)      # waited after a failure, doubling up to
_LIMIT_MS = const(300000)
_MAX_ANSWER = const(65536)   # read for the sake of the connection
_BLOCK_BYTES = const(64)     # of SHA-256
_PREFIX = "whsec_"           # of a secret in base64


def key_of(secret):
    """The key as bytes: base64 behind "whsec_", otherwise the text itself. Raises ValueError."""
    return a2b_base64(secret[len(_PREFIX):]) if secret.startswith(_PREFIX) else secret.encode()


def hmac_sha256(key, *parts):
    """HMAC-SHA256 of the parts (bytes-like) one behind the other, 32 bytes."""
    if len(key) > _BLOCK_BYTES:
        key = sha256(key).digest()
    key = key + bytes(_BLOCK_BYTES - len(key))
    inner = sha256(bytes([byte ^ 0x36 for byte in key]))
    for part in parts:
        inner.update(part)
    outer = sha256(bytes([byte ^ 0x5C for byte in key]))
    outer.update(inner.digest())
    return outer.digest()


class Webhook:
    """`settings` is the section "webhook", `outbox` an outbox.Outbox, `tls` a tls.Tls for https or False."""

    def __init__(self, settings, camera, outbox, tls, random, log, metrics, connect=net.connect, wall_s=time.time,
                 sleep=asyncio.sleep):
        self.last_error = None
        _, self._host, self._port, self._target = parse_url(settings["url"])
        self._key = key_of(settings["secret"])
        self._timeout_s = settings["timeout_s"]
        self._camera = camera
        self._outbox = outbox
        self._tls = tls
        self._random = random
        self._log = log
        self._metrics = metrics
        self._connect = connect
        self._wall_s = wall_s
        self._sleep = sleep
        self._stream = self._reader = None

    @property
    def waiting(self):
        """How many events the receiver has not taken."""
        return self._outbox.waiting

    async def run(self):
        backoff = Backoff(self._random, _FIRST_MS, _LIMIT_MS)
        while True:
            try:
                line = self._outbox.oldest()
                if line is None:
                    await self._rest()
                    continue
                wait_s = await self._attempt(line)
            except (OSError, EOFError, ValueError, HttpError, asyncio.TimeoutError) as error:
                self.close()
                self._failed(reason(error) if isinstance(error, (OSError, EOFError, asyncio.TimeoutError)) else str(error).strip())
                wait_s = 0
            if wait_s is None:
                self._delivered()
                backoff.reset()
            else:
                await self._sleep(max(wait_s, backoff.next_ms() / 1000))

    def close(self):
        if self._stream:
            net.close(self._stream)
        self._stream = self._reader = None

    async def _rest(self):
        self.close()
        self._outbox.news.clear()
        await self._outbox.news.wait()

    def _delivered(self):
        self._outbox.done()
        self.last_error = None
        self._metrics.count("webhook_delivered")
        self._log.recovered("webhook", "events are taken again")

    def _failed(self, why):
        self.last_error = why
        self._metrics.count("webhook_failed")
        self._log.repeated("webhook", why)

    async def _attempt(self, line):
        """None if the receiver has taken it, otherwise the seconds that it asks to be left alone."""
        request = self._request(line)
        reused = self._stream is not None
        try:
            status, headers = await self._exchange(request)
        except (OSError, EOFError):
            if not reused:
                raise
            self.close()  # the server had closed an idle connection: once more on a new one
            status, headers = await self._exchange(request)
        if 200 <= status < 300:
            return None
        self._failed("the receiver answers with status %d" % status)
        wait = headers.get("retry-after", "")
        return min(3600, int(wait)) if wait.isdigit() and len(wait) < 8 else 0

    def _request(self, line):
        stamp, name = str(int(self._wall_s())), self._name(line)
        signature = hmac_sha256(self._key, name.encode(), b".", stamp.encode(), b".", line)
        host = self._host if ":" not in self._host else "[%s]" % self._host
        head = ("POST %s HTTP/1.1" % self._target, "Host: %s:%d" % (host, self._port), "User-Agent: doorlens-camera",
                "Content-Type: application/json", "Content-Length: %d" % len(line), "webhook-id: " + name,
                "webhook-timestamp: " + stamp, "webhook-signature: v1," + b2a_base64(signature).strip().decode(), "", "")
        return "\r\n".join(head).encode() + line

    def _name(self, line):
        """The same for every attempt at an event; of one without a number, what it says."""
        number = self._outbox.number
        return "%s-%s" % (self._camera, hexlify(sha256(line).digest()[:8]).decode() if number is None else number)

    async def _exchange(self, request):
        """(status, headers) of the answer."""
        if not self._stream:
            self._stream = await self._connect(self._host, self._port, int(1000 * self._timeout_s), self._tls)
            self._reader = ByteReader(self._stream, 1024)
        return await asyncio.wait_for(self._ask(request), self._timeout_s)

    async def _ask(self, request):
        self._stream.write(request)
        await self._stream.drain()
        parts = (await self._reader.line()).split(None, 2)
        if len(parts) < 2 or not parts[0].startswith(b"HTTP/1.") or len(parts[1]) != 3 or not parts[1].isdigit():
            raise HttpError("the receiver's answer is not HTTP")
        headers, _ = await read_headers(self._reader)
        length = headers.get("content-length", "")
        if length.isdigit() and int(length[:8]) <= _MAX_ANSWER and parts[0] == b"HTTP/1.1" \
                and "close" not in headers.get("connection", "").lower() and "transfer-encoding" not in headers:
            await self._reader.skip(int(length))
        else:
            self.close()
        return int(parts[1].decode()), headers
