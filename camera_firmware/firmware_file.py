"""A signed firmware on the camera's disk: the executable, and behind it the update's header, which Linux does not look at."""

import hashlib
import os

from camera_firmware.portable import const
from contract import durable, update

NEW = "firmware.new"  # complete and checked, not yet in a slot
_PIECE = const(65536)
_ELF = b"\x7fELF"
_MACHINE_AT = const(18)
_MACHINES = {40: "armv7", 62: "x86_64"}  # e_machine of the ELF header (System V ABI)


def unpack(part, new, header):
    """Writes what `part` holds, header and content, to `new` as a slot wants it; on the disk when this returns.

    Raises OSError, and UpdateError if the content is not what was signed.
    """
    sha, left = hashlib.sha256(), header.length
    with open(part, "rb") as source, open(new, "wb") as target:
        head = source.read(update.HEADER_BYTES)
        while left:
            piece = source.read(min(_PIECE, left))
            if not piece:
                raise update.UpdateError("update_truncated", "the update is cut short")
            sha.update(piece)
            target.write(piece)
            left -= len(piece)
        target.write(head)
    if sha.digest() != header.sha256 or hashlib.sha256(head).digest() != header.digest:
        raise update.UpdateError("update_digest", "the update's content is not what was signed: it was changed on its way")
    durable.sync(new)


def header(path):
    """The last 160 bytes of a slot. Raises OSError."""
    with open(path, "rb") as file:
        file.seek(max(0, os.stat(path)[6] - update.HEADER_BYTES))
        return file.read(update.HEADER_BYTES)


def check_content(path, of):
    """Raises OSError, and UpdateError unless the executable `path` is what the Header `of` was signed for."""
    if os.stat(path)[6] != of.length + update.HEADER_BYTES or digest(path, of.length) != of.sha256:
        raise update.UpdateError("update_digest", "its content is not what was signed")


def digest(path, length=None):
    """SHA-256 of the first `length` bytes of a file, or of all. Raises OSError."""
    sha, left = hashlib.sha256(), os.stat(path)[6] if length is None else length
    with open(path, "rb") as file:
        while left > 0:
            piece = file.read(min(_PIECE, left))
            if not piece:
                break
            sha.update(piece)
            left -= len(piece)
    return sha.digest()


def machine(path):
    """The processor that an executable is for: "armv7", "x86_64", or None for anything else. Raises OSError."""
    with open(path, "rb") as file:
        return machine_of(file.read(_MACHINE_AT + 2))


def machine_of(head):
    """The same from an executable's first 20 bytes."""
    if len(head) < _MACHINE_AT + 2 or head[:4] != _ELF:
        return None
    return _MACHINES.get(head[_MACHINE_AT] | head[_MACHINE_AT + 1] << 8)
