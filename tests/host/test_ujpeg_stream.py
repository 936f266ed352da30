"""The fast path against libjpeg-turbo: zero differing pixels, the same sizes and the same errors."""

import itertools
import pathlib
import sys

import jpeg_pictures
import numpy
import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "firmware"))

import ujpeg_stream_work  # noqa: E402

from host_tools.native import ujpeg  # noqa: E402

PHOTOGRAPHS = pathlib.Path(__file__).parents[3] / "shared" / "data"
BASELINE_A_TEST, BROKEN_A_TEST = 40, 150


def compare(pictures):
    comparison = ujpeg_stream_work.Comparison()
    for name, data in pictures:
        comparison.picture(name, data, "whole" in name)
    assert not comparison.differences, comparison.differences[:3]
    return comparison


@pytest.mark.parametrize("seed", range(10))
def test_stream_equals_libjpeg_turbo_for_every_baseline_picture(seed):
    comparison = compare(jpeg_pictures.baseline(seed, BASELINE_A_TEST))
    assert comparison.decoded == BASELINE_A_TEST * 40
    assert comparison.fast >= comparison.decoded // 2 * 0.95  # absurd contrasts at quality 1 are libjpeg's


def test_stream_equals_libjpeg_turbo_for_unusual_pictures():
    assert compare(jpeg_pictures.unusual(100)).fast > 0


@pytest.mark.parametrize("seed", range(200, 208))
def test_stream_and_libjpeg_turbo_refuse_the_same_damage(seed):
    compare(jpeg_pictures.broken(seed, BROKEN_A_TEST))


def test_every_truncation_has_the_same_outcome():
    data = jpeg_pictures.opencv(jpeg_pictures.texture(numpy.random.default_rng(1), 40, 90), "420", 70)
    stream, plain, streamed = ujpeg.Stream(len(data)), bytearray(3600), bytearray(3600)
    for length, region in itertools.product(range(1, len(data) + 1), (None, (0, 0, 5, 3), (1, 6, 3, 2))):
        expected = ujpeg_stream_work.outcome(ujpeg.decode, data[:length], plain, 8, region)
        assert ujpeg_stream_work.outcome(stream.decode, data[:length], streamed, 8, region) == expected
        size = 0 if isinstance(expected, str) else expected[0] * expected[1]
        assert plain[:size] == streamed[:size]


@pytest.mark.skipif(not PHOTOGRAPHS.is_dir(), reason="../shared/data is not here")
def test_stream_equals_libjpeg_turbo_for_photographs():
    pictures = sorted(path for path in PHOTOGRAPHS.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg"))
    assert pictures
    for path in pictures:
        data = path.read_bytes()
        stream = ujpeg.Stream(len(data))
        for denominator, rgb in ((8, False), (4, False), (2, False), (1, False), (8, True), (4, True)):
            w, h = (-(-side // denominator) for side in ujpeg.info(data)[:2])
            for region in (None, (w // 3, h // 4, w // 5, h // 3)):
                size = region[2] * region[3] if region else w * h
                plain, streamed = bytearray(size * (3 if rgb else 1)), bytearray(size * (3 if rgb else 1))
                expected = ujpeg.decode(data, plain, denominator, region, rgb)
                assert stream.decode(data, streamed, denominator, region, rgb) == expected
                assert plain == streamed, (path.name, denominator, region, rgb)


def test_damage_above_the_region_is_overlooked_only_behind_restart_markers():
    pixels = jpeg_pictures.texture(numpy.random.default_rng(2), 64, 64)
    out, region = bytearray(64 * 16), (0, 48, 64, 16)
    for restart, overlooked in ((4, True), (0, False)):
        data = bytearray(jpeg_pictures.opencv(pixels, "420", 90, restart=restart))
        stream = ujpeg.Stream(len(data))
        assert stream.decode(data, out, 1, region) == (64, 16)
        intact = bytes(out)
        at = jpeg_pictures.segment(data, (0xDA,)) + 40
        data[at : at + 4] = bytes((0xFE, 0xFE, 0xFE, 0xFE))  # codes of ones only
        with pytest.raises(ValueError, match="damaged"):
            ujpeg.decode(data, out, 1, region)
        if overlooked:
            assert stream.decode(data, out, 1, region) == (64, 16)
            assert out == intact
        else:
            with pytest.raises(ValueError, match="damaged"):
                stream.decode(data, out, 1, region)


def dc_picture(data, denominator, region):
    """Luma at scale 1/8 of the blocks that a region at scale 1/denominator touches, int64 (h, w)."""
    side = 8 // denominator
    x, y, w, h = region
    x0, y0, x1, y1 = x // side, y // side, -(-(x + w) // side), -(-(y + h) // side)
    out = numpy.zeros((y1 - y0, x1 - x0), numpy.uint8)
    ujpeg.decode(data, out, 8, (x0, y0, x1 - x0, y1 - y0))
    return out.astype(numpy.int64)


@pytest.mark.parametrize("denominator", (1, 2, 4, 8))
def test_motion_is_the_mean_difference_of_the_dc_pictures(denominator):
    rng = numpy.random.default_rng(3)
    frames = [jpeg_pictures.opencv(jpeg_pictures.texture(rng, 160, 120), "420", 80) for _ in range(4)]
    region = tuple(value // denominator for value in (21, 37, 100, 60))
    blocks = numpy.zeros(400, numpy.uint8)
    stream = ujpeg.Stream(1 << 20, blocks)
    out, before = bytearray(160 * 120), None
    for frame in frames:
        stream.decode(frame, out, denominator, region)
        now = dc_picture(frame, denominator, region)
        assert (blocks[: now.size].reshape(now.shape) == now).all()
        if before is None:
            assert stream.motion is None
        else:
            assert stream.motion == (abs(now - before).sum() << 8) // now.size
        before = now


def test_motion_is_unknown_after_another_region_and_after_a_refused_picture():
    rng = numpy.random.default_rng(4)
    frame = jpeg_pictures.opencv(jpeg_pictures.texture(rng, 160, 120), "420", 80)
    progressive = jpeg_pictures.opencv(jpeg_pictures.texture(rng, 160, 120), "420", 80, progressive=1)
    stream, out = ujpeg.Stream(1 << 20, bytearray(400)), bytearray(160 * 120)

    def motion(data, *arguments):
        ujpeg_stream_work.outcome(stream.decode, data, out, *arguments)
        return stream.motion

    assert [motion(frame, 8), motion(frame, 8)] == [None, 0]
    assert [motion(frame, 8, (1, 1, 5, 5)), motion(frame, 8, (1, 1, 5, 5))] == [None, 0]
    assert [motion(frame, 4, (2, 2, 10, 10)), motion(frame, 4, (2, 2, 10, 10))] == [None, 0]
    for other in (progressive, frame[:-300], b"", frame[:100]):
        assert [motion(other, 8), motion(frame, 8), motion(frame, 8)] == [None, None, 0]
    assert ujpeg.Stream(1 << 20).motion is None


def test_motion_needs_a_buffer_for_every_block():
    frame = jpeg_pictures.opencv(jpeg_pictures.texture(numpy.random.default_rng(5), 160, 120), "420", 80)
    out = bytearray(20 * 15)
    for size, expected in ((20 * 15 - 1, None), (20 * 15, 0)):
        stream = ujpeg.Stream(1 << 20, bytearray(size))
        stream.decode(frame, out, 8)
        stream.decode(frame, out, 8)
        assert stream.motion == expected
