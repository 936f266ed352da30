"""Flashing over VAPIX: what would be done, and doing it."""

import json
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from host_tools.flash.errors import FlashError
from host_tools.flash.package import APP, older
from host_tools.vapix import VapixError

_PATIENCE_S = 60.0  # for the application's first answer after its start


@dataclass(frozen=True)
class Plan:
    """What will happen, for people: `steps`. `allow_unsigned`: the camera has to be told to take unsigned packages."""

    installed: str | None
    allow_unsigned: bool
    steps: tuple


def pictures_address(url):
    """Where the application, on the camera itself, gets the camera's pictures."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.scheme == "http" and parts.port else ""
    return f"http://127.0.0.1{port}/axis-cgi/jpg/image.cgi?resolution=640x360"


def plan(camera, info, package, allow_unsigned=False, downgrade=False):
    """Plan for the camera (vapix.AxisCamera) that says of itself `info`. Changes nothing; raises FlashError, VapixError."""
    if info.architecture and info.architecture != package.architecture:
        raise FlashError(f"{camera.url} ({info.product}) has the architecture {info.architecture}, and {package.path.name} is for "
                         f"{package.architecture}: nothing was sent")
    installed = camera.applications().get(APP)
    version = installed.version if installed else None
    if version and older(package.version, version) and not downgrade:
        raise FlashError(f"{camera.url} has version {version}, which is newer than {package.version}: "
                         "put the older one there with --downgrade")
    forbidden = camera.allows_unsigned() is False
    if forbidden and not allow_unsigned:
        raise FlashError(f"{camera.url} takes packages signed by Axis only, and this one is not: --allow-unsigned changes that "
                         "for all packages (AXIS OS 13 allows it for development only)")
    steps = [f"{info.product or 'camera'}, AXIS OS {info.firmware or '?'}, {info.architecture or '?'}, serial {info.serial or '?'}"]
    steps += ["allow unsigned packages"] if forbidden else []
    steps.append(f"install {package.path.name}, {len(package.data)} bytes"
                 + (f" over version {version} ({installed.status.lower()}); its settings and model stay" if version else ""))
    steps.append("start it and see that it takes pictures")
    return Plan(version, forbidden, tuple(steps))


def install(camera, package, plan_, progress=None):
    """Uploads and starts. Raises VapixError, FlashError."""
    if plan_.allow_unsigned:
        camera.allow_unsigned()
    camera.upload(package.data, package.path.name, progress)
    found = camera.applications().get(APP)
    if found is None or found.version != package.version:
        raise FlashError(f"{camera.url} took the package and lists {found.version if found else 'no application'} of it")
    camera.control("restart" if found.status == "Running" else "start", APP)


def settle(camera, settings, token=None, update=None, patience_s=_PATIENCE_S):
    """Gives the application its settings.Settings, unless it has some and these are not a person's own; whether it did.

    token: the control token in force, where one is known; then settings that stay get the section `update`, if there is one.
    Raises VapixError, FlashError.
    """
    state, _ = _state(camera, patience_s)
    if state == "good" and not settings.own:
        if update and token:
            camera.put_settings(json.dumps({"update": update}), token, partly=True)
        return False
    camera.put_settings(settings.text, token or "")
    return True


def _state(camera, patience_s):
    deadline, trouble = time.monotonic() + patience_s, "no answer"
    while time.monotonic() < deadline:
        try:
            state = camera.application_state()
            if state is not None:
                return state
        except VapixError as error:
            trouble = str(error)
        time.sleep(0.25)
    listed = camera.applications().get(APP)
    raise FlashError(f"the application was started and does not answer after {patience_s:.0f} s; the camera lists it as "
                     f"{listed.status if listed else 'gone'} ({trouble}); its log is on the camera's page of the application")
