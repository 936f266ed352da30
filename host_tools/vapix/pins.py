"""Certificates and host keys that are trusted because they were there the first time.

A camera signs its own certificate, so no authority can vouch for it. What can be checked is that it is still the same.
"""

import hashlib
import json
import os
import ssl
import threading
from pathlib import Path

from contract import durable
from host_tools.vapix.errors import PinError

FILE_NAME = "pins.json"
_writing = threading.Lock()  # many cameras may be seen for the first time at once


def default_pins(project_folder=None):
    """The project's, or this user's where there is no project."""
    if project_folder is not None:
        return Pins(Path(project_folder) / FILE_NAME)
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Pins(Path(state) / "doorlens" / FILE_NAME)


class Pins:
    """The file `path`: {"https HOST:PORT" or "ssh HOST:PORT": SHA-256 in hex}. Every method raises PinError."""

    def __init__(self, path):
        self.path = Path(path)

    def check(self, where, data):
        """Remembers the SHA-256 of `data` for `where` the first time; from then on nothing else will do."""
        found = hashlib.sha256(data).hexdigest()
        with _writing:
            known = self._read()
            if where not in known:
                self._write(known | {where: found})
                return
        if known[where] != found:
            raise PinError(f"{where} shows another certificate or key than the first time ({found[:16]}... instead of "
                           f"{known[where][:16]}...): if it was replaced, delete that line of {self.path}; if not, somebody "
                           "is between you and the camera")

    def expect(self, where, data):
        """From now on `where` has to show `data`, whatever it showed before."""
        with _writing:
            self._write(self._read() | {where: hashlib.sha256(data).hexdigest()})

    def context(self, where):
        """An SSLContext that checks the certificate of every connection with `check`, before anything is sent."""
        context = _Pinned(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.checked = lambda certificate: self.check(where, certificate)
        return context

    def _read(self):
        try:
            known = json.loads(self.path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise PinError(f"{self.path} cannot be read: {error}") from None
        if not isinstance(known, dict):
            raise PinError(f"{self.path} is not a file of pins: delete it to trust anew")
        return known

    def _write(self, known):
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            durable.write(self.path, json.dumps(known, indent=2, sort_keys=True).encode() + b"\n")
        except OSError as error:
            raise PinError(f"{self.path} cannot be written: {error.strerror}") from None


class _Pinned(ssl.SSLContext):
    checked = None

    def wrap_socket(self, *arguments, **options):
        wrapped = super().wrap_socket(*arguments, **options)
        try:
            self.checked(wrapped.getpeercert(binary_form=True))
        except PinError:
            wrapped.close()
            raise
        return wrapped

    def wrap_bio(self, *arguments, **options):
        raise PinError("the certificate of a connection over asyncio or a proxy cannot be checked: connect directly")
