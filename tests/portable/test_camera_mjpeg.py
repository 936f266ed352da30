from camera_firmware.mjpeg import JpegEnd, boundary_of, header_time_ms
from expect import raises


def segment(marker, content):
    return bytes([0xFF, marker]) + (len(content) + 2).to_bytes(2, "big") + content


INNER = b"\xff\xd8" + segment(0xDA, b"\0") + b"\x01\x02\xff\xd9"
SCAN = b"\x11\xff\x00\x22\xff\xd0\x33\xff\xff\xd7\x44"
PICTURE = (b"\xff\xd8" + segment(0xE1, INNER) + b"\xff" + segment(0xC2, bytes(8)) + segment(0xDA, b"\0\0") + SCAN
           + segment(0xC4, b"\xff\xd9") + segment(0xDA, b"\0") + SCAN + b"\xff\xd9")


def test_picture_ends_at_its_own_end_not_at_a_thumbnails_or_tables():
    buffer = bytearray(PICTURE + PICTURE)
    assert JpegEnd(buffer).find(len(buffer)) == len(PICTURE)


def test_end_is_found_however_the_bytes_arrive():
    for step in (1, 2, 3, 7, 50):
        buffer, end = bytearray(PICTURE + b"\xff\xd8"), None
        end = JpegEnd(buffer)
        found = [end.find(min(count, len(buffer))) for count in range(0, len(buffer) + step, step)]
        lengths = [length for length in found if length]
        assert lengths and lengths[0] == len(PICTURE)
        first = found.index(lengths[0]) * step
        assert first < len(PICTURE) + step, "found as soon as it is there"


def test_no_end_before_the_last_byte():
    buffer = bytearray(PICTURE)
    for count in range(len(PICTURE)):
        assert JpegEnd(buffer).find(count) == 0


def test_reset_begins_a_new_picture():
    buffer = bytearray(PICTURE)
    end = JpegEnd(buffer)
    for _ in range(2):
        end.reset()
        assert end.find(len(PICTURE)) == len(PICTURE)


def test_what_is_not_a_jpeg_is_an_error():
    raises(ValueError, JpegEnd(bytearray(b"\xff\xd8hello world")).find, 13)
    raises(ValueError, JpegEnd(bytearray(b"\xff\xd8\xff\xe0\0\x01abc")).find, 9)


def test_boundary_is_read_in_every_spelling():
    for kind in ("multipart/x-mixed-replace; boundary=mark", 'multipart/x-mixed-replace;boundary="mark"',
                 "Multipart/X-Mixed-Replace; charset=x; BOUNDARY=--mark", 'multipart/x-mixed-replace; boundary="--mark"'):
        assert boundary_of(kind) == b"--mark"


def test_type_without_a_boundary_is_an_error():
    for kind in ("", "image/jpeg", "multipart/x-mixed-replace", "multipart/x-mixed-replace; boundary="):
        raises(ValueError, boundary_of, kind)


def test_time_of_the_header_is_read_without_rounding():
    assert header_time_ms("1772360430.500") == 1772360430500
    assert header_time_ms(" 1772360430.123456 ") == 1772360430123
    assert header_time_ms("1772360430") == 1772360430000
    for text in (None, "", "now", "-5.0", "1.x", "1e9"):
        assert header_time_ms(text) is None
