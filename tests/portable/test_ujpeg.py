import os

from expect import raises, refused

try:
    import ujpeg
except ImportError:
    from host_tools.native import ujpeg

_SAMPLES = __file__.rsplit("/", 1)[0] + "/../../cmodules/ujpeg/samples/"
_W, _H = 37, 27
_DECODABLE = ("ycc411", "ycc420", "ycc422", "ycc440", "ycc444", "grey", "restart", "progressive", "rgb")


def sample(name):
    with open(_SAMPLES + name + ".jpg", "rb") as file:
        return file.read()


def gradient(w, h, channels):
    """Pixels that rise by x and y, with a step in the middle."""
    pixels = bytearray(w * h * channels)
    for i in range(len(pixels)):
        x, y = i // channels % w, i // channels // w
        pixels[i] = (3 * x + 2 * y + (60 if x > w // 2 else 0) + 20 * (i % channels)) & 0xFF
    return pixels


def encoded(w, h, channels, quality=85):
    out = bytearray(w * h * channels + 2000)
    length = ujpeg.encode(gradient(w, h, channels), w, h, channels, out, quality=quality)
    return bytes(out[:length])


def whole(jpeg, denominator, rgb):
    """(w, h, pixels) of the whole picture."""
    width, height = ujpeg.info(jpeg)[:2]
    w = (width + denominator - 1) // denominator
    h = (height + denominator - 1) // denominator
    out = bytearray(w * h * (3 if rgb else 1))
    assert ujpeg.decode(jpeg, out, denominator=denominator, rgb=rgb) == (w, h)
    return w, h, out


def crop(pixels, stride, channels, region):
    x, y, w, h = region
    rows = [pixels[(row * stride + x) * channels : (row * stride + x + w) * channels] for row in range(y, y + h)]
    return b"".join(bytes(row) for row in rows)


def with_size(jpeg, width, height):
    """The same file with another size in its frame header."""
    data = bytearray(jpeg)
    at = 2
    while data[at + 1] not in (0xC0, 0xC1, 0xC2):
        at += 2 + data[at + 2] * 256 + data[at + 3]
    data[at + 5 : at + 9] = bytes((height >> 8, height & 255, width >> 8, width & 255))
    return bytes(data)


def test_info_reads_the_header_only():
    assert ujpeg.info(sample("ycc420")) == (_W, _H, 3, False)
    assert ujpeg.info(sample("grey")) == (_W, _H, 1, False)
    assert ujpeg.info(sample("progressive")) == (_W, _H, 3, True)
    assert ujpeg.info(sample("cmyk")) == (_W, _H, 4, False)
    assert ujpeg.info(sample("ycc420")[:400]) == (_W, _H, 3, False)


def test_encode_then_decode_keeps_the_picture():
    for channels in (1, 3):
        original = gradient(50, 40, channels)
        _, _, decoded = whole(encoded(50, 40, channels, quality=100), 1, channels == 3)
        wrong = sum(abs(a - b) for a, b in zip(original, decoded)) / len(original)
        assert wrong < 6, wrong


def test_lower_quality_gives_a_smaller_file():
    assert len(encoded(64, 48, 3, quality=20)) < len(encoded(64, 48, 3, quality=95))


def test_decode_accepts_any_kind_of_buffer():
    jpeg = sample("ycc420")
    expected = bytearray(_W * _H)
    ujpeg.decode(jpeg, expected)
    for source in (bytearray(jpeg), memoryview(jpeg), memoryview(b"xx" + jpeg)[2:]):
        out = bytearray(_W * _H + 5)
        assert ujpeg.decode(source, memoryview(out)[5:]) == (_W, _H)
        assert out[5:] == expected


def test_decode_leaves_bytes_after_the_picture_alone():
    out = bytearray(b"\xa5" * (_W * _H + 100))
    ujpeg.decode(sample("ycc420"), out)
    assert out[_W * _H :] == b"\xa5" * 100


def test_region_equals_the_crop_of_the_whole():
    for name in _DECODABLE:
        jpeg = sample(name)
        for denominator in (1, 2, 4, 8):
            for rgb in (False, True):
                w, h, pixels = whole(jpeg, denominator, rgb)
                channels = 3 if rgb else 1
                for region in ((0, 0, w, h), (w - 1, h - 1, 1, 1), (1, 1, w - 2, h - 2), (w // 2, h // 3, 2, 2)):
                    out = bytearray(region[2] * region[3] * channels)
                    assert ujpeg.decode(jpeg, out, denominator, region, rgb) == region[2:]
                    assert bytes(out) == crop(pixels, w, channels, region), (name, denominator, rgb, region)


def test_grey_picture_as_rgb_repeats_luma():
    _, _, luma = whole(sample("grey"), 1, False)
    _, _, rgb = whole(sample("grey"), 1, True)
    assert bytes(rgb) == b"".join(bytes((value, value, value)) for value in luma)


def test_picture_cut_at_any_length_is_refused():
    for name in _DECODABLE:
        jpeg = sample(name)
        out = bytearray(_W * _H)
        refused("ujpeg", ujpeg.decode, b"", out)
        for length in range(1, len(jpeg)):
            sentence = refused("ujpeg", ujpeg.decode, jpeg[:length], out)
            assert sentence == "the picture is truncated", (name, length, sentence)


def test_cut_inside_the_region_is_refused_and_after_it_does_not_matter():
    jpeg = encoded(64, 256, 1)
    out = bytearray(64 * 64)
    assert ujpeg.decode(jpeg[: len(jpeg) // 2], out, region=(0, 0, 64, 64)) == (64, 64)
    assert refused("ujpeg", ujpeg.decode, jpeg[: len(jpeg) // 8], out, region=(0, 0, 64, 64))
    assert refused("ujpeg", ujpeg.decode, jpeg[: len(jpeg) // 2], out, region=(0, 192, 64, 64))


def test_stray_bytes_before_the_end_marker_are_harmless():
    jpeg = sample("ycc420")
    assert jpeg[-2:] == b"\xff\xd9"
    padded = jpeg[:-2] + b"\x00\x00\xff\xff\xd9"
    assert whole(padded, 1, False) == whole(jpeg, 1, False)


def test_missing_restart_marker_is_damage():
    jpeg = sample("restart")
    at = jpeg.index(b"\xff\xd1")
    assert refused("ujpeg", whole, jpeg[:at] + jpeg[at + 2 :], 1, False) == "the picture is damaged"


def test_end_marker_in_the_middle_of_the_data_is_damage():
    jpeg = sample("ycc444")
    assert refused("ujpeg", whole, jpeg[:-100] + b"\xff\xd9", 1, False) == "the picture is damaged"


def test_what_is_not_a_jpeg_is_refused():
    out = bytearray(10)
    assert refused("ujpeg", ujpeg.info, b"") == "the buffer is empty"
    for data in (b"not a picture", b"\x89PNG\r\n\x1a\n" + bytes(50), bytes(1000), b"\xd8\xff"):
        assert refused("ujpeg", ujpeg.info, data) == "not a JPEG picture"
        assert refused("ujpeg", ujpeg.decode, data, out) == "not a JPEG picture"


def test_hundred_megapixels_are_refused_from_the_header():
    claim = with_size(sample("ycc420"), 10000, 10000)
    assert "64 megapixels" in refused("ujpeg", ujpeg.info, claim)
    assert "64 megapixels" in refused("ujpeg", ujpeg.decode, claim, bytearray(10), 8)
    assert "65500" in refused("ujpeg", ujpeg.info, with_size(sample("ycc420"), 65535, 10))


def test_large_progressive_picture_is_refused():
    claim = with_size(sample("progressive"), 4000, 2001)
    assert "8 megapixels" in refused("ujpeg", ujpeg.decode, claim, bytearray(10), 8)


def test_cmyk_is_refused():
    assert "CMYK" in refused("ujpeg", ujpeg.decode, sample("cmyk"), bytearray(_W * _H * 3))


def test_bad_denominator_region_and_buffer_are_refused():
    jpeg, out = sample("ycc420"), bytearray(_W * _H)
    for denominator in (0, -1, 3, 16, 1 << 30):
        assert "denominator" in refused("ujpeg", ujpeg.decode, jpeg, out, denominator)
    for region in ((0, 0, _W + 1, 1), (_W, 0, 1, 1), (0, 0, 0, 1), (-1, 0, 2, 2), (0, 5, 1, _H), (1, 1, 2147483647, 1)):
        assert "region" in refused("ujpeg", ujpeg.decode, jpeg, out, region=region)
    assert "region" in refused("ujpeg", ujpeg.decode, jpeg, out, 2, (0, 0, _W, _H))
    assert "four" in refused("ujpeg", ujpeg.decode, jpeg, out, region=(0, 0, 1))
    assert "too small" in refused("ujpeg", ujpeg.decode, jpeg, bytearray(_W * _H - 1))
    assert "too small" in refused("ujpeg", ujpeg.decode, jpeg, out, rgb=True)
    assert "too small" in refused("ujpeg", ujpeg.decode, jpeg, bytearray(0))


def test_stream_gives_the_same_pixels_and_says_whether_it_was_fast():
    stream = ujpeg.Stream(100000)
    for name in _DECODABLE:
        jpeg = sample(name)
        for denominator in (1, 2, 4, 8):
            for rgb in (False, True):
                w, h, pixels = whole(jpeg, denominator, rgb)
                out = bytearray(len(pixels))
                assert stream.decode(jpeg, out, denominator=denominator, rgb=rgb) == (w, h)
                assert out == pixels, (name, denominator, rgb)
                if not rgb:
                    assert stream.fast == (name not in ("progressive", "rgb")), name
                region = (w // 3, h // 2, w - w // 3, h - h // 2)
                out = bytearray(region[2] * region[3] * (3 if rgb else 1))
                assert stream.decode(jpeg, out, denominator, region, rgb) == region[2:]
                assert bytes(out) == crop(pixels, w, 3 if rgb else 1, region), (name, denominator, rgb)


def test_stream_refuses_what_decode_refuses():
    stream, out = ujpeg.Stream(100000), bytearray(_W * _H)
    jpeg = sample("ycc420")
    for length in (1, 100, len(jpeg) // 2, len(jpeg) - 1):
        assert refused("ujpeg", stream.decode, jpeg[:length], out) == "the picture is truncated"
        assert not stream.fast
    assert refused("ujpeg", stream.decode, b"", out) == "the buffer is empty"
    assert "denominator" in refused("ujpeg", stream.decode, jpeg, out, 3)
    assert "region" in refused("ujpeg", stream.decode, jpeg, out, 1, (0, 0, _W + 1, 1))
    assert "too small" in refused("ujpeg", stream.decode, jpeg, bytearray(_W * _H - 1))
    assert "max_jpeg" in refused("ujpeg", ujpeg.Stream(len(jpeg) - 1).decode, jpeg, out)
    raises(TypeError, stream.decode, jpeg, bytes(_W * _H))
    for bad in (0, -1, (64 << 20) + 1):
        assert "max_jpeg" in refused("ujpeg", ujpeg.Stream, bad)
    raises(TypeError, ujpeg.Stream)
    raises(TypeError, ujpeg.Stream, 1000, bytes(10))


def test_stream_tells_motion_between_pictures():
    frames = (encoded(64, 48, 1), sample("ycc420"), encoded(64, 48, 1), encoded(64, 48, 1), encoded(64, 48, 1, 30))
    blocks = bytearray(48)
    stream, out, motions = ujpeg.Stream(100000, blocks), bytearray(48), []
    for frame in frames:
        stream.decode(frame, out, 8)
        motions.append(stream.motion)
    assert motions[:4] == [None, None, None, 0] and motions[4] > 0
    assert blocks == out
    assert ujpeg.Stream(1000).motion is None


def test_decode_of_a_path_gives_rgb():
    for denominator in (1, 4):
        expected = whole(sample("ycc422"), denominator, True)
        assert ujpeg.decode(_SAMPLES + "ycc422.jpg", denominator=denominator) == expected
    expected = bytearray(3 * 6)
    ujpeg.decode(sample("grey"), expected, 2, (4, 5, 3, 2), True)
    assert ujpeg.decode(_SAMPLES + "grey.jpg", denominator=2, region=(4, 5, 3, 2)) == (3, 2, expected)
    assert "CMYK" in refused("ujpeg", ujpeg.decode, _SAMPLES + "cmyk.jpg")
    raises(OSError, ujpeg.decode, _SAMPLES + "no such picture.jpg")
    raises(TypeError, ujpeg.decode, sample("grey"))


def test_decode_to_file_writes_a_ppm_that_is_whole_or_not_there():
    target = "/tmp/test_ujpeg_%d.ppm" % id(sample)
    ujpeg.decode_to_file(_SAMPLES + "ycc444.jpg", target)
    with open(target, "rb") as file:
        written = file.read()
    assert written == b"P6\n%d %d\n255\n" % (_W, _H) + bytes(whole(sample("ycc444"), 1, True)[2])
    assert "CMYK" in refused("ujpeg", ujpeg.decode_to_file, _SAMPLES + "cmyk.jpg", target)
    with open(target, "rb") as file:
        assert file.read() == written
    os.remove(target)
    raises(OSError, os.stat, target + ".part")
    raises(OSError, ujpeg.decode_to_file, _SAMPLES + "grey.jpg", "/tmp/no such folder/x.ppm")
    raises(OSError, ujpeg.decode_to_file, "/tmp/no such picture.jpg", target)
    raises(OSError, os.stat, target)
    raises(TypeError, ujpeg.decode_to_file, sample("grey"), target)


def test_wrong_types_are_type_errors():
    jpeg, out = sample("ycc420"), bytearray(_W * _H)
    raises(TypeError, ujpeg.info, None)
    raises(TypeError, ujpeg.info, 5)
    raises(TypeError, ujpeg.decode, jpeg, bytes(_W * _H))
    raises(TypeError, ujpeg.decode, jpeg, out, "1")
    raises(TypeError, ujpeg.decode, jpeg, out, 1.0)
    raises(TypeError, ujpeg.decode, jpeg, out, region=5)
    raises(TypeError, ujpeg.decode, jpeg, out, region=("a", 0, 1, 1))
    raises((ValueError, OverflowError), ujpeg.decode, jpeg, out, 1 << 40)
    raises((ValueError, OverflowError), ujpeg.decode, jpeg, out, region=(0, 0, 1 << 70, 1))


def test_encode_refuses_bad_arguments():
    pixels, out = bytearray(16 * 16 * 3), bytearray(4000)
    assert "quality" in refused("ujpeg", ujpeg.encode, pixels, 16, 16, 3, out, 0)
    assert "quality" in refused("ujpeg", ujpeg.encode, pixels, 16, 16, 3, out, quality=101)
    assert "channels" in refused("ujpeg", ujpeg.encode, pixels, 16, 16, 2, out)
    assert "width" in refused("ujpeg", ujpeg.encode, pixels, 0, 16, 3, out)
    assert "width" in refused("ujpeg", ujpeg.encode, pixels, 16, -16, 3, out)
    assert "megapixels" in refused("ujpeg", ujpeg.encode, pixels, 65500, 65500, 3, out)
    assert "shorter" in refused("ujpeg", ujpeg.encode, pixels, 16, 17, 3, out)
    raises(TypeError, ujpeg.encode, pixels, 16, 16, 3, bytes(4000))
    raises(TypeError, ujpeg.encode, None, 16, 16, 3, out)


def test_encode_into_a_short_buffer_is_refused_at_any_length():
    pixels = gradient(40, 30, 3)
    length = len(encoded(40, 30, 3))
    for size in (0, 1, 2, 100, 600, length // 2, length - 2, length - 1):
        out = bytearray(b"\xa5" * length)
        sentence = refused("ujpeg", ujpeg.encode, pixels, 40, 30, 3, memoryview(out)[:size])
        assert sentence == "the output buffer is too small"
        assert out[size:] == b"\xa5" * (length - size)
    assert ujpeg.encode(pixels, 40, 30, 3, bytearray(length)) == length
