"""VAPIX: applications, parameters, what the camera is; and the settings of our application on it."""

from urllib.parse import urlsplit

import httpx

from host_tools.vapix import answers
from host_tools.vapix.errors import PinError, VapixError, control_error, upload_error

_APPLICATIONS = "/axis-cgi/applications/"
_PARAMETERS = "/axis-cgi/param.cgi"
_DEVICE = "/axis-cgi/basicdeviceinfo.cgi"
_SETTINGS = "/local/doorlens/api/settings"
_TIMEOUT_S = 30.0
_INSTALL_S = 300.0  # a slow camera unpacks and checks the package before it answers
_PIECE = 16384


class AxisCamera:
    """One camera; a context manager. Every method raises VapixError (or PinError) in one sentence.

    url: http:// or https://; with https the certificate is held against `pins` (vapix.Pins).
    `transport` replaces the network in tests.
    """

    def __init__(self, url, user, password, pins=None, transport=None):
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise VapixError(f"{url} is not an address like http://192.168.1.20 or https://192.168.1.20")
        self.url, self.host = url.rstrip("/"), parts.hostname
        verify = parts.scheme == "https"  # loading the authorities takes longer than a request
        if verify and pins is not None:
            verify = pins.context(f"https {parts.hostname}:{parts.port or 443}")
        self._user = user
        self._http = httpx.Client(base_url=self.url, auth=httpx.DigestAuth(user, password), timeout=_TIMEOUT_S,
                                  transport=transport, trust_env=False, verify=verify)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._http.close()

    # What it is.

    def info(self):
        """answers.DeviceInfo, from basicdeviceinfo.cgi or, on old cameras, from parameters."""
        response = self._send("POST", _DEVICE, json={"apiVersion": "1.0", "method": "getAllProperties"})
        if response.status_code == 404:
            groups = "root.Brand,root.Properties.System,root.Properties.Firmware"
            return answers.device_info_of_parameters(self.parameters(groups))
        body = self._json(self._good(response))
        if "error" in body:
            raise VapixError(f"{self.url} refuses to say what it is: {body['error'].get('message')}")
        return answers.device_info(body.get("data", {}).get("propertyList", {}))

    def parameters(self, group):
        """{name: value} of a parameter group, or several with commas between; names without `root.`."""
        return answers.parameters(self._text("GET", _PARAMETERS, params={"action": "list", "group": group}))

    def set_parameter(self, name, value):
        said = self._text("POST", _PARAMETERS, data={"action": "update", name: value})
        if said.strip() != "OK":
            answers.parameters(said)
            raise VapixError(f"{self.url} does not take {name}: {said.strip()[:120]}")

    # Applications.

    def applications(self):
        """{name: answers.Application}"""
        return answers.applications(self._text("POST", _APPLICATIONS + "list.cgi"))

    def upload(self, data, name="package.eap", progress=None):
        """Installs the package; it is not started by that. progress(bytes sent) is called as it goes.

        Ask something else before: then the digest's challenge is known and the package is sent only once.
        """
        body = _Multipart(data, name, progress)
        said = self._text("POST", _APPLICATIONS + "upload.cgi", content=body, timeout=_INSTALL_S,
                          headers={"Content-Type": body.kind, "Content-Length": str(len(body))})
        number = answers.error_number(said)
        if number is not None:
            raise upload_error(number)
        if not said.lstrip().startswith("OK"):
            raise VapixError(f"{self.url} neither took nor refused the package: {said.strip()[:120]!r}")

    def control(self, action, name):
        """action: start, stop, restart or remove. Raises ApplicationError with .number."""
        said = self._text("GET", _APPLICATIONS + "control.cgi", params={"action": action, "package": name})
        number = answers.error_number(said)
        if number is not None:
            raise control_error(action, name, number)

    def allows_unsigned(self):
        """Whether it takes unsigned packages; None where it cannot be asked (before AXIS OS 11.2)."""
        response = self._send("GET", _APPLICATIONS + "config.cgi", params={"action": "get", "name": "AllowUnsigned"})
        if response.status_code == 404:
            return None
        return self._allowed(self._good(response).text)

    def allow_unsigned(self, allowed=True):
        text = self._text("GET", _APPLICATIONS + "config.cgi", params={
            "action": "set", "name": "AllowUnsigned", "value": "true" if allowed else "false"})
        if self._allowed(text) not in (None, allowed):
            raise VapixError(f"{self.url} does not change AllowUnsigned")

    def _allowed(self, text):
        for item in answers.reply(text).findall("param"):
            if item.get("name") == "AllowUnsigned":
                return item.get("value", "").lower() == "true"
        return None

    # Our application's settings, through the camera's web server.

    def application_state(self):
        """("missing", "wrong" or "good", reason), or None while the application does not answer."""
        response = self._send("GET", _SETTINGS)
        if response.status_code in (404, 502, 503):
            return None
        body = self._json(self._good(response))
        return body.get("state"), body.get("reason")

    def put_settings(self, text, token="", partly=False):
        """settings.json for our application, or with `partly` some of its sections.

        token: the control token of the settings in force, if there are any.
        """
        response = self._send("PATCH" if partly else "PUT", _SETTINGS, content=text, headers={"X-Doorlens-Token": token})
        if not response.is_success:
            try:
                raise VapixError(f"{self.url} refuses the settings: {response.json()['message']}")
            except (ValueError, KeyError, TypeError):
                pass
        self._good(response)

    # HTTP.

    def _text(self, method, path, **options):
        return self._good(self._send(method, path, **options)).text

    def _json(self, response):
        try:
            body = response.json()
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise VapixError(f"{self.url} does not answer like an Axis camera: check the address")
        return body

    def _send(self, method, path, **options):
        try:
            return self._http.request(method, path, **options)
        except PinError:
            raise
        except httpx.TimeoutException:
            raise VapixError(f"{self.url} did not answer in time: is the camera up?") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise VapixError(f"{self.url} cannot be reached ({error}): check the address and that the camera is up") from None

    def _good(self, response):
        status = response.status_code
        if status == 401:
            raise VapixError(f"{self.url} refuses user {self._user} or the password")
        if status == 403:
            raise VapixError(f"{self.url} wants an administrator; {self._user} is none")
        if status == 404:
            raise VapixError(f"{self.url} has no {response.url.path}: not an Axis camera, or a very old one")
        if response.is_redirect:
            raise VapixError(f"{self.url} sends elsewhere, to {response.headers.get('Location')}: give that address")
        if not response.is_success:
            raise VapixError(f"{self.url} answered {status} to {response.url.path}")
        return response


class _Multipart:
    """The upload's body. Can be iterated again, which a digest that has gone stale asks for."""

    def __init__(self, data, name, progress):
        boundary = "doorlens-package-boundary"
        self.kind = "multipart/form-data; boundary=" + boundary
        self._head = (f'--{boundary}\r\nContent-Disposition: form-data; name="packfil"; filename="{name}"\r\n'
                      "Content-Type: application/octet-stream\r\n\r\n").encode()
        self._data, self._tail = memoryview(data), f"\r\n--{boundary}--\r\n".encode()
        self._progress = progress or (lambda sent: None)

    def __len__(self):
        return len(self._head) + len(self._data) + len(self._tail)

    def __iter__(self):
        yield self._head
        for start in range(0, len(self._data), _PIECE):
            yield bytes(self._data[start:start + _PIECE])
            self._progress(min(start + _PIECE, len(self._data)))
        yield self._tail
