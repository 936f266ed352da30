"""Good and bad input of every kind through ujpeg, for memcheck: prints ok. MicroPython only, needs samples/ beside it."""

import os

import ujpeg

_HERE = __file__.rsplit("/", 1)[0] if "/" in __file__ else "."
_GOOD = ("ycc411", "ycc420", "ycc422", "ycc440", "ycc444", "grey", "restart", "progressive", "rgb")
_W, _H = 37, 27


def sample(name):
    with open(_HERE + "/samples/" + name + ".jpg", "rb") as file:
        return file.read()


def outcome(function, *arguments):
    """What the call returned, or the error's text."""
    try:
        return function(*arguments)
    except (ValueError, TypeError, OverflowError) as error:
        return str(error)


def at_marker(data, markers):
    """Offset of the first segment with one of these markers."""
    at = 2
    while data[at + 1] not in markers:
        at += 2 + data[at + 2] * 256 + data[at + 3]
    return at


def good_pictures():
    for name in _GOOD:
        data = sample(name)
        assert ujpeg.info(data)[:2] == (_W, _H)
        for denominator in (1, 2, 4, 8):
            w, h = (_W + denominator - 1) // denominator, (_H + denominator - 1) // denominator
            for rgb in (False, True):
                out = bytearray(w * h * (3 if rgb else 1))
                assert ujpeg.decode(data, out, denominator, None, rgb) == (w, h)
                part = (w // 3, h // 2, w - w // 3, h - h // 2)
                assert ujpeg.decode(data, out, denominator, part, rgb) == part[2:]
                assert ujpeg.decode(data, out, denominator, (w // 2, 0, 1, 1), rgb) == (1, 1)


def cut_pictures():
    out = bytearray(_W * _H)
    for name in _GOOD:
        data = sample(name)
        for length in range(len(data)):
            text = outcome(ujpeg.decode, data[:length], out)
            assert text in ("ujpeg: the picture is truncated", "ujpeg: the buffer is empty"), text
            outcome(ujpeg.info, data[:length])


def changed_pictures():
    out = bytearray(_W * _H * 3)
    for name in _GOOD + ("cmyk",):
        data = bytearray(sample(name))
        for at in range(len(data)):
            before = data[at]
            for value in (0x00, 0xFF, before ^ 0x11):
                data[at] = value
                outcome(ujpeg.decode, data, out, 1 << (at & 3), None, bool(at & 4))
            data[at] = before


def headers():
    """Every kind of frame and every size that is refused."""
    out = bytearray(_W * _H)
    baseline, progressive = bytearray(sample("ycc420")), bytearray(sample("progressive"))
    at = at_marker(baseline, (0xC0, 0xC1))
    for marker in range(0xC0, 0xD0):
        baseline[at + 1] = marker
        outcome(ujpeg.decode, baseline, out)
    baseline[at + 1] = 0xC0
    for precision in (0, 12, 16):
        baseline[at + 4] = precision
        assert isinstance(outcome(ujpeg.decode, baseline, out), str)
    baseline[at + 4] = 8
    baseline[at + 5 : at + 9] = bytes((10000 >> 8, 10000 & 255) * 2)
    assert "64 megapixels" in outcome(ujpeg.info, baseline)
    at = at_marker(progressive, (0xC2,))
    progressive[at + 5 : at + 9] = bytes((4000 >> 8, 4000 & 255) * 2)
    assert "8 megapixels" in outcome(ujpeg.decode, progressive, out)
    assert "CMYK" in outcome(ujpeg.decode, sample("cmyk"), out)


def arguments():
    data, out = sample("ycc420"), bytearray(_W * _H)
    for bad in ((None, out), (data, None), (data, bytes(10)), (data, out, "1"), (data, out, 1 << 70), (data, out, 3)):
        assert isinstance(outcome(ujpeg.decode, *bad), str)
    for region in (5, (1, 2), (0, 0, 0, 0), (-1, 0, 1, 1), (0, 0, _W + 1, 1), ("x", 0, 1, 1), (1 << 70, 0, 1, 1)):
        assert isinstance(outcome(ujpeg.decode, data, out, 1, region), str)
    for size in (0, 1, _W * _H - 1):
        assert "too small" in outcome(ujpeg.decode, data, bytearray(size))
    for junk in (b"", b"\xff", b"\xff\xd8", b"\xff\xd8\xff", b"hello", b"\xff\xd8\xff\xd9", bytes(5000), b"\xff" * 5000):
        assert isinstance(outcome(ujpeg.decode, junk, out), str)


def encoding():
    for channels in (1, 3):
        pixels = bytearray(i * 7 & 255 for i in range(41 * 29 * channels))
        for quality in (1, 50, 100):
            out = bytearray(8000)
            length = ujpeg.encode(pixels, 41, 29, channels, out, quality)
            assert ujpeg.info(memoryview(out)[:length])[:2] == (41, 29)
            assert ujpeg.encode(pixels, 41, 29, channels, bytearray(length), quality) == length
            for size in range(0, length, 53):
                assert "too small" in outcome(ujpeg.encode, pixels, 41, 29, channels, bytearray(size), quality)
    for bad in ((0, 29, 3), (41, 0, 3), (41, 29, 2), (41, 30, 3), (70000, 29, 3), (41, 29, 3, bytearray(99), 0)):
        numbers, rest = bad[:3], bad[3:] or (bytearray(99),)
        assert isinstance(outcome(ujpeg.encode, pixels, *numbers, *rest), str)


def streams():
    """Every picture, whole, cut and changed, through streams that live on."""
    out, blocks = bytearray(_W * _H * 3), bytearray(64)
    stream = ujpeg.Stream(100000, blocks)
    for name in _GOOD + ("cmyk",):
        data = bytearray(sample(name))
        for denominator in (1, 2, 4, 8):
            w, h = (_W + denominator - 1) // denominator, (_H + denominator - 1) // denominator
            for region in (None, (w // 3, h // 2, w - w // 3, h - h // 2), (w // 2, 0, 1, 1), (0, 0, w + 1, 1)):
                for rgb in (False, True):
                    expected = outcome(ujpeg.decode, data, out, denominator, region, rgb)
                    assert outcome(stream.decode, data, out, denominator, region, rgb) == expected
                    assert stream.motion is None or stream.motion >= 0
        for length in range(0, len(data), 3):
            assert isinstance(outcome(stream.decode, data[:length], out, 1 << (length & 3)), str)
        for at in range(len(data)):
            before = data[at]
            for value in (0x00, 0xFF, before ^ 0x11):
                data[at] = value
                outcome(stream.decode, data, out, 1 << (at & 3), (1, 1, 3, 2) if at & 8 else None, bool(at & 4))
            data[at] = before
    for bad in ((), (0,), (1 << 40,), (1000, b"x"), (1000, 5), ("1",)):
        assert isinstance(outcome(ujpeg.Stream, *bad), str)


def files():
    target = "/tmp/ujpeg_memcheck_%d.ppm" % id(files)
    for name in _GOOD:
        assert ujpeg.decode(_HERE + "/samples/" + name + ".jpg")[:2] == (_W, _H)
        ujpeg.decode_to_file(_HERE + "/samples/" + name + ".jpg", target)
        assert os.stat(target)[6] == len("P6\n37 27\n255\n") + _W * _H * 3
    os.remove(target)
    for path in (_HERE + "/samples/cmyk.jpg", "/no such picture", b"bytes", None):
        try:
            ujpeg.decode(path)
            raise AssertionError(path)
        except (OSError, ValueError, TypeError):
            pass
        try:
            ujpeg.decode_to_file(path, target)
            raise AssertionError(path)
        except (OSError, ValueError, TypeError):
            pass
    for bad in ((3, None), (0, None), (1, (0, 0, -1, -1)), (1, (0, 0, 1 << 30, 1 << 30)), (1, (1, 1, _W, _H))):
        try:
            ujpeg.decode(_HERE + "/samples/grey.jpg", None, *bad)
            raise AssertionError(bad)
        except ValueError:
            pass


for part in (good_pictures, cut_pictures, changed_pictures, headers, arguments, encoding, streams, files):
    part()
print("ok")
