"""Faults a virtual camera can be told to have."""

from host_tools.simcam import jpeg
from host_tools.simcam.errors import SimcamError

FAULTS = {
    "401": "answers 401 to every request",
    "500": "answers 500",
    "silent": "accepts and never answers",
    "half-frame": "cuts the connection in the middle of a picture",
    "empty": "a picture of no bytes",
    "not-jpeg": "a web page where the picture should be",
    "truncated": "the first half of a picture, said to be whole",
    "huge": "a JPEG whose header says 100 megapixels",
    "wrong-clock": "says that it is the first of January 1970: a clock that was never set",
    "slow-cpu:N": "the installed application gets one of N slices of the processor's time",
    "cut-after:N": "cuts the connection after N bytes of a package",
    "power-cut:N": "loses its power after N operations on the flash while it installs a package",
    "flash-full": "no room for a package",
}


def parse(text):
    """(key of FAULTS, number or None) of a fault as people write it, "cut-after:4096". Raises SimcamError."""
    name, colon, number = text.partition(":")
    key = name + ":N" if colon else name
    if key not in FAULTS or (colon and not (number.isascii() and number.isdigit())):
        raise SimcamError(f"no fault {text!r}; choose one of {', '.join(FAULTS)}")
    return key, int(number) if colon else None


def damage(fault, data):
    """The body that `fault` makes of the JPEG `data`; unchanged for faults that are not in the body."""
    if fault == "empty":
        return b""
    if fault == "not-jpeg":
        return b"<html><body>Camera is starting</body></html>"
    if fault == "truncated":
        return data[:len(data) // 2]
    if fault == "huge":
        return jpeg.with_size(data, 10_000, 10_000)
    return data
