"""Decoded pixels against Pillow, which has a libjpeg-turbo of its own, and regions against whole pictures."""

import io
import os
import pathlib
import subprocess
import sys

import cv2
import numpy
import pytest
from PIL import Image

from host_tools.native import ujpeg

SAMPLINGS = ("411", "420", "422", "440", "444", "grey")
SIZES = ((1, 1), (7, 9), (16, 16), (33, 17), (65, 130), (161, 91))
PHOTOGRAPHS = pathlib.Path(__file__).parents[3] / "shared" / "data"


def texture(seed, w, h):
    """Smooth colours, edges and noise, uint8 (h, w, 3)."""
    rng = numpy.random.default_rng(seed)
    coarse = rng.integers(0, 256, (h // 8 + 2, w // 8 + 2, 3)).astype(numpy.uint8)
    smooth = cv2.resize(coarse, (w, h), interpolation=cv2.INTER_CUBIC).astype(numpy.int64)
    return (smooth + rng.integers(-20, 21, (h, w, 3))).clip(0, 255).astype(numpy.uint8)


def jpeg(seed, w, h, sampling, quality=80, *options):
    return compressed(texture(seed, w, h), sampling, quality, *options)


def compressed(pixels, sampling, quality, *options):
    options = [cv2.IMWRITE_JPEG_QUALITY, quality, *options]
    if sampling == "grey":
        pixels = pixels[:, :, 1]
    else:
        options += [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, getattr(cv2, f"IMWRITE_JPEG_SAMPLING_FACTOR_{sampling}")]
    return cv2.imencode(".jpg", pixels, options)[1].tobytes()


def decoded(data, denominator=1, region=None, rgb=False):
    w, h = ujpeg.info(data)[:2]
    w, h = region[2:] if region else (-(-w // denominator), -(-h // denominator))
    out = numpy.zeros((h, w, 3) if rgb else (h, w), numpy.uint8)
    assert ujpeg.decode(data, out, denominator, region, rgb) == (w, h)
    return out


def pillow_luma(data, denominator):
    image = Image.open(io.BytesIO(data))
    image.draft("L", (max(1, image.width // denominator), max(1, image.height // denominator)))
    return numpy.asarray(image)


@pytest.mark.parametrize("sampling", SAMPLINGS)
@pytest.mark.parametrize("denominator", (1, 2, 4, 8))
def test_luma_equals_pillow_at_every_scale(sampling, denominator):
    for seed, (w, h) in enumerate(((64, 64), (640, 360), (161, 91), (129, 250))):
        data = jpeg(seed, w, h, sampling)
        expected = pillow_luma(data, denominator)
        ours = decoded(data, denominator)
        assert ours.shape == expected.shape == (-(-h // denominator), -(-w // denominator))
        assert (ours == expected).all(), (w, h)


def test_rgb_of_unsubsampled_picture_equals_pillow():
    for seed, (w, h) in enumerate(SIZES):
        data = jpeg(seed, w, h, "444")
        assert (decoded(data, rgb=True) == numpy.asarray(Image.open(io.BytesIO(data)))).all()


def test_rgb_of_subsampled_picture_is_near_pillows_interpolated_one():
    data = jpeg(3, 320, 200, "420", 95)
    ours = decoded(data, rgb=True).astype(int)
    theirs = numpy.asarray(Image.open(io.BytesIO(data))).astype(int)
    assert abs(ours - theirs).mean() < 8


def regions(rng, w, h):
    """The corners' pixels, a whole row and column, and five at random."""
    chosen = [(0, 0, 1, 1), (w - 1, h - 1, 1, 1), (0, h // 2, w, 1), (w // 2, 0, 1, h), (0, h - 1, w, 1)]
    for _ in range(5):
        x, y = int(rng.integers(0, w)), int(rng.integers(0, h))
        chosen.append((x, y, int(rng.integers(1, w - x + 1)), int(rng.integers(1, h - y + 1))))
    return chosen


KINDS = {
    "baseline": (),
    "progressive": (cv2.IMWRITE_JPEG_PROGRESSIVE, 1),
    "restart": (cv2.IMWRITE_JPEG_RST_INTERVAL, 3),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rgb", (False, True))
@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_region_equals_crop_for_every_scale_and_size(kind, rgb, sampling):
    rng = numpy.random.default_rng(5)
    for seed, (w, h) in enumerate(SIZES):
        data = jpeg(seed, w, h, sampling, 75, *KINDS[kind])
        for denominator in (1, 2, 4, 8):
            whole = decoded(data, denominator, rgb=rgb)
            for region in regions(rng, whole.shape[1], whole.shape[0]):
                x, y, part_w, part_h = region
                part = decoded(data, denominator, region, rgb)
                assert (part == whole[y : y + part_h, x : x + part_w]).all(), (w, h, denominator, region)


def test_narrow_regions_are_right_without_simd():
    """libjpeg-turbo's C code, which a camera without NEON and qemu-user run; the choice is made once a process.

    Cyan has the lowest Cr there is: the start of the colour tables, where an upsampler set up twice wrote over them.
    """
    script = """
import sys
import numpy
sys.path.insert(0, sys.argv[1])
from test_native_ujpeg import compressed, decoded
pixels = numpy.zeros((89, 118, 3), numpy.uint8)
for column in range(118):
    pixels[:, column] = (255, 255, column % 40)
for sampling in ("411", "420", "422", "440", "444"):
    data = compressed(pixels, sampling, 95)
    for denominator in (1, 2, 4, 8):
        whole = decoded(data, denominator, rgb=True)
        h, w = whole.shape[:2]
        for x in range(w):
            for width in range(1, min(9, w - x) + 1):
                part = decoded(data, denominator, (x, h // 2, width, 2), True)
                assert (part == whole[h // 2 : h // 2 + 2, x : x + width]).all(), (sampling, denominator, x, width)
"""
    environment = os.environ | {"JSIMD_FORCENONE": "1"}
    command = [sys.executable, "-c", script, str(pathlib.Path(__file__).parent)]
    subprocess.run(command, check=True, env=environment, timeout=120)


def test_encoded_picture_is_baseline_420_and_looks_like_the_original():
    pixels = texture(1, 200, 120)
    out = bytearray(100000)
    length = ujpeg.encode(pixels, 200, 120, 3, out, quality=95)
    image = Image.open(io.BytesIO(out[:length]))
    assert image.size == (200, 120) and "progressive" not in image.info
    assert image.layer[0][1:3] == (2, 2) and image.layer[1][1:3] == (1, 1)
    assert abs(numpy.asarray(image).astype(int) - pixels).mean() < 12


def test_damage_never_ends_the_process_and_truncation_is_always_seen():
    rng = numpy.random.default_rng(9)
    for kind, options in KINDS.items():
        data = jpeg(2, 96, 64, "420", 60, *options)
        out = numpy.zeros((64, 96, 3), numpy.uint8)
        for _ in range(300):
            broken = bytearray(data)
            for _ in range(rng.integers(1, 6)):
                broken[rng.integers(0, len(broken))] = rng.integers(0, 256)
            try:
                ujpeg.decode(broken, out, int(rng.choice((1, 2, 4, 8))), rgb=bool(rng.integers(2)))
            except ValueError as error:
                assert str(error).startswith("ujpeg: "), kind
        for length in range(1, len(data), 7):
            with pytest.raises(ValueError, match="truncated"):
                ujpeg.decode(data[:length], out)


@pytest.mark.skipif(not PHOTOGRAPHS.is_dir(), reason="../shared/data is not here")
def test_real_photographs_equal_pillow():
    pictures = sorted(path for path in PHOTOGRAPHS.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg"))
    assert pictures
    for path in pictures:
        data = path.read_bytes()
        for denominator in (1, 8):
            assert (decoded(data, denominator) == pillow_luma(data, denominator)).all(), path
