"""Preparing pictures for the network and describing them, in exact integers.

Every error is ValueError("imgprep: <sentence>"). Definitions, sources and limits: cmodules/imgprep/imgprep.h. Buffers for
uint16 or int16 values may be an array, a numpy array or bytes of that length, in the CPU's byte order.
"""

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


def nearest(vector, table, count, out, /):
    """Which of the first `count` rows of `table` is nearest, the first of equals; `out`: count uint16, mean_abs_diff of each."""
    one, many, target = Buffer(vector), Buffer(table), Buffer(out, writable=True)
    rows, found = integer(_AREA, count), ctypes.c_uint32()
    check(
        _AREA,
        library().imgprep_nearest(
            one.address, one.size, many.address, many.size, max(0, rows), target.address, target.size, ctypes.byref(found)
        ),
    )
    return found.value


def colour_histogram(pixels, channels, out, /):
    """64 uint16 that sum to 32768: of r // 64 * 16 + g // 64 * 4 + b // 64 (channels 3) or luma // 4 (channels 1)."""
    source, target = Buffer(pixels), Buffer(out, writable=True)
    depth = integer(_AREA, channels)
    check(
        _AREA,
        library().imgprep_colour_histogram(source.address, source.size, depth, target.address, target.size),
    )


def colour_shares(pixels, channels, out, /):
    """64 uint8: colour_histogram() in 1/256, rounded down, at most 255."""
    source, target = Buffer(pixels), Buffer(out, writable=True)
    depth = integer(_AREA, channels)
    check(_AREA, library().imgprep_colour_shares(source.address, source.size, depth, target.address, target.size))


def luma_statistics(luma, out, /):
    """Two uint16: mean (0..65280) and standard deviation (0..32640) in 1/256 grey levels, rounded down."""
    source, target = Buffer(luma), Buffer(out, writable=True)
    check(_AREA, library().imgprep_luma_statistics(source.address, source.size, target.address, target.size))


def sharpness(luma, w, h, /):
    """Variance of the 4-neighbour Laplacian, in 1/256 of a squared grey level, rounded down."""
    source = Buffer(luma)
    width, height = integer(_AREA, w), integer(_AREA, h)
    result = ctypes.c_uint32()
    check(_AREA, library().imgprep_sharpness(source.address, source.size, width, height, ctypes.byref(result)))
    return result.value


def hog_size(w, h, /):
    """Bytes of hog()'s result, 36 for each block of 2x2 cells of 8x8 pixels; 0 for sides that hog() refuses."""
    return library().imgprep_hog_size(integer(_AREA, w), integer(_AREA, h))


def hog_scratch_size(w, h, /):
    """Bytes of hog()'s scratch buffer; 0 for sides that hog() refuses."""
    return library().imgprep_hog_scratch_size(integer(_AREA, w), integer(_AREA, h))


def hog(luma, w, h, scratch, out, /):
    """Histogram of oriented gradients of a picture with sides of 16 to 512: uint8, 255 = 1.0, [block][cell][9 bins]."""
    source, memory, target = Buffer(luma), Buffer(scratch, writable=True), Buffer(out, writable=True)
    width, height = integer(_AREA, w), integer(_AREA, h)
    check(
        _AREA,
        library().imgprep_hog(
            source.address, source.size, width, height, memory.address, memory.size, target.address, target.size
        ),
    )


def phase_shift_scratch_size(side, /):
    """Bytes of phase_shift()'s scratch buffer; 0 for a side that it refuses."""
    return library().imgprep_phase_shift_scratch_size(integer(_AREA, side))


def phase_shift(reference, luma, side, scratch, out, /):
    """How far `luma` has moved against `reference`, both side x side (16, 32, 64 or 128), by phase correlation.

    Three int16: dx and dy in 1/16 pixel, positive to the right and downwards, and the peak's height, 0..16384.
    """
    first, second = Buffer(reference), Buffer(luma)
    memory, target = Buffer(scratch, writable=True), Buffer(out, writable=True)
    length = integer(_AREA, side)
    check(
        _AREA,
        library().imgprep_phase_shift(
            first.address, first.size, second.address, second.size, length, memory.address, memory.size,
            target.address, target.size,
        ),
    )


def edges(luma, side, hidden, out, /):
    """The edges of a side x side picture whatever its light, for phase_shift(): uint8, 128 where there is none.

    `hidden` (x, y, w, h; None: nothing) is left out of it. Returns the mean |Laplacian| of the rest in 1/256 grey levels.
    """
    source, target = Buffer(luma), Buffer(out, writable=True)
    length, part = integer(_AREA, side), region_argument(_AREA, hidden)
    strength = ctypes.c_uint32()
    check(
        _AREA,
        library().imgprep_edges(
            source.address, source.size, length, part, target.address, target.size, ctypes.byref(strength)
        ),
    )
    return strength.value
