"""The control API of contract/api.py on top of http_server."""

import asyncio
import json
import os

from camera_firmware.attempts import Attempts
from camera_firmware.health_control import HealthControl
from camera_firmware.http_request import Refusal, whole_between
from camera_firmware.http_response import PIECE_BYTES
from camera_firmware.portable import const
from camera_firmware.reasons import reason
from contract import api
from contract.model import ModelError
from contract.sample import is_sample_id
from contract.update import UpdateError


_TOKEN = api.TOKEN_HEADER.lower()
_BEARER = "Bearer "
# The other side is a web server on this machine, which says for whom it speaks.
_LOOPBACK = ("7f000001", "127.0.0.1")
_ADDRESS_CHARACTERS = const(45)
_LISTING_CHARACTERS = const(65536)  # a page of samples ends behind the one that reaches it
_MAX_OFFSET = const(999999999)


def same_secret(given, expected):
    """Compares two byte strings in a time that does not depend on where they differ."""
    difference = len(given) ^ len(expected)
    for i in range(len(given)):
        difference |= given[i] ^ expected[i % len(expected)]
    return difference == 0


class Control(HealthControl):
    """`application` offers status(), metrics(), health(), model(), spool, flush(), install(buffer), updates and monotonic.

    Every route of api.ROUTES is answered by the method of its name, with an underscore before it.
    """

    def __init__(self, application, token, log, metrics):
        self._application = application
        self._token = token.encode()
        self._log = log
        self._metrics = metrics
        self._attempts = Attempts()
        self._installing = asyncio.Lock()
        self._routes = {}  # path -> method -> what answers
        for route in api.ROUTES:
            self._routes.setdefault(route.path, {})[route.method] = getattr(self, "_" + route.handler)

    async def handle(self, request, respond):
        if request.path.startswith(api.BEHIND + "/"):
            request.path = request.path[len(api.BEHIND):]
        if request.path not in api.OPEN:
            self._authorize(request)
        methods = self._routes.get(request.path) or self._routes.get(request.path.rpartition("/")[0] + "/{id}")
        if not methods:
            raise Refusal("not_found", "there is no " + request.path)
        if request.method not in methods:
            allowed = ", ".join(sorted(methods))
            raise Refusal("method_not_allowed", "%s takes %s" % (request.path, allowed), header="Allow: " + allowed)
        await methods[request.method](request, respond)

    def _authorize(self, request):
        now, client = self._application.monotonic.now(), _client(request)
        if not self._attempts.allowed(client, now):
            raise Refusal("too_many_attempts", "too many wrong tokens came from this address: wait", header="Retry-After: 2")
        if not same_secret(_token(request).encode(), self._token):
            self._attempts.wrong(client, now)
            self._metrics.count("tokens_refused")
            raise Refusal("unauthorized", "the token is missing or wrong")
        request.authorized = True

    async def _get_status(self, request, respond):
        await respond.json(self._application.status(), keep=request.keep)

    async def _get_samples(self, request, respond):
        after = request.query.get("after") or None
        if after and not is_sample_id(after):
            raise Refusal("bad_request", "after is not a sample's id")
        limit = whole_between(request.query.get("limit", str(api.MAX_SAMPLES_LISTED)), 1, api.MAX_SAMPLES_LISTED, "limit")
        await respond.text(self._listing(after, limit), "application/json", keep=request.keep)

    def _listing(self, after, limit):
        spool = self._application.spool
        if not after:
            self._application.flush()  # a host that begins to ask gets all
        ids, more = spool.after(after, limit)
        texts, length = [], 0
        for sample in ids:
            if length > _LISTING_CHARACTERS:
                more = True
                break
            try:
                texts.append(spool.sidecar_text(sample))
            except OSError as error:
                self._log.repeated("spool", "the sidecar of %s cannot be read: %s" % (sample, reason(error)))
                continue
            length += len(texts[-1])
        return '{"samples":[%s],"more":%s}' % (",".join(texts), json.dumps(more))

    def _named(self, request):
        """The id of the sample that is spoken of."""
        sample = request.path.rpartition("/")[2]
        if not is_sample_id(sample) or sample not in self._application.spool:
            raise Refusal("not_found", "there is no sample " + sample)
        return sample

    async def _get_sample(self, request, respond):
        await _send_file(self._application.spool.path(self._named(request)), respond, request.keep)

    async def _delete_sample(self, request, respond):
        sample = self._named(request)
        self._application.spool.delete(sample)
        await respond.json({"deleted": sample}, keep=request.keep)

    async def _get_model(self, request, respond):
        model = self._application.model()
        if model is None:
            raise Refusal("not_found", "no model has been pushed yet")
        await respond.json(model, keep=request.keep)

    async def _put_model(self, request, respond):
        if self._application.updates.signed:
            raise Refusal("update_unsigned", "this camera takes signed updates only: use `doorlens push`")
        async with self._installing:  # one upload in memory at a time
            await self._install(await request.body(api.MAX_MODEL_BYTES, respond))
        await self._get_model(request, respond)

    async def _install(self, buffer):
        try:
            self._application.install(buffer)
        except ModelError as error:
            self._log.warning("model", "refused: %s" % error)
            raise Refusal(error.code, str(error))
        except OSError as error:
            self._log.warning("model", "cannot be stored: %s" % reason(error))
            raise Refusal("storage_full", "the camera's disk does not take the model")

    def _updates(self, request):
        """The updates of the kind that is spoken of."""
        kind = request.query.get("kind", api.UPDATE_KINDS[0])
        if kind not in api.UPDATE_KINDS:
            raise Refusal("bad_request", "kind must be one of " + ", ".join(api.UPDATE_KINDS))
        return self._application.updates.of(kind)

    async def _get_update(self, request, respond):
        await respond.json(self._updates(request).state(), keep=request.keep)

    async def _put_update(self, request, respond):
        updates = self._updates(request)
        offset = whole_between(request.query.get("offset", ""), 0, _MAX_OFFSET, "offset")
        piece = await request.body(api.MAX_PIECE_BYTES, respond)
        if not piece:
            raise Refusal("bad_request", "a piece must not be empty")
        self._put_piece(updates, offset, piece)
        await self._get_update(request, respond)

    async def _delete_update(self, request, respond):
        self._updates(request).cancel()
        await self._get_update(request, respond)

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


def _token(request):
    """The one that was sent; scrapers can send it in Authorization only, which is otherwise the business of who is before us."""
    token, authorization = request.headers.get(_TOKEN, ""), request.headers.get("authorization", "")
    if not token and request.path == api.PROMETHEUS and authorization.startswith(_BEARER):
        return authorization[len(_BEARER):]
    return token


def _client(request):
    """Whose wrong tokens are counted together: an address."""
    named = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    return named[:_ADDRESS_CHARACTERS] if named and request.peer in _LOOPBACK else request.peer


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
