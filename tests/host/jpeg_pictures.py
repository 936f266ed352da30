"""JPEG pictures of every kind for the tests of the fast path: names and bytes, the same for the same seed."""

import io

import cv2
import numpy
from PIL import Image

SAMPLINGS = ("444", "422", "420", "440", "411", "grey")
SIDES = (1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 40, 63, 65, 100, 129, 201)


def smooth(rng, w, h):
    coarse = rng.integers(0, 256, (h // 16 + 2, w // 16 + 2, 3)).astype(numpy.uint8)
    return cv2.resize(coarse, (w, h), interpolation=cv2.INTER_CUBIC)


def edges(rng, w, h):
    coarse = rng.integers(0, 2, (h // 5 + 2, w // 5 + 2, 3)).astype(numpy.uint8) * 255
    return cv2.resize(coarse, (w, h), interpolation=cv2.INTER_NEAREST)


def noise(rng, w, h):
    return rng.integers(0, 256, (h, w, 3)).astype(numpy.uint8)


def texture(rng, w, h):
    grain = rng.integers(-25, 26, (h, w, 3))
    return (smooth(rng, w, h).astype(numpy.int64) + grain).clip(0, 255).astype(numpy.uint8)


def flat(rng, w, h):
    return numpy.full((h, w, 3), rng.integers(0, 256, 3), numpy.uint8)


CONTENTS = (texture, smooth, edges, noise, flat)


def opencv(pixels, sampling, quality, optimize=0, restart=0, progressive=0):
    """Encoded by OpenCV, which knows all the samplings."""
    options = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_OPTIMIZE, optimize]
    options += [cv2.IMWRITE_JPEG_RST_INTERVAL, restart, cv2.IMWRITE_JPEG_PROGRESSIVE, progressive]
    if sampling == "grey":
        pixels = pixels[:, :, 1]
    else:
        options += [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, getattr(cv2, f"IMWRITE_JPEG_SAMPLING_FACTOR_{sampling}")]
    return cv2.imencode(".jpg", pixels, options)[1].tobytes()


def pillow(pixels, mode="RGB", **options):
    buffer = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(buffer, "JPEG", **options)
    return buffer.getvalue()


def with_thumbnail(rng, pixels, quality):
    """A picture with an EXIF block that holds another JPEG, markers and all."""
    thumbnail = opencv(texture(rng, 40, 30), "420", 50)
    tiff = b"II*\0\x08\0\0\0\0\0" + b"\0\0\0\0" + thumbnail
    return pillow(pixels, quality=quality, exif=b"Exif\0\0" + tiff)


def segment(data, markers):
    """Offset of the first segment with one of these markers."""
    at = 2
    while data[at + 1] not in markers:
        at += 2 + data[at + 2] * 256 + data[at + 3]
    return at


def grey_with_factors(data, factors):
    """A grey picture that claims sampling factors, which change nothing but how many rows are read at once."""
    changed = bytearray(data)
    changed[segment(data, (0xC0,)) + 11] = factors
    return bytes(changed)


def with_marker(data, marker):
    """The frame header under another name: arithmetic coding and the like."""
    changed = bytearray(data)
    changed[segment(data, (0xC0,)) + 1] = marker
    return bytes(changed)


def damaged(rng, data):
    """One to three bytes changed, or the end cut off."""
    if rng.integers(4) == 0:
        return data[: int(rng.integers(1, len(data)))]
    changed = bytearray(data)
    for _ in range(int(rng.integers(1, 4))):
        changed[int(rng.integers(2, len(data)))] = int(rng.integers(0, 256))
    return bytes(changed)


def baseline(seed, count):
    """`count` pictures of the kinds that the fast path serves."""
    rng = numpy.random.default_rng(seed)
    for number in range(count):
        w, h = (int(side) for side in rng.choice(SIDES, 2))
        pixels = CONTENTS[number % len(CONTENTS)](rng, w, h)
        sampling = SAMPLINGS[number % len(SAMPLINGS)]
        quality = 1 + (number * 37) % 100
        restart = int(rng.choice((0, 0, 1, 2, 5, 13)))
        data = opencv(pixels, sampling, quality, int(rng.integers(2)), restart)
        if sampling == "grey" and rng.integers(3) == 0:
            data = grey_with_factors(data, int(rng.choice((0x22, 0x12, 0x21, 0x14))))
        yield f"baseline-{seed}-{number:03d}-{sampling}-{w}x{h}-q{quality}-r{restart}.jpg", data


def unusual(seed):
    """Pictures with something special, most of them for libjpeg-turbo alone."""
    rng = numpy.random.default_rng(seed)
    pixels = texture(rng, 75, 50)
    for number, quality in enumerate((20, 75, 95)):
        yield f"exif-{number}.jpg", with_thumbnail(rng, texture(rng, 90 + number, 70), quality)
        yield f"progressive-{number}.jpg", opencv(pixels, SAMPLINGS[number], quality, progressive=1)
        yield f"cmyk-{number}.jpg", pillow(pixels, "CMYK", quality=quality)
        yield f"rgb-{number}.jpg", pillow(pixels, quality=quality, keep_rgb=True)
    for table in ([255] * 64, [1] * 64, [16] + [255] * 63, list(range(1, 65))):
        yield f"table-{sum(table)}.jpg", pillow(edges(rng, 70, 45), qtables=[table, table])
    for marker in (0xC1, 0xC9, 0xC3, 0xC5, 0xCB):
        yield f"frame-{marker:x}.jpg", with_marker(opencv(pixels, "420", 80), marker)
    data = opencv(pixels, "420", 80)
    yield "no-end.jpg", data[:-2]
    yield "trailing.jpg", data + b"\0" * 100
    yield "stray.jpg", data[:-2] + b"\x12\x34\xff\xff\xd9"


def broken(seed, count):
    """Damaged and truncated pictures. Those with restart intervals have "whole" in their name."""
    rng = numpy.random.default_rng(seed)
    for number in range(count):
        w, h = (int(side) for side in rng.choice((17, 40, 65, 90), 2))
        restart = int(rng.choice((0, 0, 3)))
        sampling = SAMPLINGS[number % len(SAMPLINGS)]
        data = opencv(CONTENTS[number % 4](rng, w, h), sampling, int(rng.integers(5, 100)), 0, restart)
        kind = "whole" if restart else "any"
        yield f"broken-{seed}-{number:03d}-{kind}.jpg", damaged(rng, data)
