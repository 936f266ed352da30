from array import array

from expect import raises, refused
from noise import noise

try:
    import imgprep
except ImportError:
    from host_tools.native import imgprep


def test_colour_histogram_of_luma_has_64_levels():
    out = array("H", bytes(128))
    imgprep.colour_histogram(bytes((0, 3, 4, 255)), 1, out)
    assert list(out) == [16384, 8192] + [0] * 61 + [8192]


def test_colour_histogram_of_rgb_has_four_levels_a_channel():
    out = array("H", bytes(128))
    imgprep.colour_histogram(bytes((0, 0, 63, 255, 128, 64)), 3, out)
    assert out[0] == out[3 * 16 + 2 * 4 + 1] == 16384 and sum(out) == 32768


def test_colour_histogram_equals_its_definition_and_always_sums_to_32768():
    for channels in (1, 3):
        for pixels in (1, 2, 7, 16, 17, 255, 256, 257, 1001):
            data, counts = noise(pixels * channels, pixels), [0] * 64
            for i in range(0, len(data), channels):
                if channels == 1:
                    counts[data[i] // 4] += 1
                else:
                    counts[data[i] // 64 * 16 + data[i + 1] // 64 * 4 + data[i + 2] // 64] += 1
            out = array("H", bytes(128))
            imgprep.colour_histogram(data, channels, out)
            ends = [sum(counts[: i + 1]) * 32768 // pixels for i in range(64)]
            assert list(out) == [end - start for start, end in zip([0] + ends, ends)], (channels, pixels)
            assert sum(out) == 32768


def test_colour_histogram_does_not_depend_on_places():
    data = noise(3 * 500)
    turned = b"".join(bytes(data[i : i + 3]) for i in range(len(data) - 3, -1, -3))
    first, second = bytearray(128), bytearray(128)
    imgprep.colour_histogram(data, 3, first)
    imgprep.colour_histogram(turned, 3, second)
    assert first == second


def test_colour_shares_are_the_histogram_in_256ths():
    for channels, pixels in ((1, 1), (1, 77), (3, 1), (3, 1001)):
        data, bins, out = noise(pixels * channels, pixels), array("H", bytes(128)), bytearray(64)
        imgprep.colour_histogram(data, channels, bins)
        imgprep.colour_shares(data, channels, out)
        assert list(out) == [min(255, value // 128) for value in bins]
    imgprep.colour_shares(bytes(9), 1, out)
    assert out[0] == 255 and not any(out[1:])


def test_colour_histogram_of_a_large_picture_does_not_wrap():
    size = (1 << 17) + 3
    data, out = bytearray(size), array("H", bytes(128))
    data[0] = 255
    imgprep.colour_histogram(data, 1, out)
    assert out[0] == (size - 1) * 32768 // size and sum(out) == 32768


def statistics(luma):
    out = array("H", (0, 0))
    imgprep.luma_statistics(luma, out)
    return tuple(out)


def floor_sqrt(n):
    root = 0
    for bit in range(20, -1, -1):
        if (root + (1 << bit)) ** 2 <= n:
            root += 1 << bit
    return root


def test_luma_statistics_are_mean_and_standard_deviation():
    assert statistics(b"\x07") == (7 * 256, 0)
    assert statistics(b"\xff" * 1000) == (65280, 0)
    assert statistics(bytes((0, 255)) * 8) == (127 * 256 + 128, 127 * 256 + 128)
    assert statistics(bytes((0, 0, 1))) == (85, 120)  # 1/3 and sqrt(2)/3
    for size in (1, 15, 16, 17, 100, 1003):
        luma = noise(size, size)
        total, squares = sum(luma), sum(value * value for value in luma)
        spread = floor_sqrt((size * squares - total * total) * 65536 // (size * size))
        assert statistics(luma) == (total * 256 // size, spread)


def test_spread_does_not_change_with_brightness():
    luma = bytes(value // 2 for value in noise(777))
    assert statistics(luma)[1] == statistics(bytes(value + 100 for value in luma))[1]


def test_sharpness_equals_the_variance_of_the_laplacian():
    for w, h in ((3, 3), (9, 4), (10, 5), (11, 3), (21, 9)):
        luma, values = noise(w * h, w), []
        for y in range(1, h - 1):
            for i in range(y * w + 1, y * w + w - 1):
                values.append(4 * luma[i] - luma[i - 1] - luma[i + 1] - luma[i - w] - luma[i + w])
        n = len(values)
        variance = (n * sum(value * value for value in values) - sum(values) ** 2) * 256 // (n * n)
        assert imgprep.sharpness(luma, w, h) == variance, (w, h)


def test_sharpness_is_zero_on_slopes_and_greatest_on_a_chessboard():
    assert imgprep.sharpness(bytes(3 * x + 2 * y for y in range(20) for x in range(30)), 30, 20) == 0
    assert imgprep.sharpness(bytes(255 * ((x + y) % 2) for y in range(18) for x in range(18)), 18, 18) == 1020 * 1020 * 256


def descriptor(luma, w, h):
    out = bytearray(imgprep.hog_size(w, h))
    imgprep.hog(luma, w, h, bytearray(imgprep.hog_scratch_size(w, h)), out)
    return out


def test_hog_of_a_flat_picture_is_zero():
    assert not any(descriptor(b"\x80" * (32 * 24), 32, 24))


def test_hog_has_36_values_a_block():
    assert imgprep.hog_size(64, 64) == 7 * 7 * 36
    assert imgprep.hog_size(16, 16) == 36 and imgprep.hog_size(23, 31) == 2 * 36
    for w, h in ((15, 16), (16, 15), (513, 16), (16, 513), (0, 0), (-16, 16)):
        assert imgprep.hog_size(w, h) == imgprep.hog_scratch_size(w, h) == 0


def test_hog_votes_for_the_orientation_of_the_gradient():
    # 0 degrees lies between bin 8 (170) and bin 0 (10); 90 degrees is the centre of bin 4; 45 degrees between 1 and 2.
    for (across, down), bins in (((2, 0), (0, 8)), ((0, 2), (4,)), ((2, 2), (1, 2)), ((2, -2), (6, 7))):
        luma = bytes(127 + (x - 24) * across + (y - 24) * down for y in range(48) for x in range(48))
        middle = descriptor(luma, 48, 48)[(2 * 5 + 2) * 36 : (2 * 5 + 3) * 36]
        sums = [sum(middle[cell * 9 + i] for cell in range(4)) for i in range(9)]
        assert sum(sums[i] for i in bins) * 10 >= sum(sums) * 9 > 0, (across, down, sums)


def test_hog_is_the_same_for_the_negative_and_for_more_light():
    luma = bytes(value // 2 for value in noise(40 * 32))
    first = descriptor(luma, 40, 32)
    assert first == descriptor(bytes(127 - value for value in luma), 40, 32)
    assert first == descriptor(bytes(value + 100 for value in luma), 40, 32)


def test_hog_hardly_changes_with_contrast():
    luma = bytes(value // 4 for value in noise(32 * 32))
    half = bytes(value // 2 * 2 for value in luma)
    assert imgprep.mean_abs_diff(descriptor(luma, 32, 32), descriptor(bytes(value * 3 for value in luma), 32, 32)) < 256
    assert imgprep.mean_abs_diff(descriptor(half, 32, 32), descriptor(noise(32 * 32, 9), 32, 32)) > 5 * 256


def rolled(luma, side, dx, dy):
    return bytes(luma[(y - dy) % side * side + (x - dx) % side] for y in range(side) for x in range(side))


def shift(reference, luma, side):
    out = array("h", (0, 0, 0))
    imgprep.phase_shift(reference, luma, side, bytearray(imgprep.phase_shift_scratch_size(side)), out)
    return tuple(out)


def test_phase_shift_finds_whole_pixels():
    for side, dx, dy in ((16, 2, -1), (32, 5, 3), (32, -7, 0), (32, 0, -6), (64, -9, 14)):
        luma = noise(side * side, side)
        found = shift(luma, rolled(luma, side, dx, dy), side)
        assert abs(found[0] - 16 * dx) <= 4 and abs(found[1] - 16 * dy) <= 4 and found[2] > 6000, (side, dx, dy, found)


def test_phase_shift_of_the_same_picture_is_nothing_at_full_height():
    luma = noise(32 * 32)
    assert shift(luma, luma, 32)[:2] == (0, 0) and shift(luma, luma, 32)[2] >= 16380


def test_phase_shift_is_blind_to_light_and_contrast():
    luma = bytes(value // 2 for value in noise(32 * 32))
    brighter = bytes(value + 90 for value in luma)
    assert shift(luma, brighter, 32)[2] >= 16380 and shift(luma, brighter, 32)[:2] == (0, 0)
    assert shift(luma, bytes(value * 2 for value in luma), 32)[:2] == (0, 0)


def test_phase_shift_of_unrelated_or_flat_pictures_has_no_height():
    assert shift(noise(64 * 64, 1), noise(64 * 64, 77), 64)[2] < 2500
    assert shift(bytes(32 * 32), noise(32 * 32), 32) == (0, 0, 0)
    assert shift(noise(32 * 32), b"\x50" * (32 * 32), 32) == (0, 0, 0)


def edges(luma, side, hidden=None):
    out = bytearray(side * side)
    return imgprep.edges(luma, side, hidden, out), out


def edges_reference(luma, side, hidden):
    """imgprep.h's definition, pixel by pixel."""
    x0, y0, w, h = hidden
    places = [(x, y) for y in range(1, side - 1) for x in range(1, side - 1)
              if not (x0 <= x < x0 + w and y0 <= y < y0 + h)]
    found, out = {}, bytearray(b"\x80" * (side * side))
    for x, y in places:
        at = y * side + x
        found[at] = 4 * luma[at] - luma[at - 1] - luma[at + 1] - luma[at - side] - luma[at + side]
    strength = sum(abs(value) for value in found.values()) * 256 // len(found)
    for at, value in found.items():
        divisor = 256 * abs(value) + strength + 256
        distance = (120 * 256 * abs(value) + divisor // 2) // divisor
        out[at] = 128 - distance if value < 0 else 128 + distance
    return strength, out


def test_edges_equal_their_definition():
    for side, hidden in ((16, (0, 0, 0, 0)), (16, (3, 5, 9, 4)), (32, (0, 0, 20, 32)), (32, (31, 31, 1, 1))):
        for luma in (noise(side * side, side), bytes(i * 7 // 9 & 255 for i in range(side * side))):
            assert edges(luma, side, hidden) == edges_reference(luma, side, hidden), (side, hidden)


def test_edges_of_a_flat_or_wholly_hidden_picture_are_none():
    assert edges(b"\x50" * 256, 16) == (0, b"\x80" * 256)
    assert edges(noise(256), 16, (0, 0, 16, 16)) == (0, b"\x80" * 256)


def test_edges_do_not_change_with_light_and_with_what_is_hidden():
    luma = bytes(value // 2 for value in noise(32 * 32))
    assert edges(luma, 32) == edges(bytes(value + 90 for value in luma), 32)
    doubled = edges(bytes(value * 2 for value in luma), 32)[1]
    assert all(abs(a - b) <= 1 for a, b in zip(edges(luma, 32)[1], doubled))
    other = bytearray(luma)
    for y in range(10, 20):
        other[y * 32 + 6:y * 32 + 16] = noise(10, y)
    assert edges(luma, 32, (5, 9, 12, 12)) == edges(other, 32, (5, 9, 12, 12))


def test_features_write_no_further_than_their_result():
    luma = noise(32 * 32)
    for size, call in (
        (128, lambda out: imgprep.colour_histogram(luma, 1, out)),
        (64, lambda out: imgprep.colour_shares(luma, 1, out)),
        (4, lambda out: imgprep.luma_statistics(luma, out)),
        (imgprep.hog_size(32, 32), lambda out: imgprep.hog(luma, 32, 32, bytearray(imgprep.hog_scratch_size(32, 32)), out)),
        (6, lambda out: imgprep.phase_shift(luma, luma, 32, bytearray(imgprep.phase_shift_scratch_size(32)), out)),
        (1024, lambda out: imgprep.edges(luma, 32, (4, 4, 8, 8), out)),
    ):
        exact, longer = bytearray(size), bytearray(b"\xa5" * (size + 9))
        call(exact)
        call(memoryview(longer)[1:])  # at an odd address
        assert longer[1 : size + 1] == exact and longer[:1] + longer[size + 1 :] == b"\xa5" * 9
        assert "output" in refused("imgprep", call, bytearray(size - 1))


def test_scratch_may_lie_at_any_address():
    luma, other = noise(32 * 32), noise(32 * 32, 3)
    expected, expected_shift = descriptor(luma, 32, 32), shift(luma, other, 32)
    for start in (1, 2, 3, 7):
        hog, moved = bytearray(len(expected)), array("h", (0, 0, 0))
        memory = memoryview(bytearray(start + imgprep.hog_scratch_size(32, 32)))[start:]
        imgprep.hog(luma, 32, 32, memory, hog)
        memory = memoryview(bytearray(start + imgprep.phase_shift_scratch_size(32)))[start:]
        imgprep.phase_shift(luma, other, 32, memory, moved)
        assert hog == expected and tuple(moved) == expected_shift


def test_features_allocate_nothing():
    try:
        from micropython import heap_lock, heap_unlock
    except ImportError:
        return  # a matter of MicroPython's heap
    luma, other = noise(32 * 32), noise(32 * 32, 5)
    histogram, statistic, moved = array("H", bytes(128)), array("H", (0, 0)), array("h", (0, 0, 0))
    hog, scratch = bytearray(imgprep.hog_size(32, 32)), bytearray(imgprep.phase_shift_scratch_size(32))
    hidden = (1, 2, 3, 4)
    heap_lock()
    try:
        imgprep.resize_area(luma, 32, 32, 1, None, other, 31, 33)
        imgprep.mean_abs_diff(luma, other)
        imgprep.colour_histogram(luma, 1, histogram)
        imgprep.colour_shares(luma, 1, hog)
        imgprep.nearest(luma, other, 0 + 1, statistic)
        imgprep.luma_statistics(luma, statistic)
        imgprep.sharpness(luma, 32, 32)
        imgprep.hog(luma, 32, 32, scratch, hog)
        imgprep.phase_shift(luma, other, 32, scratch, moved)
        imgprep.edges(luma, 32, hidden, other)
    finally:
        heap_unlock()
    assert any(histogram) and any(statistic) and any(hog)


def test_features_refuse_bad_arguments():
    luma, out = bytearray(32 * 32), bytearray(2000)
    scratch = bytearray(imgprep.phase_shift_scratch_size(32))
    for channels in (0, 2, 4):
        assert "channels" in refused("imgprep", imgprep.colour_histogram, luma, channels, out)
        assert "channels" in refused("imgprep", imgprep.colour_shares, luma, channels, out)
    for pixels in (b"", bytes(4)):
        assert "whole pixels" in refused("imgprep", imgprep.colour_histogram, pixels, 3, out)
    assert "whole pixels" in refused("imgprep", imgprep.luma_statistics, b"", out)
    for w, h in ((2, 3), (3, 2), (0, 0), (-3, 9), (65501, 3)):
        assert "width" in refused("imgprep", imgprep.sharpness, luma, w, h)
    assert "whole pixels" in refused("imgprep", imgprep.sharpness, luma, 65500, 65500)
    assert "source" in refused("imgprep", imgprep.sharpness, luma, 32, 33)
    for w, h in ((15, 32), (32, 15), (520, 32), (-32, 32)):
        assert "16 to 512" in refused("imgprep", imgprep.hog, luma, w, h, scratch, out)
    assert "source" in refused("imgprep", imgprep.hog, luma, 40, 32, scratch, out)
    assert "scratch" in refused("imgprep", imgprep.hog, luma, 32, 32, bytearray(imgprep.hog_scratch_size(32, 32) - 1), out)
    for side in (0, 8, 24, 256, -16, 33):
        assert "side" in refused("imgprep", imgprep.phase_shift, luma, luma, side, scratch, out)
        assert imgprep.phase_shift_scratch_size(side) == 0
    assert "source" in refused("imgprep", imgprep.phase_shift, luma, luma[:-1], 32, scratch, out)
    assert "source" in refused("imgprep", imgprep.phase_shift, luma[:-1], luma, 32, scratch, out)
    assert "scratch" in refused("imgprep", imgprep.phase_shift, luma, luma, 32, memoryview(scratch)[1:], out)
    for side in (0, 8, 24, 256, -16, 33):
        assert "side" in refused("imgprep", imgprep.edges, luma, side, None, out)
    for hidden in ((0, 0, 33, 1), (-1, 0, 1, 1), (32, 0, 1, 1), (0, 0, 1, -1), (1, 2, 3)):
        assert "region" in refused("imgprep", imgprep.edges, luma, 32, hidden, out)
    assert "source" in refused("imgprep", imgprep.edges, luma[:-1], 32, None, out)
    raises(TypeError, imgprep.luma_statistics, luma, bytes(4))
    raises(TypeError, imgprep.hog, luma, 32, 32, bytes(10000), out)
