"""Signed firmware for the tests: the built executables, made different by bytes that Linux does not look at, and tiny ones."""

import struct

from camera_process import BUILD
from signed_camera import KEY

from contract import update
from host_tools import keys

_EXIT_42 = bytes.fromhex("b83c000000" "bf2a000000" "0f05")  # mov eax, 60; mov edi, 42; syscall
_EXIT_0 = bytes.fromhex("b83c000000" "31ff" "0f05")
_EXIT_4 = bytes.fromhex("b83c000000" "bf04000000" "0f05")
_FOR_EVER = bytes.fromhex("ebfe")
_CHECKED_ALONE = bytes.fromhex("833c2405" "7402")  # cmp dword [rsp], 5 (arguments of a check); je past the next jump


def firmware(sequence, content, machine="x86_64", key=KEY, product=None, flags=0):
    """A signed update with this executable."""
    return keys.sign(content, update.FIRMWARE, sequence, product or update.firmware_product(machine), key, flags)


def built(architecture, number=0):
    """The built executable, for each number another file that does the same."""
    data = (BUILD / architecture / "doorlens-camera").read_bytes()
    return data + b"number %d" % number if number else data


def tiny(code):
    """A static executable for x86-64 that consists of these instructions (System V ABI, one segment)."""
    start, size = 0x400000, 64 + 56 + len(code)
    header = b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("<HHIQQQIHHHHHH", 2, 62, 1, start + 120, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    return header + struct.pack("<IIQQQQQQ", 1, 5, 0, start, start, size, size, 4096) + code


ENDS_AT_ONCE = tiny(_EXIT_0)
HANGS = tiny(_FOR_EVER)
CANNOT_USE_THE_MODEL = tiny(_EXIT_4)
PASSES_THEN_ENDS = tiny(_EXIT_42)
PASSES_THEN_HANGS = tiny(_CHECKED_ALONE + _FOR_EVER + _EXIT_42)
