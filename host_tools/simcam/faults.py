"""Faults a virtual camera can be told to have."""

from host_tools.simcam import jpeg

FAULTS = {
    "401": "answers 401 to every request",
    "500": "answers 500",
    "silent": "accepts and never answers",
    "half-frame": "cuts the connection in the middle of a picture",
    "empty": "a picture of no bytes",
    "not-jpeg": "a web page where the picture should be",
    "truncated": "the first half of a picture, said to be whole",
    "huge": "a JPEG whose header says 100 megapixels",
}


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
