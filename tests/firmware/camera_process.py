"""The firmware as a child process, with its settings and files in a folder of the test's."""

import json
import pathlib
import platform
import shutil
import socket
import subprocess
import time

import httpx
import pytest

from contract import api

BUILD = pathlib.Path(__file__).resolve().parents[2] / "build"
TOKEN = "a-token-of-the-tests"
PATIENCE_S = 60


def binary(architecture):
    """The command of a firmware build; skips the test where it cannot run."""
    path = BUILD / architecture / "doorlens-camera"
    if not path.exists():
        pytest.skip(f"build/{architecture}/doorlens-camera is missing: run `make firmware`")
    if architecture == platform.machine():
        return [str(path)]
    if architecture != "armv7" or not shutil.which("qemu-arm"):
        pytest.skip(f"{architecture} cannot run here; qemu-arm is in qemu-user")
    return ["qemu-arm", str(path)]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class CameraProcess:
    """`settings` without "camera", "control" and "log", which are filled in. A context manager.

    `log` is the file for what it says, by default log.txt in the folder.
    """

    def __init__(self, folder, settings, architecture="x86_64", log=None):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(exist_ok=True)
        self._log = pathlib.Path(log) if log else self.folder / "log.txt"
        self.port = free_port()
        self.command = binary(architecture)
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", trust_env=False, timeout=30,
                                  headers={api.TOKEN_HEADER: TOKEN})
        control = {"host": "127.0.0.1", "port": self.port, "token": TOKEN}
        self.settings = {"camera": "door", "control": control, "log": {"level": "debug"}} | settings
        (self.folder / "settings.json").write_text(json.dumps(self.settings))
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *exception):
        self.kill()
        self._http.close()

    def start(self, stdin=subprocess.DEVNULL):
        self.begin(stdin)
        self.wait("the control API answers", lambda: self.answers())

    def begin(self, stdin=subprocess.DEVNULL):
        """Starts it and waits for nothing."""
        with open(self._log, "ab") as log:
            self.process = subprocess.Popen([*self.command, "-m", "camera_firmware", str(self.folder / "settings.json")],
                                            stdin=stdin, stdout=log, stderr=log, cwd=self.folder)

    def kill(self):
        if self.process:
            self.process.kill()
            self.process.wait()

    def answers(self):
        try:
            return self.get(api.STATUS).status_code == 200
        except httpx.TransportError:
            return False

    def wait(self, what, condition):
        """Until `condition` is true; fails the test if the process ends or patience does."""
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            assert self.process.poll() is None, f"the application ended: {self.log[-2000:]}"
            assert time.monotonic() < deadline, f"never: {what}\n{self.log[-2000:]}"
            time.sleep(0.02)

    def wait_count(self, name, more=1):
        """Until the counter has grown by `more` from now on."""
        target = self.metrics[name] + more
        self.wait(f"{name} = {target}", lambda: self.metrics[name] >= target)

    def wait_frames(self, more=2):
        self.wait_count("frames", more)

    def wait_log(self, text, since=0):
        self.wait(f"log says {text!r}", lambda: text in self.log[since:])

    def get(self, path, **options):
        return self._http.get(path, **options)

    def request(self, method, path, **options):
        return self._http.request(method, path, **options)

    def put_model(self, data):
        return self._http.put(api.MODEL, content=data)

    @property
    def log(self):
        return self._log.read_text()

    @property
    def metrics(self):
        return self.get(api.METRICS).json()

    @property
    def status(self):
        return self.get(api.STATUS).json()

    @property
    def samples(self):
        return self.get(api.SAMPLES).json()["samples"]
