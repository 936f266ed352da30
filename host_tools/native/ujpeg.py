"""JPEG pictures to and from caller's buffers. Every error is ValueError("ujpeg: <sentence>")."""

import ctypes

from .library import Buffer, check, integer, library, region_argument

_AREA = "ujpeg"


def info(buf, /):
    """(width, height, components, progressive) from the header; pixels are not decoded."""
    data = Buffer(buf)
    values = (ctypes.c_uint32 * 4)()
    check(_AREA, library().ujpeg_info(data.address, data.size, values))
    return values[0], values[1], values[2], bool(values[3])


def decode(buf, out, denominator=1, region=None, rgb=False):
    """Decodes to uint8 luma or RGB at scale 1/denominator (1, 2, 4, 8) and returns (w, h).

    `region` is (x, y, w, h) in pixels of the scaled picture; `out`, writable, receives w*h or w*h*3 bytes, tightly
    packed. A region equals the same crop of the whole picture. Truncated or damaged data is an error.
    """
    data, pixels = Buffer(buf), Buffer(out, writable=True)
    shape = (ctypes.c_uint32 * 2)()
    part = region_argument(_AREA, region)
    scale = integer(_AREA, denominator)
    check(
        _AREA,
        library().ujpeg_decode(data.address, data.size, scale, part, bool(rgb), pixels.address, pixels.size, shape),
    )
    return shape[0], shape[1]


def encode(pixels, w, h, channels, out, quality=85):
    """Baseline JPEG of uint8 luma (channels 1) or RGB (3) pixels into `out`; returns its length in bytes."""
    source, target = Buffer(pixels), Buffer(out, writable=True)
    numbers = [integer(_AREA, value) for value in (w, h, channels, quality)]
    length = ctypes.c_size_t()
    check(
        _AREA,
        library().ujpeg_encode(
            source.address, source.size, *numbers, target.address, target.size, ctypes.byref(length)
        ),
    )
    return length.value
