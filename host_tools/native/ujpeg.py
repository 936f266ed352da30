"""JPEG pictures to and from caller's buffers. Every error is ValueError("ujpeg: <sentence>")."""

import ctypes
import os

from .library import Buffer, check, integer, library, region_argument

_AREA = "ujpeg"


def info(buf, /):
    """(width, height, components, progressive) from the header; pixels are not decoded."""
    data = Buffer(buf)
    values = (ctypes.c_uint32 * 4)()
    check(_AREA, library().ujpeg_info(data.address, data.size, values))
    return values[0], values[1], values[2], bool(values[3])


def decode(buf, out=None, denominator=1, region=None, rgb=False):
    """Decodes to uint8 luma or RGB at scale 1/denominator (1, 2, 4, 8) and returns (w, h).

    `region` is (x, y, w, h) in pixels of the scaled picture; `out`, writable, receives w*h or w*h*3 bytes, tightly
    packed. A region equals the same crop of the whole picture. Truncated or damaged data is an error.

    With a path (str) for `buf` and no `out`, the file's picture is decoded to RGB and (w, h, bytearray) returned.
    """
    if isinstance(buf, str) and out is None:
        return _decode_path(buf, denominator, region)
    data, pixels = Buffer(buf), Buffer(out, writable=True)
    shape = (ctypes.c_uint32 * 2)()
    part = region_argument(_AREA, region)
    scale = integer(_AREA, denominator)
    check(
        _AREA,
        library().ujpeg_decode(data.address, data.size, scale, part, bool(rgb), pixels.address, pixels.size, shape),
    )
    return shape[0], shape[1]


def _decode_path(path, denominator, region):
    with open(path, "rb") as file:
        data = file.read()
    scale = max(1, denominator)
    w, h = region[2:] if region else (-(-side // scale) for side in info(data)[:2])
    pixels = bytearray(max(0, w * h * 3))
    return (*decode(data, pixels, denominator, region, True), pixels)


def decode_to_file(source, target, /):
    """Decodes the picture in the file `source` to a binary PPM (P6, RGB), which replaces `target` when it is whole."""
    if not isinstance(source, str) or not isinstance(target, str):
        raise TypeError("ujpeg: decode_to_file takes two paths")
    w, h, pixels = decode(source)
    part = target + ".part"
    try:
        with open(part, "wb") as file:
            file.write(b"P6\n%d %d\n255\n" % (w, h) + pixels)
        os.rename(part, target)
    except OSError:
        if os.path.exists(part):
            os.remove(part)
        raise


class Stream:
    """Pictures of one camera, one after the other, of at most `max_jpeg` bytes each.

    Baseline Huffman pictures take a fast path, whose tables are kept between pictures; pixels, sizes and errors are
    those of decode(), but damage in a restart interval that ends above the region is not looked at.

    `blocks`, if given, is a writable buffer that receives the DC picture of each picture's region: luma at scale 1/8
    of every 8x8 block that the region touches, uint8, tightly packed. `motion` then compares it with the one before.
    """

    _MAX_JPEG = 64 << 20

    def __init__(self, max_jpeg, blocks=None):
        max_jpeg = integer(_AREA, max_jpeg)
        if not 1 <= max_jpeg <= self._MAX_JPEG:
            raise ValueError("ujpeg: max_jpeg must be 1 to 64 MiB")
        self._max_jpeg = max_jpeg
        self._stream = (ctypes.c_uint64 * (-(-library().ujpeg_stream_size() // 8)))()
        self._scratch_size = library().ujpeg_stream_scratch_size(max_jpeg)
        self._scratch = (ctypes.c_uint64 * (-(-self._scratch_size // 8)))()
        library().ujpeg_stream_init(self._stream)
        if blocks is not None:
            self._blocks = Buffer(blocks, writable=True)
            library().ujpeg_stream_set_motion(self._stream, self._blocks.address, self._blocks.size)

    def decode(self, buf, out, denominator=1, region=None, rgb=False):
        """As ujpeg.decode()."""
        data, pixels = Buffer(buf), Buffer(out, writable=True)
        if data.size > self._max_jpeg:
            raise ValueError("ujpeg: the picture is longer than the stream's max_jpeg")
        shape = (ctypes.c_uint32 * 2)()
        arguments = integer(_AREA, denominator), region_argument(_AREA, region), bool(rgb)
        check(
            _AREA,
            library().ujpeg_stream_decode(
                self._stream, self._scratch, self._scratch_size, data.address, data.size, *arguments, pixels.address,
                pixels.size, shape,
            ),
        )  # fmt: skip
        return shape[0], shape[1]

    @property
    def fast(self):
        """Whether the last picture took the fast path."""
        return library().ujpeg_stream_was_fast(self._stream)

    @property
    def motion(self):
        """Mean absolute difference of the last two DC pictures in 1/256 grey levels (0 to 65280), rounded down.

        None without `blocks`, and unless both pictures took the fast path with equal size, scale and region.
        """
        motion = library().ujpeg_stream_motion(self._stream)
        return None if motion == 0xFFFFFFFF else motion


def encode(pixels, w, h, channels, out, quality=85):
    """Baseline JPEG of uint8 luma (channels 1) or RGB (3) pixels into `out`; returns its length in bytes."""
    source, target = Buffer(pixels), Buffer(out, writable=True)
    numbers = [integer(_AREA, value) for value in (w, h, channels, quality)]
    length = ctypes.c_size_t()
    check(
        _AREA,
        library().ujpeg_encode(
            source.address, source.size, *numbers, target.address, target.size, ctypes.byref(length)
        ),
    )
    return length.value
