"""The camera's firmware as a child process, and how executables are run on this machine."""

import json
import platform
import shutil
import socket
from pathlib import Path

from contract import durable
from host_tools.simcam.errors import FirmwareError
from host_tools.simcam.supervised import Supervised

_ARM, _X86_64 = 40, 62              # e_machine of an ELF header


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


def environment_for(command):
    """What the firmware of command_for's command must know of it to start another executable; see docs/updates.md."""
    return {"DOORLENS_EMULATOR": command[0]} if Path(command[0]).name.startswith("qemu") else {}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class FirmwareProcess(Supervised):
    """Runs `binary -m camera_firmware LOCALDATA/settings.json`; a context manager.

    settings: the whole dictionary (see docs/camera.md). A settings.json already in `localdata` stays, only the address
    and the credentials of its source are brought up to date. A control port of 0 is replaced by a free one.
    Output goes to localdata/firmware.log. Raises FirmwareError.
    """

    def __init__(self, binary, localdata, settings):
        self.localdata = Path(localdata).resolve()
        command = command_for(binary) + ["-m", "camera_firmware", str(self.localdata / "settings.json")]
        super().__init__(command, self.localdata, self.localdata / "firmware.log", environment_for(command))
        self.settings = self._write_settings(settings)

    control_url = property(lambda self: "http://127.0.0.1:%d" % self.settings["control"]["port"])

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
