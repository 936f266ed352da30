"""A firmware executable on the host's disk: which processor it is for, and what it is signed for."""

from contract import api, update
from host_tools.errors import ProjectError

MAGIC = b"\x7fELF"
_MACHINES = {40: "armv7", 62: "x86_64"}  # e_machine of the ELF header (System V ABI)
_INSIDE = b"camera_firmware"  # the application is in it, not only the interpreter


def is_firmware(content):
    """Whether the bytes of a file are an executable, and not a model."""
    return content[:len(MAGIC)] == MAGIC


def machine(content):
    """"armv7" or "x86_64". Raises ProjectError for what no camera runs."""
    found = _MACHINES.get(int.from_bytes(content[18:20], "little")) if is_firmware(content) else None
    if found is None:
        raise ProjectError("this executable is for no processor that Doorlens knows: `make firmware` builds one for ARMv7 and x86-64")
    return found


def check(content):
    """Raises ProjectError unless the executable can be sent to a camera."""
    machine(content)
    if _INSIDE not in content:
        raise ProjectError("there is no Doorlens in this executable: push build/armv7/doorlens-camera of `make firmware`")
    if len(content) > api.MAX_FIRMWARE_BYTES:
        raise ProjectError(f"this executable has {len(content)} bytes, and cameras take {api.MAX_FIRMWARE_BYTES}: push the "
                           "stripped one")


def product(content):
    """What it is signed for."""
    return update.firmware_product(machine(content))
