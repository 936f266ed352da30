"""DNS packets (RFC 1035), as little of them as announcing a service takes: the questions in one, and one of answers.

A name is a tuple of labels, bytes.
"""

import struct

from camera_firmware.portable import const

A = const(1)
PTR = const(12)
TXT = const(16)
SRV = const(33)
ANY = const(255)
MAX_LABEL = const(63)
_HEADER_BYTES = const(12)
_MAX_QUESTIONS = const(64)
_MAX_LABELS = const(32)  # of a name, and jumps in it: a packet may point to itself
_ANSWER = const(0x8400)  # from who knows best
_ONE_ONLY = const(0x8000)  # this record replaces others of its name and kind (RFC 6762, 10.2)


def questions(packet):
    """[(name in lower case, kind)] that a query asks; [] for anything but a query. Raises ValueError for a broken one."""
    if len(packet) < _HEADER_BYTES or packet[2] & 0xF8:
        return []
    found, at = [], _HEADER_BYTES
    for _ in range(min(_number(packet, 4), _MAX_QUESTIONS)):
        name, at = _name(packet, at)
        found.append((name, _number(packet, at)))
        at += 4
    return found


def _number(packet, at):
    if at + 2 > len(packet):
        raise ValueError("the packet is cut")
    return packet[at] << 8 | packet[at + 1]


def _name(packet, at):
    """(name, where what follows it begins)"""
    labels, end = [], None
    for _ in range(2 * _MAX_LABELS):
        length = packet[at] if at < len(packet) else MAX_LABEL + 1
        if not length:
            return tuple(labels), at + 1 if end is None else end
        if length >= 0xC0:
            end = at + 2 if end is None else end
            at = _number(packet, at) & 0x3FFF
        elif length > MAX_LABEL or at + 1 + length > len(packet):
            break
        else:
            labels.append(bytes(packet[at + 1:at + 1 + length]).lower())
            at += 1 + length
    raise ValueError("a name is cut or has no end")


def encoded(name):
    return b"".join(bytes((len(label),)) + label for label in name) + b"\0"


def record(name, kind, data, seconds, one_only=True):
    """An answer that is good for so long."""
    return encoded(name) + struct.pack(">HHIH", kind, 1 | (_ONE_ONLY if one_only else 0), seconds, len(data)) + data


def answers(records):
    """The packet of these records."""
    return struct.pack(">HHHHHH", 0, _ANSWER, 0, len(records), 0, 0) + b"".join(records)
