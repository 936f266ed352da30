"""The benchmarks' JPEG pictures: a garage front, drawn in integers with a fixed seed, so the same bytes everywhere.

The three constants are chosen so that the 1920x1080 picture is as large as the photograph that docs/bench.md's figures
were first measured on (411,676 bytes, 581,587 Huffman symbols); a test holds it there.
"""

import io

import numpy
import PIL.Image

SEED = 20260301
QUALITY = 80
GRAIN = 1       # amplitude of the sensor's noise, in grey levels
CONTRAST = 430  # of textures, 256 = 1
BUSH = 17       # the higher, the fewer leaves


def jpeg(width, height):
    """Baseline 4:2:0 JPEG of the scene with the standard Huffman tables."""
    out = io.BytesIO()
    PIL.Image.fromarray(rgb(width, height)).save(out, "JPEG", quality=QUALITY, subsampling="4:2:0")
    return out.getvalue()


def rgb(width, height):
    """uint8 [height, width, 3]."""
    random = numpy.random.Generator(numpy.random.PCG64(SEED))
    luma = _scene(random, width, height)
    grain = sum(random.integers(-GRAIN, GRAIN + 1, (height, width)) for _ in range(2)) // 2
    tint = _texture(random, width, height, 64) // 4
    colour = numpy.stack([luma + tint, luma, luma - tint + 6], axis=-1) + grain[..., None]
    return numpy.clip(colour, 0, 255).astype(numpy.uint8)


def _texture(random, width, height, cell):
    """Smooth noise, -64..64: random values on a grid of `cell` pixels, interpolated linearly in between."""
    grid = random.integers(-64, 65, (height // cell + 2, width // cell + 2))
    y, x = numpy.arange(height), numpy.arange(width)
    rows = grid[y // cell] * (cell - y % cell)[:, None] + grid[y // cell + 1] * (y % cell)[:, None]
    both = rows[:, x // cell] * (cell - x % cell) + rows[:, x // cell + 1] * (x % cell)
    return both // (cell * cell)


def _rough(random, width, height, cells):
    return sum(_texture(random, width, height, cell) for cell in cells) * CONTRAST // 256


def _scene(random, width, height):
    y, x = numpy.arange(height)[:, None], numpy.arange(width)[None, :]
    sky = 205 - 60 * y // height + _rough(random, width, height, (240, 96)) // 4
    brick_row = y * 54 // height
    brick_x = x * 48 // width + brick_row % 2
    mortar = (y * 54 % height < height // 8) | ((x * 48 + brick_row % 2 * width // 2) % width < width // 10)
    wall = numpy.where(mortar, 150, 96 + (brick_row * 37 + brick_x * 53) % 23) + _rough(random, width, height, (12, 3)) // 9
    door = numpy.where(y * 30 % height < height // 6, 90, 176) + _rough(random, width, height, (160, 5)) // 12
    ground = 118 + _rough(random, width, height, (40, 6, 2)) // 3
    leaves = 84 + _rough(random, width, height, (24, 9, 4, 2))
    picture = numpy.where(y * 10 < height * 2, sky, wall)
    inside = (x * 16 > width * 5) & (x * 16 < width * 11) & (y * 10 > height * 3) & (y * 10 < height * 8)
    picture = numpy.where(inside, door, picture)
    picture = numpy.where(y * 10 > height * 8, ground, picture)
    bush = _texture(random, width, height, max(width // 12, 8)) > BUSH
    return numpy.where(bush & ~inside, leaves, picture)
