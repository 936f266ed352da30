"""The settings a camera begins with, docs/camera.md, and whether it does its work with them."""

import json
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from host_tools import camera_client, keys
from host_tools.errors import CameraError
from host_tools.flash import certificate
from host_tools.flash.errors import FlashError
from host_tools.project import CameraSettings

_PATIENCE_S = 60.0


@dataclass(frozen=True)
class Settings:
    """`text` is settings.json. reached: how the workbench reaches the control API with it, None where there is none.

    own: a person's file, which replaces what the camera has. certified: it needs a certificate.NAME beside it.
    """

    text: str
    reached: CameraSettings | None
    own: bool
    certified: bool = False


def first(name, url, pictures, user, password, token=None, update=None):
    """Settings for an application on the Axis camera at `url` that reads snapshots at the address `pictures` there; a token
    of 192 bits. update: see `trust`, or None.
    """
    token = token or secrets.token_urlsafe(24)
    settings = {"camera": name, "source": {"type": "snapshot", "url": pictures, "user": user, "password": password},
                "control": {"token": token}}
    text = json.dumps(settings | ({"update": update} if update else {}), indent=2) + "\n"
    return Settings(text, CameraSettings(url, token, (), user, password), False)


def trust(project):
    """The section `update` of a project's cameras: whose models they take, and for which door. None without a key."""
    if project is None or not (project.path / keys.PUBLIC).exists():
        return None
    return {"key": keys.public_hex(project.path), "product": project.product}


def given(path, url, user="", password=""):
    """Settings of a person's own file; the camera checks the keys. Raises FlashError.

    url: of the camera; with a user and a password an Axis camera's, whose control API is behind its web server. That of
    another camera gets a certificate, unless the file says something about it (control.certificate; empty for none).
    """
    try:
        text = Path(path).read_text("utf-8")
        settings = json.loads(text)
        control = settings.get("control", {})
        port, token = control.get("port", 0), control.get("token", "")
    except OSError as error:
        raise FlashError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, AttributeError) as error:
        raise FlashError(f"{path} is not a file of settings, docs/camera.md: {error}") from None
    if user:
        return Settings(text, CameraSettings(url, token, (), user, password) if token else None, True)
    if not port or not token:
        return Settings(text, None, True)
    certified = "certificate" not in control
    if certified:
        control["certificate"] = certificate.NAME
        text = json.dumps(settings, indent=2) + "\n"
    host, scheme = urlsplit(url).hostname, "https" if control["certificate"] else "http"
    return Settings(text, CameraSettings(f"{scheme}://{host}:{port}", token), True, certified)


def until_it_works(folder, camera, patience_s=_PATIENCE_S, connect=camera_client.connect):
    """One sentence on what the application of `camera` does, once it has taken two frames more. Raises FlashError.

    folder, camera: see camera_client.connect.
    """
    deadline, before, trouble = time.monotonic() + patience_s, None, "it does not answer"
    while time.monotonic() < deadline:
        try:
            with connect(folder, camera) as client:
                status = client.status()
        except CameraError as error:
            before, trouble = None, str(error)
        else:
            count = status["frame"]["count"]
            if before is not None and count >= before + 2:
                return _said(status)
            before = count if before is None or count < before else before
            trouble = status.get("safe_mode") or status["source"]["last_error"] or "no picture has come"
        time.sleep(0.25)
    raise FlashError(f"the application is started but does not do its work after {patience_s:.0f} s: {trouble}")


def _said(status):
    event, model = status["state"], status["model"]
    if model is None:
        return "takes pictures; it has no model yet: train one and send it with `doorlens push`"
    return f"classifies with model {model['sequence']}: {event['state']} ({event['reason']})"
