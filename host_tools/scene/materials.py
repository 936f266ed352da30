"""Procedural textures: uint8 RGB pictures of materials, drawn from a numpy Generator."""

import cv2
import numpy


def clouds(rng, height, width, cell, octaves=4):
    """Fractal noise, float32 in [-1, 1], shape (height, width); `cell` is the largest feature in pixels."""
    total = numpy.zeros((height, width), numpy.float32)
    for octave in range(octaves):
        step = max(1.0, cell / 2 ** octave)
        grid = rng.standard_normal((int(height / step) + 3, int(width / step) + 3)).astype(numpy.float32)
        big = cv2.resize(grid, None, fx=step, fy=step, interpolation=cv2.INTER_CUBIC)
        total += big[:height, :width] * 0.5 ** octave
    return total / max(1e-6, float(numpy.abs(total).max()))


def tint(colour, shade):
    """`colour` (three of 0..255) times a float map around 1, as uint8 RGB."""
    return numpy.clip(shade[..., None] * numpy.array(colour, numpy.float32), 0, 255).astype(numpy.uint8)


def plaster(rng, height, width, colour):
    """Painted wall: slight unevenness and grain, with water stains towards the ground."""
    shade = 1 + 0.05 * clouds(rng, height, width, 160) + 0.03 * clouds(rng, height, width, 6, 2)
    stain = numpy.linspace(0, 1, height, dtype=numpy.float32)[:, None] ** 6
    return tint(colour, shade - 0.15 * stain * (0.7 + 0.5 * clouds(rng, height, width, 40)))


def bricks(rng, height, width, colour, brick=(36, 12)):
    """Running bond with mortar joints; `brick` is (length, course height) in pixels."""
    length, course = brick
    ys, xs = numpy.mgrid[0:height, 0:width]
    row = ys // course
    shifted = xs + (row % 2) * (length // 2)
    tone = rng.uniform(0.72, 1.18, (height // course + 2, width // length + 3)).astype(numpy.float32)
    shade = tone[row, shifted // length] + 0.10 * clouds(rng, height, width, 9, 3)
    picture = tint(colour, shade)
    joint = (ys % course < 2) | (shifted % length < 2)
    picture[joint] = tint((168, 160, 150), 1 + 0.1 * clouds(rng, height, width, 5, 2))[joint]
    return picture


def slabs(rng, height, width, colour, slab, joint=2, spread=0.12):
    """Square tiles or paving of `slab` pixels, each of its own shade."""
    ys, xs = numpy.mgrid[0:height, 0:width]
    tone = rng.uniform(1 - spread, 1 + spread, (height // slab + 1, width // slab + 1)).astype(numpy.float32)
    shade = tone[ys // slab, xs // slab] + 0.07 * clouds(rng, height, width, 30)
    shade = shade + 0.05 * clouds(rng, height, width, 3, 1)
    shade[(ys % slab < joint) | (xs % slab < joint)] *= 0.66
    return tint(colour, shade)


def asphalt(rng, height, width, colour):
    """Coarse grain with patches and a few tyre-dark bands."""
    grain = rng.standard_normal((height, width)).astype(numpy.float32)
    shade = 1 + 0.10 * clouds(rng, height, width, 200) + 0.09 * cv2.GaussianBlur(grain, (0, 0), 0.8)
    return tint(colour, shade)


def wood(rng, height, width, colour, vertical=True):
    """Grain along one direction."""
    if not vertical:
        return numpy.ascontiguousarray(wood(rng, width, height, colour).transpose(1, 0, 2))
    grain = cv2.resize(clouds(rng, max(4, height // 14), width, 12, 4), (width, height), interpolation=cv2.INTER_CUBIC)
    return tint(colour, 1 + 0.22 * grain)


def planks(rng, height, width, colour, count):
    """Vertical boards with dark gaps between them."""
    picture = numpy.zeros((height, width, 3), numpy.uint8)
    edges = numpy.linspace(0, width, count + 1).astype(int)
    for left, right in zip(edges[:-1], edges[1:]):
        tone = rng.uniform(0.82, 1.12)
        board = wood(rng, height, right - left, [c * tone for c in colour])
        board[:, :2] = board[:, :2] // 3
        picture[:, left:right] = board
    return picture


def foliage(rng, height, width, colour):
    """Hedge or tree crown: leaves as bright and dark specks on soft masses."""
    shade = 0.75 + 0.35 * clouds(rng, height, width, 60, 3) + 0.45 * clouds(rng, height, width, 8, 3)
    return tint(colour, numpy.maximum(shade, 0.18))


def gradient(height, width, top, bottom):
    """Vertical blend between two colours."""
    part = numpy.linspace(0, 1, height, dtype=numpy.float32)[:, None, None]
    blend = numpy.array(top, numpy.float32) * (1 - part) + numpy.array(bottom, numpy.float32) * part
    return numpy.broadcast_to(blend, (height, width, 3)).astype(numpy.uint8).copy()
