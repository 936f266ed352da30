"""Texts that come from elsewhere, and may hold anything."""

from camera_firmware.portable import const

_LONGEST = const(400)


def is_printable(character):
    """Neither a control character, nor the end of a line, nor half of a pair of UTF-16, which is no character."""
    code = ord(character)
    return 32 <= code < 127 or 0xA0 <= code < 0xD800 and code not in (0x2028, 0x2029) or code > 0xDFFF


def one_line(text):
    """Of at most 400 characters, with a question mark for each that cannot be printed."""
    return "".join([c if is_printable(c) else "?" for c in text[:_LONGEST]])
