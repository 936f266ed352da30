"""Good and bad input of every kind through imgprep, for memcheck: prints ok. MicroPython only."""

import imgprep


def outcome(function, *arguments):
    """What the call returned, or the error's text."""
    try:
        return function(*arguments)
    except (ValueError, TypeError, OverflowError) as error:
        return str(error)


def sizes():
    """Buffers are exactly as long as needed, so that a byte too far is seen."""
    for channels in (1, 3):
        for w, h in ((1, 1), (2, 3), (7, 5), (16, 9), (33, 1), (1, 40)):
            src = bytearray(i * 31 & 255 for i in range(w * h * channels))
            for dst_w, dst_h in ((1, 1), (2, 2), (7, 5), (10, 3), (40, 24)):
                dst = bytearray(dst_w * dst_h * channels)
                for region in (None, (0, 0, w, h), (w - 1, h - 1, 1, 1), (w // 2, h // 2, w - w // 2, h - h // 2)):
                    imgprep.resize_area(src, w, h, channels, region, dst, dst_w, dst_h)
                if (w, h) == (dst_w, dst_h):
                    imgprep.resize_area(src, w, h, channels, None, dst, dst_w, dst_h)
                    assert src == dst


def refusals():
    src, dst = bytearray(48), bytearray(16)
    good = [src, 8, 6, 1, None, dst, 4, 4]
    for index, values in (
        (0, (None, 5, b"", bytearray(47))),
        (1, (0, -1, 9, 70000, 1 << 31, 1 << 70, "8", None)),
        (2, (0, -1, 7, 70000, 1 << 31, 1 << 70, "6", None)),
        (3, (0, 2, 3, 4, -1, None)),
        (4, (5, (), (0, 0, 9, 6), (0, 0, 0, 1), (-1, 0, 2, 2), (0, 0, 1 << 70, 1), (8, 6, 1, 1), "abcd")),
        (5, (None, b"0123456789abcdef", bytearray(15), bytearray(0))),
        (6, (0, -1, 5, 70000, 1 << 70)),
        (7, (0, -1, 5, 70000, 1 << 70)),
    ):
        for value in values:
            changed = list(good)
            changed[index] = value
            assert isinstance(outcome(imgprep.resize_area, *changed), str), (index, value)
    assert outcome(imgprep.resize_area, *good) is None


def differences():
    for size in (1, 15, 16, 17, 1000):
        assert imgprep.mean_abs_diff(bytearray(size), b"\x02" * size) == 512
    for a, b in ((b"", b""), (b"a", b"ab"), (None, b""), (b"a", 1)):
        assert isinstance(outcome(imgprep.mean_abs_diff, a, b), str)


def noise(size):
    state, out = size, bytearray(size)
    for i in range(size):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        out[i] = state >> 16 & 0xFF
    return out


def descriptions():
    """Buffers as long as needed, at even and odd addresses."""
    for start in (0, 1):
        for pixels in (1, 15, 16, 17, 255, 256, 257):
            for channels in (1, 3):
                imgprep.colour_histogram(noise(pixels * channels), channels, memoryview(bytearray(128 + start))[start:])
                imgprep.colour_shares(noise(pixels * channels), channels, memoryview(bytearray(64 + start))[start:])
            for rows in (1, 2, 5):
                imgprep.nearest(noise(pixels), noise(pixels * rows), rows, memoryview(bytearray(2 * rows + start))[start:])
            imgprep.luma_statistics(noise(pixels), memoryview(bytearray(4 + start))[start:])
        for w, h in ((3, 3), (8, 9), (10, 4), (27, 5)):
            imgprep.sharpness(noise(w * h), w, h)
        for w, h in ((16, 16), (23, 17), (40, 31)):
            scratch = memoryview(bytearray(imgprep.hog_scratch_size(w, h) + start))[start:]
            imgprep.hog(noise(w * h), w, h, scratch, bytearray(imgprep.hog_size(w, h)))
        for side in (16, 32, 64, 128):
            scratch = memoryview(bytearray(imgprep.phase_shift_scratch_size(side) + start))[start:]
            luma, shift = noise(side * side), memoryview(bytearray(6 + start))[start:]
            for other in (luma, noise(side * side + 1), bytearray(side * side)):
                imgprep.phase_shift(luma, other, side, scratch, shift)
            for hidden in (None, (0, 0, side, side), (side - 1, 0, 1, side), (side // 2, side, 0, 0), (3, 5, 7, 2)):
                imgprep.edges(luma, side, hidden, memoryview(bytearray(side * side + start))[start:])


def description_refusals():
    luma, scratch, out = bytearray(256), bytearray(5000), bytearray(128)
    wrong = (None, 5, 0, -1, 1 << 31, 1 << 70, "8", b"", bytearray(3), 4.5, (0, 0, 17, 1), (0, -1, 1, 1), (16, 0, 1, 1), (1,))
    for function, good in (
        (imgprep.colour_histogram, (luma, 1, out)),
        (imgprep.colour_shares, (luma, 1, out)),
        (imgprep.nearest, (bytearray(7), luma, 36, out)),
        (imgprep.luma_statistics, (luma, out)),
        (imgprep.sharpness, (luma, 16, 16)),
        (imgprep.hog, (luma, 16, 16, scratch, out)),
        (imgprep.phase_shift, (luma, luma, 16, scratch, out)),
        (imgprep.edges, (luma, 16, (1, 2, 3, 4), bytearray(256))),
    ):
        assert not isinstance(outcome(function, *good), str), function
        for index in range(len(good)):
            for value in wrong:
                changed = list(good)
                changed[index] = value
                outcome(function, *changed)
    for value in wrong:
        outcome(imgprep.hog_size, value, 16)
        outcome(imgprep.hog_scratch_size, 16, value)
        outcome(imgprep.phase_shift_scratch_size, value)


for part in (sizes, refusals, differences, descriptions, description_refusals):
    part()
print("ok")
