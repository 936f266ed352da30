"""The control API of contract/api.py on top of http_server."""

import asyncio
import json
import os

from camera_firmware.attempts import Attempts
from camera_firmware.http_server import PIECE_BYTES, Refusal
from camera_firmware.portable import const
from camera_firmware.reasons import reason
from contract import api
from contract.model import ModelError
from contract.sample import is_sample_id
from contract.update import UpdateError


_TOKEN = api.TOKEN_HEADER.lower()
# The other side is a web server on this machine, which says for whom it speaks.
_LOOPBACK = (b"\x7f\x00\x00\x01", "127.0.0.1")
_ADDRESS_CHARACTERS = const(45)


def same_secret(given, expected):
    """Compares two byte strings in a time that does not depend on where they differ."""
    difference = len(given) ^ len(expected)
    for i in range(len(given)):
        difference |= given[i] ^ expected[i % len(expected)]
    return difference == 0


class Control:
    """`application` offers status(), metrics(), model(), spool, flush(), install(buffer), updates and monotonic."""

    def __init__(self, application, token, log, metrics):
        self._application = application
        self._token = token.encode()
        self._log = log
        self._metrics = metrics
        self._attempts = Attempts()
        self._installing = asyncio.Lock()

    async def handle(self, request, respond):
        self._authorize(request)
        if request.path.startswith(api.BEHIND + "/"):
            request.path = request.path[len(api.BEHIND):]
        if request.path == api.STATUS:
            await self._get(request, respond, self._application.status)
        elif request.path == api.METRICS:
            await self._get(request, respond, self._application.metrics)
        elif request.path == api.SAMPLES:
            _allow(request, "GET")
            await respond.json_text(self._listing(request.query), keep=request.keep)
        elif request.path.startswith(api.SAMPLES + "/"):
            await self._sample(request, respond, request.path[len(api.SAMPLES) + 1:])
        elif request.path == api.MODEL:
            await self._model(request, respond)
        elif request.path == api.UPDATE:
            await self._update(request, respond)
        else:
            raise Refusal("not_found", "there is no " + request.path)

    def _authorize(self, request):
        now, client = self._application.monotonic.now(), _client(request)
        if not self._attempts.allowed(client, now):
            raise Refusal("too_many_attempts", "too many wrong tokens came from this address: wait")
        if not same_secret(request.headers.get(_TOKEN, "").encode(), self._token):
            self._attempts.wrong(client, now)
            self._metrics.count("tokens_refused")
            raise Refusal("unauthorized", "the token is missing or wrong")

    async def _get(self, request, respond, make):
        _allow(request, "GET")
        await respond.json(make(), keep=request.keep)

    def _listing(self, query):
        after = query.get("after") or None
        limit = query.get("limit", str(api.MAX_SAMPLES_LISTED))
        if after and not is_sample_id(after):
            raise Refusal("bad_request", "after is not a sample's id")
        if not limit.isdigit() or not 1 <= int(limit) <= api.MAX_SAMPLES_LISTED:
            raise Refusal("bad_request", "limit must be between 1 and %d" % api.MAX_SAMPLES_LISTED)
        spool = self._application.spool
        if not after:
            self._application.flush()  # a host that begins to ask gets all
        ids, more = spool.after(after, int(limit))
        texts = []
        for sample in ids:
            try:
                texts.append(spool.sidecar_text(sample))
            except OSError as error:
                self._log.repeated("spool", "the sidecar of %s cannot be read: %s" % (sample, reason(error)))
        return '{"samples":[%s],"more":%s}' % (",".join(texts), json.dumps(more))

    async def _sample(self, request, respond, sample):
        _allow(request, "GET", "DELETE")
        spool = self._application.spool
        if not is_sample_id(sample) or sample not in spool:
            raise Refusal("not_found", "there is no sample " + sample)
        if request.method == "DELETE":
            spool.delete(sample)
            await respond.json({"deleted": sample}, keep=request.keep)
        else:
            await _send_file(spool.path(sample), respond, request.keep)

    async def _model(self, request, respond):
        _allow(request, "GET", "PUT")
        if request.method == "PUT":
            if self._application.updates.signed:
                raise Refusal("update_unsigned", "this camera takes signed updates only: use `doorlens push`")
            async with self._installing:  # one upload in memory at a time
                await self._install(await request.body(api.MAX_MODEL_BYTES))
        model = self._application.model()
        if model is None:
            raise Refusal("not_found", "no model has been pushed yet")
        await respond.json(model, keep=request.keep)

    async def _install(self, buffer):
        try:
            self._application.install(buffer)
        except ModelError as error:
            self._log.warning("model", "refused: %s" % error)
            raise Refusal(error.code, str(error))
        except OSError as error:
            self._log.warning("model", "cannot be stored: %s" % reason(error))
            raise Refusal("storage_full", "the camera's disk does not take the model")

    async def _update(self, request, respond):
        _allow(request, "GET", "PUT", "DELETE")
        kind = request.query.get("kind", "model")
        if kind not in api.UPDATE_KINDS:
            raise Refusal("bad_request", "kind must be one of " + ", ".join(api.UPDATE_KINDS))
        updates = self._application.updates.of(kind)
        if request.method == "PUT":
            offset = request.query.get("offset", "")
            if not offset.isdigit() or len(offset) > 9:
                raise Refusal("bad_request", "offset must be the number of bytes that the camera has")
            piece = await request.body(api.MAX_PIECE_BYTES)
            if not piece:
                raise Refusal("bad_request", "a piece must not be empty")
            self._put_piece(updates, int(offset), piece)
        elif request.method == "DELETE":
            updates.cancel()
        await respond.json(updates.state(), keep=request.keep)

    def _put_piece(self, updates, offset, piece):
        try:
            updates.put(offset, piece)
        except (UpdateError, ModelError) as error:
            if error.code not in ("update_offset", "update_busy"):
                self._log.warning("update", "refused: %s" % error)
            raise Refusal(error.code, str(error))
        except OSError as error:
            self._log.warning("update", "cannot be stored: %s" % reason(error))
            raise Refusal("storage_full", "the camera's disk does not take the update")


def _client(request):
    """Whose wrong tokens are counted together: an address."""
    named = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    return named[:_ADDRESS_CHARACTERS] if named and request.peer in _LOOPBACK else request.peer


def _allow(request, *methods):
    if request.method not in methods:
        raise Refusal("method_not_allowed", "%s takes %s" % (request.path, ", ".join(methods)))


async def _send_file(path, respond, keep):
    with open(path, "rb") as file:
        left = os.stat(path)[6]
        await respond.head(200, "image/jpeg", left, keep)
        while left:
            piece = file.read(min(PIECE_BYTES, left))
            if not piece:
                raise OSError("the sample has become shorter")
            await respond.piece(piece)
            left -= len(piece)
