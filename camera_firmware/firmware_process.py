"""Which executable this process runs, and becoming another one with the same arguments.

The packaged executable tells the one that it chooses who it is through the environment:

    DOORLENS_BASE       path of the packaged executable; there is none in the packaged one itself
    DOORLENS_FIRMWARE   the slot, "a" or "b"
    DOORLENS_EMULATOR   from whoever started it: a program that executables are run with, such as qemu-arm

A process with a slot chooses nothing, so there is no loop.
"""

import os

import execute

from contract.update import firmware_product

_BASE, _SLOT, _EMULATOR = "DOORLENS_BASE", "DOORLENS_FIRMWARE", "DOORLENS_EMULATOR"


class Process:
    """`slot`: "a" or "b", None for the packaged executable; `base`: path of that one."""

    def __init__(self):
        own = _own_path()
        slot = os.getenv(_SLOT)
        self.slot = slot if slot and own.endswith("/firmware-" + slot) else None
        self.base = os.getenv(_BASE) if self.slot else own
        self.machine = execute.MACHINE
        self.product = firmware_product(execute.MACHINE)
        self._emulator = os.getenv(_EMULATOR)

    def become(self, path, slot=None):
        """This process goes on as the executable `path`, from the slot, with its arguments. Raises OSError if it cannot."""
        arguments = _arguments()
        if slot:
            os.putenv(_BASE, self.base)
            os.putenv(_SLOT, slot)
        else:
            os.unsetenv(_BASE)
            os.unsetenv(_SLOT)
        if self._emulator:
            execute.replace(self._emulator, [self._emulator, path] + arguments[1:])
        execute.replace(path, arguments)  # with the first argument of before: by it people and scripts find the process

    def check(self, path, directory, seconds):
        """Begins a check of the executable `path` beside this process, which the kernel ends after so many seconds; its number
        for `checked`. Raises OSError.
        """
        execute.permit(path)
        settings = _arguments()[-1]
        if not settings.endswith(".json"):
            settings = directory + "/settings.json"
        command = [path, "-m", "camera_firmware", "--check", settings]
        return execute.start(([self._emulator] if self._emulator else []) + command, seconds)

    checked = staticmethod(execute.ended)
    end_check = staticmethod(execute.end)
    permit = staticmethod(execute.permit)


def _own_path():
    try:
        return execute.own_path()
    except OSError:  # without /proc no other firmware can run
        return ""


def _arguments():
    with open("/proc/self/cmdline", "rb") as file:
        return [argument.decode() for argument in file.read().split(b"\0")[:-1]]
