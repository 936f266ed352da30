"""Preparing pictures for the network, in exact integers. Every error is ValueError("imgprep: <sentence>")."""

import ctypes

from .library import Buffer, check, integer, library, region_argument

_AREA = "imgprep"


def resize_area(src, src_w, src_h, channels, region, dst, dst_w, dst_h, /):
    """Area-averages `region` (x, y, w, h; None: all) of a uint8 HWC picture to dst_h x dst_w x channels.

    Each cell is floor((sum + floor(w*h/2)) / (w*h)), where a source pixel weighs its overlap with the cell in units
    of 1/(dst_w*dst_h) of a pixel. Reduces and enlarges.
    """
    source, target = Buffer(src), Buffer(dst, writable=True)
    width, height, depth = integer(_AREA, src_w), integer(_AREA, src_h), integer(_AREA, channels)
    part = region_argument(_AREA, region)
    target_width, target_height = integer(_AREA, dst_w), integer(_AREA, dst_h)
    check(
        _AREA,
        library().imgprep_resize_area(
            source.address, source.size, width, height, depth, part, target.address, target.size, target_width,
            target_height,
        ),
    )


def mean_abs_diff(a, b, /):
    """Mean absolute difference of two buffers of one length, in 1/256 grey levels (0..65280), rounded down."""
    first, second = Buffer(a), Buffer(b)
    difference = ctypes.c_uint32()
    check(
        _AREA,
        library().imgprep_mean_abs_diff(
            first.address, first.size, second.address, second.size, ctypes.byref(difference)
        ),
    )
    return difference.value
