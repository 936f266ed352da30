"""A camera that starts again whenever it ends, and takes signed firmware."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
from pathlib import Path

import httpx
from signed_camera import SignedCamera, digest

from contract import api, update

_LOOP = 'while :; do "$@"; echo "test: ended with $?" >&2; sleep 0.05; done'


class SupervisedCamera(SignedCamera):
    """The packaged executable is a copy in the folder `package` beside `folder`, so that another can be put there.
    """

    def __init__(self, folder, settings, architecture="x86_64", **update_settings):
        super().__init__(folder, settings, architecture, **{"settle_s": 1} | update_settings)
        *emulator, executable = self.command
        self.package = self.folder.parent / "package" / "doorlens-camera"
        self.package.parent.mkdir(exist_ok=True)
        shutil.copy(executable, self.package)
        self.command = [*emulator, str(self.package)]
        self._environment = dict(os.environ) | ({"DOORLENS_EMULATOR": shutil.which(emulator[0])} if emulator else {})

    @property
    def arguments(self):
        """Of the executable."""
        return "-m", "camera_firmware", str(self.folder / "settings.json")

    def start(self, stdin=subprocess.DEVNULL):
        with open(self._log, "ab") as log:
            self.process = subprocess.Popen(["sh", "-c", _LOOP, "sh", *self.command, *self.arguments], stdin=stdin, stdout=log, stderr=log, cwd=self.folder, env=self._environment,
                                            start_new_session=True)
        self.wait("the control API answers", self.answers)

    def write_settings(self):
        (self.folder / "settings.json").write_text(json.dumps(self.settings))

    def kill(self):
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def crash(self):
        """Of the application alone; what supervises it goes on."""
        ended = self.log.count("test: ended")
        os.kill(self.child, signal.SIGKILL)
        self.wait("it has ended", lambda: self.log.count("test: ended") > ended)
        self.wait("it is up again", self.answers)

    @property
    def child(self):
        """Process number of the application."""
        number = self.process.pid
        return int(Path(f"/proc/{number}/task/{number}/children").read_text().split()[0])

    def put(self, data, offset=0):
        kind = {"kind": "firmware"} if data[9:10] == bytes([update.FIRMWARE]) or offset and self._firmware else {}
        self._firmware = bool(kind)
        return self.request("PUT", api.UPDATE, params={"offset": offset, **kind}, content=data)

    _firmware = False

    @property
    def firmware(self):
        """The state of firmware updates; {"state": None} while the camera is silent."""
        try:
            return self.get(api.UPDATE, params={"kind": "firmware"}).json()
        except httpx.TransportError:
            return {"state": None}

    @property
    def running(self):
        """{"sequence", "sha256"} of the signed firmware that runs, None in both for the packaged one; waits for an answer."""
        said = []

        def answers():
            try:
                said.append(self.status["update"]["firmware"]["running"])
            except httpx.TransportError:  # it starts anew
                return False
            return True

        self.wait("the status is answered", answers)
        return said[0]

    def firmware_ends_in(self, state, data):
        self.wait(f"the firmware is {state}", lambda: self.firmware["state"] not in (None, api.TRIAL, api.RECEIVING))
        found = self.firmware
        assert (found["state"], found["digest"]) == (state, digest(data)), (found, self.log[-3000:])
        return found

    def install_firmware(self, data):
        answer = self.upload(data)
        assert answer.status_code == 200 and answer.json()["state"] == api.TRIAL, answer.text
        self.firmware_ends_in(api.CONFIRMED, data)
        assert self.running["sha256"] == hashlib.sha256(data[update.HEADER_BYTES:]).hexdigest()
