"""Area averaging against exact fractions, and against its definition on pictures too large for 32 bits."""

from fractions import Fraction

import numpy
import pytest

from host_tools.native import imgprep


def weights(src, dst):
    """(dst, src) overlaps of dst equal cells with src pixels, in units of 1/dst of a pixel; each row sums to src."""
    edges = numpy.arange(dst + 1, dtype=numpy.int64) * src
    starts = numpy.arange(src, dtype=numpy.int64) * dst
    ends = numpy.minimum(edges[1:, None], starts + dst)
    return numpy.maximum(ends - numpy.maximum(edges[:-1, None], starts), 0)


def by_definition(picture, dst_w, dst_h):
    """In int64: 255 * w * h stays below 2^63."""
    h, w = picture.shape[:2]
    down, across = weights(h, dst_h), weights(w, dst_w)
    total = numpy.einsum("ys,xt,stc->yxc", down, across, picture.astype(numpy.int64), optimize=True)
    return ((total + w * h // 2) // (w * h)).astype(numpy.uint8)


def resized(picture, region, dst_w, dst_h):
    h, w, channels = picture.shape
    out = numpy.zeros((dst_h, dst_w, channels), numpy.uint8)
    imgprep.resize_area(picture, w, h, channels, region, out, dst_w, dst_h)
    return out


def test_cell_is_the_exact_mean_rounded_half_up():
    picture = numpy.random.default_rng(1).integers(0, 256, (7, 11, 1)).astype(numpy.uint8)
    out = resized(picture, None, 4, 3)
    for y in range(3):
        for x in range(4):
            mean = Fraction(0)
            for sy in range(7):
                down = max(Fraction(0), min(Fraction(7 * (y + 1), 3), sy + 1) - max(Fraction(7 * y, 3), sy))
                for sx in range(11):
                    across = max(Fraction(0), min(Fraction(11 * (x + 1), 4), sx + 1) - max(Fraction(11 * x, 4), sx))
                    mean += down * across * int(picture[sy, sx, 0])
            mean /= Fraction(7, 3) * Fraction(11, 4)
            # w*h = 77 is odd: the kernel rounds with floor(77/2)/77, a hair below one half; no tie exists then.
            assert out[y, x, 0] == int(mean + Fraction(1, 2))


@pytest.mark.parametrize("seed", range(40))
def test_random_region_and_size_equal_the_definition(seed):
    rng = numpy.random.default_rng([7, seed])
    h, w, channels = int(rng.integers(1, 130)), int(rng.integers(1, 130)), int(rng.choice((1, 3)))
    picture = rng.integers(0, 256, (h, w, channels)).astype(numpy.uint8)
    x, y = int(rng.integers(0, w)), int(rng.integers(0, h))
    part_w, part_h = int(rng.integers(1, w - x + 1)), int(rng.integers(1, h - y + 1))
    dst_w, dst_h = int(rng.integers(1, 100)), int(rng.integers(1, 100))
    expected = by_definition(picture[y : y + part_h, x : x + part_w], dst_w, dst_h)
    assert (resized(picture, (x, y, part_w, part_h), dst_w, dst_h) == expected).all()


SIDES = (1, 2, 3, 7, 8, 15, 16, 17, 33, 64, 120, 255, 256, 257)


@pytest.mark.parametrize("channels", [1, 3])
def test_every_pair_of_sides_equals_the_definition(channels):
    """Enlarging, reducing, equal and halved sides; cells that fill the kernels' buffers and cells that do not."""
    rng = numpy.random.default_rng(channels)
    for index, src in enumerate(SIDES):
        picture = rng.integers(0, 256, (src, SIDES[-1 - index], channels)).astype(numpy.uint8)
        for dst in SIDES:
            assert (resized(picture, None, dst, 20) == by_definition(picture, dst, 20)).all(), (picture.shape, dst)
            assert (resized(picture, None, 24, dst) == by_definition(picture, 24, dst)).all(), (picture.shape, dst)


@pytest.mark.parametrize("shape", [(120, 120, 1), (90, 160, 1), (128, 128, 1), (64, 64, 1), (135, 240, 3), (253, 271, 1)])
def test_usual_sizes_equal_the_definition_at_the_ends_of_the_range(shape):
    for low, high in ((0, 256), (254, 256), (255, 256)):
        picture = numpy.random.default_rng(high).integers(low, high, shape).astype(numpy.uint8)
        assert (resized(picture, None, 64, 64) == by_definition(picture, 64, 64)).all()


@pytest.mark.parametrize("shape", [(2048, 2048, 1), (2048, 2047, 1), (4097, 1025, 1), (5000, 4000, 1), (3, 65500, 3)])
def test_sums_beyond_32_bits_stay_exact(shape):
    picture = numpy.full(shape, 255, numpy.uint8)
    picture[::3, ::7] = 254
    for dst_w, dst_h in ((1, 1), (3, 2)):
        assert (resized(picture, None, dst_w, dst_h) == by_definition(picture, dst_w, dst_h)).all()


def test_every_quotient_of_the_fast_division_is_right():
    """Two grey levels in every mixture: each count of the brighter pixel lands on its own rounding."""
    for w, h in ((64, 33), (63, 61), (128, 128)):
        ramp = numpy.zeros((h, w, 1), numpy.uint8)
        flat = ramp.reshape(-1)
        for bright in range(0, w * h, 97):
            flat[:bright] = 255
            assert resized(ramp, None, 1, 1)[0, 0, 0] == (255 * bright + w * h // 2) // (w * h)


def test_mean_abs_diff_of_long_buffers_does_not_wrap():
    size = (1 << 24) + 12345
    assert imgprep.mean_abs_diff(bytes(size), b"\xff" * size) == 65280
