"""A camera's control API (contract.api) from the host."""

import httpx

from contract import api, sample
from host_tools.errors import CameraError

_TIMEOUT_S = 30.0


class CameraClient:
    """One camera. `transport` replaces the network in tests (httpx.MockTransport or the like).

    Every method raises CameraError in one sentence; its `code` is the camera's own, if it answered.
    """

    def __init__(self, url, token, transport=None):
        self.url = url.rstrip("/")
        self._http = httpx.Client(base_url=self.url, timeout=_TIMEOUT_S, transport=transport, trust_env=False,
                                  headers={"Authorization": "Bearer " + token})

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._http.close()

    def status(self):
        return self._json("GET", api.STATUS)

    def samples(self):
        """Yields the sidecars of all samples on the camera, oldest first. Deleting while iterating is allowed."""
        after, more = "", True
        while more:
            page = self._json("GET", api.SAMPLES, params={"after": after, "limit": api.MAX_SAMPLES_LISTED})
            for record in page["samples"]:
                yield sample.check(record)
                after = record["id"]
            more = page["more"] and bool(page["samples"])

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

    def _json(self, method, path, **options):
        response = self._request(method, path, **options)
        try:
            return response.json()
        except ValueError:
            raise CameraError(f"{self.url} does not answer like a Doorlens camera: check the address") from None

    def _request(self, method, path, **options):
        try:
            response = self._http.request(method, path, **options)
        except httpx.TimeoutException:
            raise CameraError(f"{self.url} did not answer within {_TIMEOUT_S:.0f} s: is the camera up?") from None
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
            return CameraError(f"{self.url} answered {response.status_code}: not a Doorlens camera's answer; check the address")
        if code == "unauthorized":
            message = "the camera refuses the token: check it in doorlens.toml"
        return CameraError(f"{self.url}: {message}", code)
