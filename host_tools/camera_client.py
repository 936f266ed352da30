"""A camera's control API (contract.api) from the host: directly, or behind the web server of an Axis camera."""

import functools
import json
from urllib.parse import urlsplit

import httpx

from contract import api, sample
from host_tools.errors import CameraError
from host_tools.vapix.errors import PinError
from host_tools.vapix.pins import default_pins

TIMEOUT_S = 30.0
_LARGEST = 65536  # characters of a sidecar as JSON


def connect(folder, camera, timeout_s=TIMEOUT_S):
    """The CameraClient of `camera` (project.CameraSettings). folder: the project's, where certificates are remembered, or
    None: where this user's are.
    """
    return CameraClient(camera.url, camera.token, timeout_s=timeout_s, user=camera.user, password=camera.password,
                        pins=default_pins(folder))


class CameraClient:
    """One camera, which is given `timeout_s` for every answer. `transport` replaces the network in tests
    (httpx.MockTransport or the like).

    url: of the control API; with `user` of an Axis camera, which asks for user and password (digest) before the token is
    looked at. With https the certificate is held against `pins` (vapix.Pins), without them against the authorities.

    Every method raises CameraError in one sentence; its `code` is the camera's own, if it answered.
    """

    def __init__(self, url, token, transport=None, timeout_s=TIMEOUT_S, user="", password="", pins=None):
        self.url = url.rstrip("/")
        self._timeout_s, self._user = timeout_s, user
        base = self.url.removesuffix(api.BEHIND) + api.BEHIND if user else self.url
        self._http = httpx.Client(base_url=base, timeout=timeout_s, transport=transport, trust_env=False,
                                  verify=_verify(self.url, pins), headers={api.TOKEN_HEADER: token},
                                  auth=httpx.DigestAuth(user, password) if user else None)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._http.close()

    def status(self):
        return self._json("GET", api.STATUS)

    def samples(self, damaged=None):
        """Yields the sidecars of all samples on the camera, oldest first. Deleting while iterating is allowed.

        `damaged(line)` is called for a sidecar that is none, which is left out; without it that is a CameraError.
        """
        after, more = "", True
        while more:
            page = self._json("GET", api.SAMPLES, params={"after": after, "limit": api.MAX_SAMPLES_LISTED})
            if not isinstance(page, dict) or not isinstance(page.get("samples"), list):
                raise self._foreign()
            before = after
            for record in page["samples"]:
                named = isinstance(record, dict) and isinstance(record.get("id"), str) and sample.is_sample_id(record["id"])
                after = record["id"] if named else after
                try:
                    checked = _checked(record)
                except sample.SampleError as error:
                    if damaged is None:
                        raise CameraError(f"{self.url}: {error}") from None
                    damaged(f"{record['id'] if named else 'a sample'}: {error}")
                    continue
                yield checked
            more = page.get("more") and after != before

    def picture(self, sample_id):
        """The JPEG's bytes."""
        return self._request("GET", f"{api.SAMPLES}/{sample_id}").content

    def delete(self, sample_id):
        self._request("DELETE", f"{api.SAMPLES}/{sample_id}")

    def model(self):
        """{"sequence", "sha256"} of the model in use."""
        return self._json("GET", api.MODEL)

    def put_model(self, data):
        """Upload a model file; returns when the camera has checked, stored and switched to it."""
        return self._json("PUT", api.MODEL, content=data, headers={"Content-Type": "application/octet-stream"})

    def update(self, kind="model"):
        """What became of the newest signed update of a kind (api.UPDATE_KINDS): see contract.api."""
        return self._update("GET", kind)

    def put_update(self, offset, piece, kind="model"):
        """Send bytes of a signed update, at most api.MAX_PIECE_BYTES; `offset` is what the camera has. Returns as `update`."""
        return self._update("PUT", kind, offset, content=piece, headers={"Content-Type": "application/octet-stream"})

    def drop_update(self, kind="model"):
        """Let go of what was received, or end the trial. Returns as `update`."""
        return self._update("DELETE", kind)

    def _update(self, method, kind, offset=None, **options):
        params = {"offset": offset} if offset is not None else {}
        answer = self._json(method, api.UPDATE, params=params | ({} if kind == "model" else {"kind": kind}), **options)
        try:
            if answer["state"] not in api.UPDATE_STATES or not isinstance(answer["have"], int):
                raise self._foreign()
            return {key: answer[key] for key in ("state", "have", "digest", "sequence", "reason", "floor", "trial")}
        except (KeyError, TypeError):
            raise self._foreign() from None

    def _json(self, method, path, **options):
        response = self._request(method, path, **options)
        try:
            return response.json()
        except ValueError:
            raise self._foreign() from None

    def _foreign(self):
        return CameraError(f"{self.url} does not answer like a Doorlens camera: check the address")

    def _request(self, method, path, **options):
        try:
            response = self._http.request(method, path, **options)
        except httpx.TimeoutException:
            raise CameraError(f"{self.url} did not answer within {self._timeout_s:.0f} s: is the camera up?") from None
        except PinError as error:
            raise CameraError(f"{self.url}: {error}", error.code) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise CameraError(f"{self.url} cannot be reached ({error}): check the address and that the camera is up") from None
        if response.is_success:
            return response
        raise self._error(response)

    def _error(self, response):
        try:
            body = response.json()
            code, message = body["error"], body["message"]
        except (ValueError, KeyError, TypeError):
            return self._web_server_error(response.status_code)
        if code == "unauthorized":
            message = "the camera refuses the token: check it in doorlens.toml"
        return CameraError(f"{self.url}: {message}", code)


    def _web_server_error(self, status):
        """What an answer means that is not the control API's own."""
        if status == 401 and self._user:
            return CameraError(f"{self.url} refuses user {self._user} or the password: correct them in doorlens.toml", "unauthorized")
        if status == 401:
            return CameraError(f"{self.url} asks for a user: an Axis camera needs `user` and `password` in doorlens.toml",
                               "unauthorized")
        if status == 403:
            return CameraError(f"{self.url} wants an administrator; {self._user or 'nobody'} is none", "unauthorized")
        if self._user and status == 404:
            return CameraError(f"{self.url} has no application that answers: put it there with `doorlens flash`")
        if self._user and status in (502, 503, 504):
            return CameraError(f"{self.url}: the application does not answer ({status}): it is not started, or about to start")
        return CameraError(f"{self.url} answered {status}: not a Doorlens camera's answer; check the address")


def _verify(url, pins):
    parts = urlsplit(url)
    if parts.scheme == "https" and pins is not None:
        return pins.context(f"https {parts.hostname}:{parts.port or 443}")
    return _authorities()


@functools.cache
def _authorities():
    """One for all clients: reading the certificates of the authorities takes longer than a request."""
    return httpx.create_ssl_context()


def _checked(record):
    """The sidecar, or SampleError."""
    checked = sample.check(record)
    if not isinstance(checked["bytes"], int) or isinstance(checked["bytes"], bool) or checked["bytes"] <= 0:
        raise sample.SampleError(f"sidecar has a malformed length: {checked['bytes']!r:.100}")
    if len(json.dumps(checked)) > _LARGEST:
        raise sample.SampleError(f"sidecar has more than {_LARGEST} characters")
    return checked
