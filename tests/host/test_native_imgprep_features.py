"""Descriptions of pictures against numpy and OpenCV, which know nothing of this code."""

import cv2
import numpy
import pytest

from host_tools.native import imgprep


def texture(seed, height, width, blur):
    noise = numpy.random.default_rng([11, seed]).normal(size=(height, width))
    smooth = cv2.GaussianBlur(noise, (0, 0), blur)
    return numpy.round((smooth - smooth.min()) / (smooth.max() - smooth.min()) * 255).astype(numpy.uint8)


@pytest.mark.parametrize("seed", range(10))
def test_colour_histogram_equals_opencv(seed):
    rng = numpy.random.default_rng([1, seed])
    pixels = rng.integers(0, 256, (int(rng.integers(1, 90)), int(rng.integers(1, 90)), 3)).astype(numpy.uint8)
    counts = cv2.calcHist([pixels], [0, 1, 2], None, [4, 4, 4], [0, 256] * 3).reshape(-1).astype(numpy.int64)
    ends = numpy.cumsum(counts) * 32768 // counts.sum()
    out = numpy.zeros(64, numpy.uint16)
    imgprep.colour_histogram(pixels, 3, out)
    assert (out == numpy.diff(ends, prepend=0)).all()


@pytest.mark.parametrize("shape", [(1, 1), (3, 5), (64, 64), (257, 255), (300, 700), (2048, 2048)])
def test_luma_statistics_equal_numpy(shape):
    pixels = texture(3, *shape, 1.0) if min(shape) > 1 else numpy.full(shape, 9, numpy.uint8)
    out = numpy.zeros(2, numpy.uint16)
    imgprep.luma_statistics(pixels, out)
    assert abs(out[0] / 256 - pixels.mean()) <= 1 / 256 and abs(out[1] / 256 - pixels.std()) <= 1 / 256


def test_luma_statistics_of_the_largest_picture_do_not_wrap():
    pixels = numpy.full(1 << 22, 255, numpy.uint8)
    pixels[::2] = 0
    out = numpy.zeros(2, numpy.uint16)
    imgprep.luma_statistics(pixels, out)
    assert tuple(out) == (32640, 32640)
    with pytest.raises(ValueError, match="whole pixels"):
        imgprep.luma_statistics(bytes((1 << 22) + 1), out)


@pytest.mark.parametrize("shape", [(3, 3), (4, 9), (64, 64), (5, 5000), (360, 640), (2048, 2048)])
def test_sharpness_equals_opencv(shape):
    pixels = numpy.random.default_rng(shape[1]).integers(0, 256, shape).astype(numpy.uint8)
    laplacian = cv2.Laplacian(pixels, cv2.CV_64F, ksize=1)[1:-1, 1:-1]
    assert abs(imgprep.sharpness(pixels, shape[1], shape[0]) / 256 - laplacian.var()) <= 1 / 256 + 1e-6


def test_sharpness_of_the_largest_chessboard_does_not_wrap():
    rows, columns = numpy.indices((2048, 2048))
    pixels = ((rows + columns) % 2 * 255).astype(numpy.uint8)
    assert imgprep.sharpness(pixels, 2048, 2048) == 1020 * 1020 * 256


def test_sharpness_falls_as_the_picture_blurs():
    pixels = texture(5, 120, 160, 1.0)
    values = [imgprep.sharpness(cv2.GaussianBlur(pixels, (0, 0), blur), 160, 120) for blur in (0.5, 1, 2, 4)]
    assert values == sorted(values, reverse=True) and values[0] > 4 * values[1]


def descriptor(luma):
    height, width = luma.shape
    out = numpy.zeros(imgprep.hog_size(width, height), numpy.uint8)
    imgprep.hog(luma, width, height, bytearray(imgprep.hog_scratch_size(width, height)), out)
    return out.reshape(height // 8 - 1, width // 8 - 1, 4, 9)


def hog_reference(luma):
    """Dalal and Triggs in floating point, without weights by place; 1.0 as 255."""
    pixels = luma.astype(float)
    across, down = numpy.zeros_like(pixels), numpy.zeros_like(pixels)
    across[:, 1:-1] = pixels[:, 2:] - pixels[:, :-2]
    down[1:-1] = pixels[2:] - pixels[:-2]
    place = (numpy.degrees(numpy.arctan2(down, across)) % 180 - 10) / 20 % 9
    length, low = numpy.hypot(across, down), numpy.floor(place).astype(int)
    rows, columns = luma.shape[0] // 8, luma.shape[1] // 8
    cells = numpy.zeros((rows, columns, 9))
    y, x = numpy.indices((rows * 8, columns * 8))
    for shift, weight in ((0, 1 - (place - low)), (1, place - low)):
        numpy.add.at(cells, (y // 8, x // 8, (low[y, x] + shift) % 9), (length * weight)[y, x])
    blocks = numpy.stack([cells[:-1, :-1], cells[:-1, 1:], cells[1:, :-1], cells[1:, 1:]], axis=2)
    epsilon = 4096 / 52.6958
    blocks /= numpy.sqrt((blocks**2).sum(axis=(2, 3), keepdims=True) + epsilon**2)
    blocks = numpy.minimum(blocks, 0.2)
    norm = numpy.sqrt((blocks**2).sum(axis=(2, 3), keepdims=True))
    return 255 * blocks / numpy.where(norm > 0, norm, 1)


@pytest.mark.parametrize("shape", [(16, 16), (64, 64), (120, 96), (47, 33), (512, 24)])
@pytest.mark.parametrize("blur", [0.6, 2.0, 6.0])
def test_hog_is_close_to_floating_point(shape, blur):
    luma = texture(7, *shape, blur)
    error = abs(descriptor(luma) - hog_reference(luma))
    assert error.max() < 8 and error.mean() < 0.8


def test_hog_tells_the_same_texture_in_other_light_from_another_texture():
    for seed in range(4):
        luma = texture(seed, 64, 64, 2.0)
        dimmed, other = descriptor(luma // 2 + 40), descriptor(texture(seed + 50, 64, 64, 2.0))
        ours = descriptor(luma)
        assert 5 * imgprep.mean_abs_diff(ours, dimmed) < imgprep.mean_abs_diff(ours, other)


def shift(reference, luma):
    side = len(reference)
    out = numpy.zeros(3, numpy.int16)
    imgprep.phase_shift(reference, luma, side, bytearray(imgprep.phase_shift_scratch_size(side)), out)
    return out[0] / 16, out[1] / 16, out[2] / 16384


def moved(seed, side, dx, dy, blur):
    """Two windows of one larger picture, the second with its content moved by (dx, dy)."""
    wide = texture(seed, 3 * side, 3 * side, blur)
    other = cv2.warpAffine(wide, numpy.float32([[1, 0, dx], [0, 1, dy]]), wide.shape, flags=cv2.INTER_CUBIC)
    return [numpy.ascontiguousarray(picture[side : 2 * side, side : 2 * side]) for picture in (wide, other)]


@pytest.mark.parametrize("side", [32, 64, 128])
@pytest.mark.parametrize("blur", [0.7, 2.0])
def test_phase_shift_finds_known_movements(side, blur):
    for seed, (dx, dy) in enumerate(((0, 0), (1, 0), (0, -1), (3, 2), (-side // 8, side // 8), (side // 5, -side // 6))):
        x, y, height = shift(*moved(seed, side, dx, dy, blur))
        assert abs(x - dx) < 0.75 and abs(y - dy) < 0.75 and height > 0.3, (seed, dx, dy)


def test_phase_shift_of_the_exact_circular_movement_is_exact():
    """Nearly white noise, moved around the edges: what the window changes averages out."""
    reference = texture(1, 64, 64, 0.4)
    for dx, dy in ((5, -3), (-12, 7), (0, 16)):
        x, y, height = shift(reference, numpy.ascontiguousarray(numpy.roll(reference, (dy, dx), (0, 1))))
        assert (round(x), round(y)) == (dx, dy) and height > 0.5


@pytest.mark.parametrize("dx, dy", [(0.5, 0), (0.25, -0.5), (2.5, 1.75), (-3.25, 0.5)])
def test_phase_shift_sees_parts_of_a_pixel_as_opencv_does(dx, dy):
    reference, luma = moved(9, 64, dx, dy, 1.5)
    x, y, _ = shift(reference, luma)
    window = cv2.createHanningWindow((64, 64), cv2.CV_64F)
    (cv_x, cv_y), _ = cv2.phaseCorrelate(*(p.astype(float) - p.mean() for p in (reference, luma)), window)
    assert abs(x - dx) < 0.4 and abs(y - dy) < 0.4
    assert abs(x - cv_x) < 0.75 and abs(y - cv_y) < 0.75


def test_phase_shift_of_two_pictures_is_the_opposite_of_their_exchange():
    for seed in range(5):
        first, second = moved(seed, 64, seed + 1, -seed, 1.0)
        there, back = shift(first, second), shift(second, first)
        assert abs(there[0] + back[0]) <= 1 / 8 and abs(there[1] + back[1]) <= 1 / 8


def test_height_tells_a_moved_camera_from_another_place():
    same = [shift(*moved(seed, 64, 4, -3, 1.5))[2] for seed in range(5)]
    other = [shift(texture(seed, 64, 64, 1.5), texture(seed + 90, 64, 64, 1.5))[2] for seed in range(5)]
    assert min(same) > 2 * max(other)


@pytest.mark.parametrize("side", [16, 32, 64, 128])
def test_extreme_pictures_do_not_overflow(side):
    """The largest spectra there are: chessboards, stripes and single bright pixels. The same picture never moves."""
    rows, columns = numpy.indices((side, side))
    for pattern in ((rows + columns) % 2, columns % 2, rows // (side // 2), (rows == side // 2) & (columns == side // 2)):
        luma = (pattern * 255).astype(numpy.uint8)
        x, y, height = shift(luma, luma)
        assert max(abs(x), abs(y)) <= 1 / 16 and height > 0.99
