"""How AXIS OS starts the application: doorlens launcher.py LOCALDATA SETUP_PORT CONTROL_PORT

Without good settings it waits for them instead of ending, since AXIS OS would start it again and again. It takes settings
on SETUP_PORT of the loopback at any time; before that is the camera's own web server (reverseProxy in the manifest), which
does TLS, digest authentication and asks for an administrator. Where there are settings already, their control token is
asked for too, so that no other application of the camera can change them.

The control API is behind the same web server: it listens on CONTROL_PORT of the loopback, whatever the settings say.

    GET .../settings    {"state": "missing" | "wrong" | "good", "reason": sentence or null, "version": "0.1.0"}
    PUT .../settings    settings.json as docs/camera.md describes it; afterwards the application starts with them
    PATCH .../settings  sections of it, whose keys replace those in force; nothing happens if they say the same
"""

import asyncio
import hashlib
import json
import sys

from camera_firmware import __version__
from camera_firmware.__main__ import run
from camera_firmware.clock import Monotonic
from camera_firmware.http_server import Refusal, Server
from camera_firmware.log import Log
from camera_firmware.metrics import Metrics
from camera_firmware.reasons import reason
from camera_firmware.settings import SettingsError, check, load
from contract import api, durable

_MAX_BYTES = 16384
_AGAIN = 1  # exit status: AXIS OS starts anew what did not end well


class Setup:
    """Answers for the settings of the file `path`; `saved` becomes true when there are new ones."""

    def __init__(self, path, fixed):
        self.path = path
        self.fixed = fixed
        self.saved = False

    def state(self):
        """(state, reason, control token or None)"""
        try:
            settings = load(self.path, self.fixed)
        except SettingsError as error:
            return ("wrong" if _exists(self.path) else "missing"), str(error), None
        return "good", None, settings["control"]["token"]

    async def handle(self, request, respond):
        if not request.path.endswith("/settings"):
            raise Refusal("not_found", "there is only /settings")
        state, why, token = self.state()
        if request.method == "GET":
            await respond.json({"state": state, "reason": why, "version": __version__}, keep=request.keep)
        elif request.method in ("PUT", "PATCH"):
            if token and not _same(request.headers.get(api.TOKEN_HEADER.lower(), ""), token):
                raise Refusal("unauthorized", "there are settings already: %s must be their control token" % api.TOKEN_HEADER)
            if request.method == "PATCH" and state != "good":
                raise Refusal("bad_request", why)
            changed = self._save(await request.body(_MAX_BYTES), request.method == "PATCH")
            await respond.json({"state": "good", "reason": None, "version": __version__}, keep=False)
            self.saved = self.saved or changed
        else:
            raise Refusal("method_not_allowed", "GET, PUT and PATCH only")

    def _save(self, body, partly):
        """Whether the settings are others now."""
        try:
            settings = json.loads(bytes(body))
            if partly:
                with open(self.path) as file:
                    before = json.load(file)
                settings = _merged(before, settings)
                if settings == before:
                    return False
                body = json.dumps(settings).encode()
            check(settings, self.fixed)
            durable.write(self.path, body)
            return True
        except ValueError:
            raise Refusal("bad_request", "settings are not JSON")
        except SettingsError as error:
            raise Refusal("bad_request", str(error))
        except OSError as error:
            raise Refusal("storage_full", "settings cannot be written: %s" % reason(error))


def _merged(before, changes):
    """A copy of `before` with the keys of `changes`, one level deep."""
    if not isinstance(changes, dict):
        raise SettingsError("settings must be a JSON object")
    merged = dict(before)
    for name, value in changes.items():
        deeper = isinstance(value, dict) and isinstance(merged.get(name), dict)
        merged[name] = dict(merged[name], **value) if deeper else value
    return merged


def _same(given, expected):
    return hashlib.sha256(given.encode()).digest() == hashlib.sha256(expected.encode()).digest()


def _exists(path):
    try:
        open(path).close()
        return True
    except OSError:
        return False


async def _until_saved(setup):
    """Ends the process when there are new settings; the next one starts with them."""
    while not setup.saved:
        await asyncio.sleep(0.2)
    sys.exit(_AGAIN)


async def _serve(setup, port, log):
    await Server(setup.handle, log, Metrics()).run("127.0.0.1", port)


def main(folder, port, control_port):
    fixed = {"control": {"host": "127.0.0.1", "port": control_port, "certificate": "", "announce": False}}
    setup, log = Setup(folder + "/settings.json", fixed), Log("info", Monotonic())
    state, why, _ = setup.state()
    # MicroPython keeps tasks that are made before its loop runs.
    asyncio.create_task(_serve(setup, port, log))
    if state != "good":
        log.warning("launcher", "waits for settings: %s" % why)
        return asyncio.run(_until_saved(setup))
    asyncio.create_task(_until_saved(setup))
    return run([setup.path], fixed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
