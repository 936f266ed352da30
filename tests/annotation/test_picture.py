import struct
import zlib

import pytest
from PIL import Image

from annotation.picture import PictureError, load_fitted


@pytest.mark.parametrize("size, fitted", [((640, 360), (320, 180)), ((100, 400), (50, 200)), ((64, 36), (320, 180))])
def test_picture_fits_and_keeps_its_aspect(tmp_path, size, fitted):
    Image.new("RGB", size, (250, 10, 10)).save(tmp_path / "a.jpg")
    image = load_fitted(tmp_path / "a.jpg", 320, 200)
    assert image.size == fitted
    assert image.mode == "RGB"


def test_large_jpeg_is_decoded_small_and_looks_the_same(tmp_path):
    large = Image.linear_gradient("L").resize((4096, 2304))
    large.save(tmp_path / "a.jpg", quality=95)
    fitted = load_fitted(tmp_path / "a.jpg", 256, 144)
    expected = large.resize((256, 144))
    difference = max(abs(fitted.getpixel((100, y))[0] - expected.getpixel((100, y))) for y in range(4, 140))
    assert difference <= 4


@pytest.mark.parametrize("mode", ["L", "CMYK", "RGB"])
def test_every_jpeg_colour_mode_is_shown(tmp_path, mode):
    Image.new(mode, (32, 18)).save(tmp_path / "a.jpg")
    assert load_fitted(tmp_path / "a.jpg", 64, 64).mode == "RGB"


def test_missing_picture_is_a_sentence(tmp_path):
    with pytest.raises(PictureError, match="missing"):
        load_fitted(tmp_path / "none.jpg", 10, 10)


@pytest.mark.parametrize("data", [b"", b"x", b"GIF89a" + bytes(100)])
def test_file_that_is_no_picture_is_a_sentence(tmp_path, data):
    (tmp_path / "a.jpg").write_bytes(data)
    with pytest.raises(PictureError, match="not a JPEG or PNG"):
        load_fitted(tmp_path / "a.jpg", 10, 10)


def test_truncated_picture_is_a_sentence_not_a_grey_half(tmp_path):
    Image.effect_noise((320, 180), 90).save(tmp_path / "a.jpg")
    data = (tmp_path / "a.jpg").read_bytes()
    (tmp_path / "a.jpg").write_bytes(data[:len(data) // 2])
    with pytest.raises(PictureError, match="cannot be read"):
        load_fitted(tmp_path / "a.jpg", 300, 300)


@pytest.mark.parametrize("width, height", [(10000, 10000), (65000, 65000)])
def test_enormous_header_is_refused_before_anything_is_decoded(tmp_path, width, height, recwarn):
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    (tmp_path / "a.jpg").write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b""))
    with pytest.raises(PictureError, match="too large"):
        load_fitted(tmp_path / "a.jpg", 100, 100)
    assert not recwarn.list
