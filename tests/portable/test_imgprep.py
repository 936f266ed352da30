from array import array

from expect import raises, refused
from noise import noise

try:
    import imgprep
except ImportError:
    from host_tools.native import imgprep


def overlap(a0, a1, b0, b1):
    return max(0, min(a1, b1) - max(a0, b0))


def reference(src, src_w, channels, region, dst_w, dst_h):
    """The definition, cell by cell, in integers of any size."""
    x0, y0, w, h = region
    out = bytearray(dst_w * dst_h * channels)
    for i in range(len(out)):
        x, y, channel = i // channels % dst_w, i // channels // dst_w, i % channels
        total = 0
        for sy in range(h):
            down = overlap(sy * dst_h, (sy + 1) * dst_h, y * h, (y + 1) * h)
            for sx in range(w):
                across = overlap(sx * dst_w, (sx + 1) * dst_w, x * w, (x + 1) * w)
                total += across * down * src[((y0 + sy) * src_w + x0 + sx) * channels + channel]
        out[i] = (total + w * h // 2) // (w * h)
    return out


def resized(src, src_w, src_h, channels, region, dst_w, dst_h):
    dst = bytearray(dst_w * dst_h * channels)
    assert imgprep.resize_area(src, src_w, src_h, channels, region, dst, dst_w, dst_h) is None
    return dst


def test_resize_equals_its_definition():
    src_w, src_h = 9, 8
    for channels in (1, 3):
        src = noise(src_w * src_h * channels)
        for region in ((0, 0, 9, 8), (2, 1, 5, 7), (8, 7, 1, 1), (0, 3, 9, 1)):
            for dst_w, dst_h in ((4, 3), (9, 8), (1, 1), (7, 11), (13, 2)):
                expected = reference(src, src_w, channels, region, dst_w, dst_h)
                assert resized(src, src_w, src_h, channels, region, dst_w, dst_h) == expected, (region, dst_w, dst_h)


def test_same_size_is_a_copy():
    src = noise(31 * 17 * 3)
    assert resized(src, 31, 17, 3, None, 31, 17) == src


def test_halving_rounds_half_up():
    assert resized(bytearray((0, 1, 0, 1)), 2, 2, 1, None, 1, 1) == bytearray((1,))
    assert resized(bytearray((0, 1, 0, 0)), 2, 2, 1, None, 1, 1) == bytearray((0,))
    assert resized(bytearray((255, 255, 255, 254)), 2, 2, 1, None, 1, 1) == bytearray((255,))


def test_doubling_repeats_pixels():
    assert resized(bytearray((10, 200)), 2, 1, 1, None, 4, 2) == bytearray((10, 10, 200, 200) * 2)


def test_flat_picture_stays_flat():
    for value in (0, 1, 127, 255):
        src = bytes([value]) * (37 * 23)
        for dst_w, dst_h in ((1, 1), (16, 16), (64, 40)):
            assert resized(src, 37, 23, 1, (1, 2, 35, 20), dst_w, dst_h) == bytearray(bytes([value]) * (dst_w * dst_h))


def test_bytes_after_the_destination_stay():
    dst = bytearray(b"\xa5" * 10)
    imgprep.resize_area(noise(64), 8, 8, 1, None, memoryview(dst)[:4], 2, 2)
    assert dst[4:] == b"\xa5" * 6


def test_resize_refuses_bad_arguments():
    src, dst = bytearray(8 * 6), bytearray(4 * 4)
    for region in ((0, 0, 9, 6), (8, 0, 1, 1), (0, 0, 0, 6), (0, -1, 3, 3), (1, 1, 2147483647, 1), (2, 2, 2, 5)):
        assert "region" in refused("imgprep", imgprep.resize_area, src, 8, 6, 1, region, dst, 4, 4)
    assert "four" in refused("imgprep", imgprep.resize_area, src, 8, 6, 1, (0, 0, 1, 1, 1), dst, 4, 4)
    assert "source" in refused("imgprep", imgprep.resize_area, src, 8, 7, 1, None, dst, 4, 4)
    assert "source" in refused("imgprep", imgprep.resize_area, src, 65500, 65500, 3, None, dst, 4, 4)
    assert "destination" in refused("imgprep", imgprep.resize_area, src, 8, 6, 1, None, dst, 4, 5)
    for channels in (0, 2, 4, -1):
        assert "channels" in refused("imgprep", imgprep.resize_area, src, 8, 6, channels, None, dst, 4, 4)
    for side in (0, -1, 65501):
        assert "width" in refused("imgprep", imgprep.resize_area, src, side, 6, 1, None, dst, 4, 4)
        assert "width" in refused("imgprep", imgprep.resize_area, src, 8, 6, 1, None, dst, 4, side)


def test_wrong_types_are_type_errors():
    src, dst = bytearray(8 * 6), bytearray(4 * 4)
    raises(TypeError, imgprep.resize_area, None, 8, 6, 1, None, dst, 4, 4)
    raises(TypeError, imgprep.resize_area, src, 8, 6, 1, None, bytes(16), 4, 4)
    raises(TypeError, imgprep.resize_area, src, 8.5, 6, 1, None, dst, 4, 4)
    raises(TypeError, imgprep.resize_area, src, 8, 6, 1, 7, dst, 4, 4)
    raises(TypeError, imgprep.resize_area, src, 8, 6)
    raises(TypeError, imgprep.mean_abs_diff, b"a", 1)


def test_mean_abs_diff_counts_256ths_of_a_grey_level():
    assert imgprep.mean_abs_diff(b"abc", b"abc") == 0
    assert imgprep.mean_abs_diff(bytes(100), b"\xff" * 100) == 65280
    assert imgprep.mean_abs_diff(bytes(3), bytes((0, 0, 1))) == 256 // 3
    a, b = noise(1001, 1), noise(1001, 2)
    expected = sum(abs(x - y) for x, y in zip(a, b)) * 256 // 1001
    assert imgprep.mean_abs_diff(a, b) == imgprep.mean_abs_diff(b, a) == expected


def test_nearest_is_the_first_of_the_least_differences():
    for length in (1, 3, 64, 324):
        vector, table = noise(length, 9), noise(length * 7, length)
        for count in (1, 2, 7):
            out = array("H", [9] * 8)
            at = imgprep.nearest(vector, table, count, out)
            expected = [imgprep.mean_abs_diff(vector, table[i * length:(i + 1) * length]) for i in range(count)]
            assert list(out) == expected + [9] * (8 - count) and at == expected.index(min(expected))
    assert imgprep.nearest(b"ab", b"abxxabab", 4, bytearray(8)) == 0


def test_nearest_refuses_what_does_not_fit():
    out = array("H", [0] * 4)
    for vector, table, count in ((b"", b"abc", 1), (b"ab", b"abc", 2), (b"ab", b"abcd", 0), (b"ab", b"abcd", -1), (b"ab", b"", 1)):
        assert "different lengths" in refused("imgprep", imgprep.nearest, vector, table, count, out)
    assert "output" in refused("imgprep", imgprep.nearest, b"a", b"abcdefg", 5, out)
    assert "output" in refused("imgprep", imgprep.nearest, b"a", b"abcdefg", 2, bytearray(3))
    raises(TypeError, imgprep.nearest, b"a", b"b", 1.5, out)
    raises(TypeError, imgprep.nearest, b"a", b"b", 1)


def test_mean_abs_diff_refuses_empty_and_unequal_buffers():
    assert "different lengths" in refused("imgprep", imgprep.mean_abs_diff, b"", b"")
    assert "different lengths" in refused("imgprep", imgprep.mean_abs_diff, b"ab", b"a")
