"""One line of a journal: a JSON object with its number, "n", and a checksum."""

import json
import zlib

_CRC = ', "crc": "'


def encode(record, n):
    """Bytes of a record (dict), with its end of line."""
    text = json.dumps({"n": n, **record})
    return ('%s%s%08x"}\n' % (text[:-1], _CRC, zlib.crc32(text.encode()))).encode()


def decode(line):
    """The record of a line (bytes, without its end), None if it is damaged."""
    try:
        text, _, crc = line.decode().rpartition(_CRC)
        text += "}"
        return json.loads(text) if crc == '%08x"}' % zlib.crc32(text.encode()) else None
    except (ValueError, RecursionError):
        return None
