"""The camera's firmware as a child process, restarted when it dies."""

import json
import platform
import shutil
import socket
import subprocess
import threading
from pathlib import Path

from contract import durable
from host_tools.simcam.errors import FirmwareError

_ARM, _X86_64 = 40, 62              # e_machine of an ELF header
_BACKOFF_S = (0.5, 1, 2, 4, 8, 15)
_STEADY_S = 60                      # alive for this long: the next restart is quick again
_STOP_S = 5


def machine(binary):
    """ELF machine number of an executable. Raises FirmwareError for anything else."""
    try:
        with open(binary, "rb") as file:
            head = file.read(20)
    except OSError as error:
        raise FirmwareError(f"cannot read {binary} ({error.strerror}); build it with `make firmware`")
    if head[:4] != b"\x7fELF" or len(head) < 20:
        raise FirmwareError(f"{binary} is not an executable for Linux; build one with `make firmware`")
    return int.from_bytes(head[18:20], "little")


def command_for(binary, which=shutil.which):
    """The command that runs `binary` here: as it is, or under qemu-arm. Raises FirmwareError."""
    binary = Path(binary).resolve()
    number = machine(binary)
    if number == _ARM and not platform.machine().startswith("arm"):
        emulator = which("qemu-arm") or which("qemu-arm-static")
        if emulator is None:
            raise FirmwareError(f"{binary.name} is for ARM and needs qemu-arm: install it with `apt-get install qemu-user`")
        return [emulator, str(binary)]
    if number not in (_ARM, _X86_64):
        raise FirmwareError(f"{binary} is for another machine (ELF machine {number}); ARMv7 and x86-64 can be run")
    return [str(binary)]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class FirmwareProcess:
    """Runs `binary -m camera_firmware LOCALDATA/settings.json`; a context manager.

    settings: the whole dictionary (see docs/camera.md). A settings.json already in `localdata` stays, only the address
    and the credentials of its source are brought up to date. A control port of 0 is replaced by a free one.
    Output goes to localdata/firmware.log. Raises FirmwareError.
    """

    def __init__(self, binary, localdata, settings):
        self.localdata = Path(localdata).resolve()
        self.log_path = self.localdata / "firmware.log"
        self._command = command_for(binary)
        self.settings = self._write_settings(settings)
        self.restarts = 0
        self._process, self._thread = None, None
        self._stopping = threading.Event()
        self._lock = threading.Lock()

    control_url = property(lambda self: "http://127.0.0.1:%d" % self.settings["control"]["port"])
    pid = property(lambda self: self._process.pid if self.running else None, doc="Of the child, None while it is down.")
    running = property(lambda self: self._process is not None and self._process.poll() is None)

    def _write_settings(self, given):
        self.localdata.mkdir(parents=True, exist_ok=True)
        path = self.localdata / "settings.json"
        settings = json.loads(json.dumps(given))
        if path.exists():
            settings = self._kept(path, settings)
        settings.setdefault("control", {"host": "127.0.0.1"})
        if not settings["control"].get("port"):
            settings["control"]["port"] = free_port()
        durable.write(path, json.dumps(settings, indent=2).encode() + b"\n")
        return settings

    def _kept(self, path, given):
        try:
            kept = json.loads(path.read_bytes())
            for key in ("url", "user", "password"):
                if key in given["source"]:
                    kept["source"][key] = given["source"][key]
        except (ValueError, KeyError, TypeError):
            raise FirmwareError(f"{path} is not a settings file; correct it or delete it")
        return kept

    def start(self):
        """Starts the child and the thread that watches it; returns self."""
        self._spawn()
        self._thread = threading.Thread(target=self._watch, name="firmware", daemon=True)
        self._thread.start()
        return self

    def _spawn(self):
        with self._lock, open(self.log_path, "ab") as log:
            if not self._stopping.is_set():
                self._process = subprocess.Popen(
                    self._command + ["-m", "camera_firmware", str(self.localdata / "settings.json")],
                    cwd=self.localdata, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def _watch(self):
        quick_deaths = 0
        while not self._stopping.is_set():
            try:
                self._process.wait(_STEADY_S)
            except subprocess.TimeoutExpired:
                quick_deaths = 0
                continue
            if self._stopping.wait(_BACKOFF_S[min(quick_deaths, len(_BACKOFF_S) - 1)]):
                return
            quick_deaths += 1
            self.restarts += 1
            self._spawn()

    def stop(self):
        """Ends the child by its process id: terminate, then kill."""
        self._stopping.set()
        with self._lock:
            process = self._process
        if process is not None:
            process.terminate()
            try:
                process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._thread is not None:
            self._thread.join()

    def log_tail(self, lines=10):
        """The last lines of the log, for people."""
        if not self.log_path.exists():
            return ""
        return "\n".join(self.log_path.read_text("utf-8", "replace").splitlines()[-lines:])

    def __enter__(self):
        return self.start()

    def __exit__(self, *exception):
        self.stop()
