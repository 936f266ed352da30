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


for part in (sizes, refusals, differences):
    part()
print("ok")
