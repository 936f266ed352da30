"""A camera's control API in memory, behind httpx's transport."""

import hashlib
import json

import httpx

from contract import api, sample
from contract.clock import utc_ms

TOKEN = "secret"


class FakeCamera(httpx.MockTransport):
    def __init__(self, samples=0):
        super().__init__(self._answer)
        self.pictures, self.sidecars, self.model, self.deleted = {}, {}, None, []
        self.fail_after = None  # number of requests after which the connection breaks
        for i in range(samples):
            self.add(i)

    def add(self, i):
        picture = b"\xff\xd8 picture %d" % i
        record = sample.sidecar(1, i, "fake", utc_ms("2026-03-01") + 3600000 * i, "periodic", 640, 360, len(picture))
        self.sidecars[record["id"]] = record
        self.pictures[record["id"]] = picture

    def _answer(self, request):
        if self.fail_after is not None:
            if self.fail_after == 0:
                raise httpx.ConnectError("connection lost")
            self.fail_after -= 1
        if request.headers.get(api.TOKEN_HEADER) != TOKEN:
            return _error("unauthorized")
        path = request.url.path
        if path == api.STATUS:
            return httpx.Response(200, json={"spool": {"samples": len(self.sidecars)}})
        if path == api.SAMPLES:
            after, limit = request.url.params["after"], 3
            later = [self.sidecars[key] for key in sorted(self.sidecars) if key > after]
            return httpx.Response(200, json={"samples": later[:limit], "more": len(later) > limit})
        if path == api.MODEL:
            return self._model(request)
        name = path.rpartition("/")[2]
        if name not in self.pictures:
            return _error("not_found")
        if request.method == "DELETE":
            self.deleted.append(name)
            del self.pictures[name], self.sidecars[name]
            return httpx.Response(200, json={})
        return httpx.Response(200, content=self.pictures[name])

    def _model(self, request):
        if request.method == "PUT":
            self.model = request.content
        return httpx.Response(200, json={"sequence": 1, "sha256": hashlib.sha256(self.model).hexdigest()})


def _error(code):
    status, body = api.error(code, "no: " + code)
    return httpx.Response(status, content=json.dumps(body))
