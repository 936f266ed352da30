"""The settings a camera begins with, docs/camera.md, and whether it does its work with them."""

import json
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from host_tools import keys
from host_tools.camera_client import CameraClient
from host_tools.errors import CameraError
from host_tools.flash.errors import FlashError

CONTROL_PORT = 8765
_PATIENCE_S = 60.0


@dataclass(frozen=True)
class Settings:
    """`text` is settings.json. control_url, token: of the control API that it asks for, None where it asks for none.

    own: a person's file, which replaces what the camera has.
    """

    text: str
    control_url: str | None
    token: str | None
    own: bool


def first(name, host, pictures, user, password, port=CONTROL_PORT, token=None, update=None):
    """Settings for an application that reads snapshots at the address `pictures` of its own camera; a token of 192 bits.

    update: see `trust`, or None.
    """
    token = token or secrets.token_urlsafe(24)
    settings = {"camera": name, "source": {"type": "snapshot", "url": pictures, "user": user, "password": password},
                "control": {"port": port, "token": token}}
    text = json.dumps(settings | ({"update": update} if update else {}), indent=2) + "\n"
    return Settings(text, f"http://{host}:{port}", token, False)


def trust(project):
    """The section `update` of a project's cameras: whose models they take, and for which door. None without a key."""
    if project is None or not (project.path / keys.PUBLIC).exists():
        return None
    return {"key": keys.public_hex(project.path), "product": project.product}


def given(path, host):
    """Settings of a person's own file; the camera checks the keys. Raises FlashError."""
    try:
        text = Path(path).read_text("utf-8")
        control = json.loads(text).get("control", {})
        port, token = control.get("port", 0), control.get("token", "")
    except OSError as error:
        raise FlashError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, AttributeError) as error:
        raise FlashError(f"{path} is not a file of settings, docs/camera.md: {error}") from None
    return Settings(text, f"http://{host}:{port}" if port else None, token or None, True)


def until_it_works(control_url, token, patience_s=_PATIENCE_S, connect=CameraClient):
    """One sentence on what the application does, once it has taken two frames more. Raises FlashError."""
    deadline, before, trouble = time.monotonic() + patience_s, None, "it does not answer"
    while time.monotonic() < deadline:
        try:
            with connect(control_url, token) as client:
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
