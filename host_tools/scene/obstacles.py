"""Things that stand or hang between the camera and the door: sprites in frame coordinates and how they move in."""

import math
from functools import lru_cache

import cv2
import numpy

from host_tools.scene import materials
from host_tools.scene.seeds import generator

_COLOURS = ((176, 40, 40), (40, 70, 140), (230, 228, 220), (40, 44, 48), (210, 170, 60), (70, 120, 80), (150, 110, 76),
            (196, 120, 160), (90, 90, 96), (220, 120, 50), (120, 170, 200))
_RAMP_MS = {"van": 3200, "person": 1500, "cloth": 1800, "boxes": 5000, "cabinet": 4000, "umbrella": 1600,
            "branch": 2500}


def pose(event, time_ms):
    """(dx, dy) in frame widths and heights by which the sprite is away from its resting place."""
    ramp = _RAMP_MS[event.kind]
    part = max(0.0, min(1.0, (time_ms - event.start_ms) / ramp, (event.end_ms - time_ms) / ramp))
    away = 1 - part * part * (3 - 2 * part)
    entering = time_ms < (event.start_ms + event.end_ms) / 2
    if event.kind in ("cloth", "branch"):
        sway = 0.006 * math.sin(time_ms / 900 + event.seed)
        return sway, -1.25 * away
    side = 1 if (event.seed >> 3) % 2 else -1
    if not entering and event.kind == "van":
        side = -side
    move = 0.012 * math.sin(time_ms / 2100 + event.seed) if event.kind in ("person", "umbrella") else 0.0
    return side * 1.3 * away + move, 0.0


def _place(rng, region, spread):
    """Rectangle that covers the region with a random margin, in frame fractions."""
    x0, y0, x1, y1 = region
    w, h = x1 - x0, y1 - y0
    margin = rng.uniform(*spread, 4)
    return x0 - margin[0] * w, y0 - margin[1] * h, x1 + margin[2] * w, y1 + margin[3] * h


class _Canvas:
    """RGBA drawing in frame fractions."""

    def __init__(self, width, height):
        self.picture = numpy.zeros((height, width, 4), numpy.uint8)
        self.width, self.height = width, height

    def points(self, points):
        return numpy.array([(round(x * self.width * 16), round(y * self.height * 16)) for x, y in points], numpy.int32)

    def polygon(self, points, colour):
        cv2.fillPoly(self.picture, [self.points(points)], tuple(int(c) for c in colour) + (255,), cv2.LINE_AA, 4)

    def rect(self, x0, y0, x1, y1, colour):
        self.polygon([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], colour)

    def ellipse(self, x, y, rx, ry, colour):
        angles = numpy.linspace(0, 2 * math.pi, 48)
        self.polygon([(x + rx * math.cos(a), y + ry * math.sin(a)) for a in angles], colour)

    def shade(self, factor):
        """Multiplies the colours by a float map of the canvas's size."""
        colours = self.picture[..., :3]
        colours[...] = numpy.clip(colours * factor[..., None], 0, 255)

    def noise(self, rng, cell, octaves):
        return materials.clouds(rng, self.height, self.width, max(2, cell * self.width), octaves)

    def blur(self, sigma):
        self.picture = cv2.GaussianBlur(self.picture, (0, 0), max(0.3, sigma * self.width))


def _times(colour, factor):
    return tuple(min(255, c * factor) for c in colour)


def _person(canvas, rng, region, colour):
    x0, y0, x1, y1 = _place(rng, region, (0.25, 0.6))
    centre, half = (x0 + x1) / 2, (x1 - x0) / 2
    neck = max(0.18, y0 + 0.12)
    skin = ((226, 186, 156), (190, 140, 108), (120, 84, 62))[rng.integers(3)]
    shoulder = neck + 0.16
    canvas.polygon([(centre - half * 0.35, neck), (centre + half * 0.35, neck), (centre + half, shoulder),
                    (centre + half * 1.18, 1.1), (centre - half * 1.18, 1.1), (centre - half, shoulder)], colour)
    canvas.polygon([(centre, neck), (centre + half * 0.35, neck), (centre + half, shoulder), (centre + half * 1.18, 1.1),
                    (centre + 0.02, 1.1)], _times(colour, 0.8))
    canvas.ellipse(centre, neck - 0.1, half * 0.38, 0.22, skin)
    canvas.ellipse(centre, neck - 0.2, half * 0.42, 0.18, ((34, 28, 24), (120, 84, 50), (150, 150, 150))[rng.integers(3)])
    canvas.blur(0.006)


def _cloth(canvas, rng, region, colour):
    x0, y0, x1, y1 = _place(rng, region, (0.04, 0.45))
    steps = numpy.linspace(x0, x1, 14)
    hem = [(x, y1 + rng.uniform(-0.015, 0.02)) for x in steps[::-1]]
    canvas.polygon([(x0, y0), (x1, y0)] + hem, colour)
    columns = numpy.linspace(0, 1, canvas.width, dtype=numpy.float32)
    if rng.random() < 0.5:
        stripes = int(rng.integers(4, 12))
        dark = (columns * stripes * 2 % 2 < 1).astype(numpy.float32)
        canvas.shade(numpy.broadcast_to(0.62 + 0.38 * dark, (canvas.height, canvas.width)))
    folds = 0.86 + 0.14 * numpy.sin(columns * rng.uniform(50, 110) + 2 * numpy.sin(columns * 14))
    canvas.shade(folds[None, :] + 0.08 * canvas.noise(rng, 0.1, 3))
    canvas.blur(0.0015)


def _boxes(canvas, rng, region, colour):
    x0, y0, x1, y1 = _place(rng, region, (0.04, 0.3))
    bottom = max(y1, 1.02) if y1 > 0.8 else y1
    rows = int(rng.integers(2, 5))
    for row in range(rows):
        top, low = y0 + (bottom - y0) * row / rows, y0 + (bottom - y0) * (row + 1) / rows
        split = rng.uniform(0.35, 0.65) if rng.random() < 0.6 else 1.0
        edges = [x0 + rng.uniform(-0.015, 0.015), x0 + (x1 - x0) * split, x1 + rng.uniform(-0.015, 0.015)]
        for left, right in zip(edges[:-1], edges[1:]):
            tone = _times((176, 134, 92), rng.uniform(0.8, 1.1))
            canvas.rect(left, top, right, low, tone)
            canvas.rect(left, top, right, top + 0.012, _times(tone, 1.15))
            canvas.rect(left, low - 0.012, right, low, _times(tone, 0.6))
            canvas.rect((left + right) / 2 - 0.012, top, (left + right) / 2 + 0.012, low, _times(tone, 1.2))
            if right - left > 0.08:
                canvas.rect(left + 0.02, top + 0.04, left + 0.05, top + 0.1, colour)
    canvas.shade(1 + 0.06 * canvas.noise(rng, 0.05, 3))
    canvas.blur(0.001)


def _cabinet(canvas, rng, region, colour):
    x0, y0, x1, y1 = _place(rng, region, (0.05, 0.3))
    canvas.rect(x0, y0, x1, max(y1, 0.97), colour)
    canvas.rect(x1 - 0.02, y0, x1, max(y1, 0.97), _times(colour, 0.6))
    drawers = int(rng.integers(1, 6))
    for row in range(drawers):
        top, low = y0 + (y1 - y0) * row / drawers, y0 + (y1 - y0) * (row + 1) / drawers
        canvas.rect(x0 + 0.012, top + 0.012, x1 - 0.03, low - 0.008, _times(colour, 1.12))
        canvas.rect((x0 + x1) / 2 - 0.03, (top + low) / 2, (x0 + x1) / 2 + 0.03, (top + low) / 2 + 0.012, (40, 40, 42))
    canvas.blur(0.001)


def _umbrella(canvas, rng, region, colour):
    x0, y0, x1, y1 = _place(rng, region, (0.25, 0.5))
    centre, middle = (x0 + x1) / 2, (y0 + y1) / 2
    rx, ry, ribs = (x1 - x0) / 2 * 1.15, (y1 - y0) / 2 * 1.15, 8
    turn = rng.uniform(0, math.pi)
    for rib in range(ribs):
        a, b = turn + rib * 2 * math.pi / ribs, turn + (rib + 1) * 2 * math.pi / ribs
        rim = [(centre + rx * math.cos(a + (b - a) * k / 6), middle + ry * math.sin(a + (b - a) * k / 6)) for k in range(7)]
        canvas.polygon([(centre, middle)] + rim, _times(colour, 0.75 + 0.3 * (rib % 2) + 0.1 * math.sin(a)))
    canvas.blur(0.002)


def _van(canvas, rng, region, colour):
    x0, y0, x1, y1 = region
    width = (x1 - x0) * rng.uniform(1.5, 1.9)
    left = (x0 + x1) / 2 - width / 2 + rng.uniform(-0.05, 0.05) * width
    right, top, bottom = left + width, y0 - rng.uniform(0.03, 0.12), y1 + rng.uniform(0.08, 0.14)
    canvas.polygon([(left, bottom), (left, top + 0.03), (left + 0.02, top), (right - 0.12 * width, top),
                    (right, top + 0.28), (right, bottom)], colour)
    canvas.polygon([(right - 0.2 * width, top + 0.08), (right - 0.12 * width, top + 0.08), (right - 0.03 * width, top + 0.26),
                    (right - 0.2 * width, top + 0.26)], (40, 52, 60))
    canvas.rect(left, bottom - 0.1, right, bottom - 0.07, _times(colour, 0.55))
    for seam in (0.3, 0.56, 0.78):
        canvas.rect(left + seam * width, top + 0.03, left + seam * width + 0.003, bottom - 0.1, _times(colour, 0.6))
    canvas.rect(left + 0.06 * width, top + 0.14, left + 0.27 * width, top + 0.24, _COLOURS[rng.integers(len(_COLOURS))])
    canvas.rect(left + 0.05 * width, bottom - 0.02, right - 0.05 * width, bottom + 0.05, (26, 26, 28))
    for wheel in (0.18, 0.83):
        canvas.ellipse(left + wheel * width, bottom - 0.01, 0.045, 0.08, (24, 24, 26))
        canvas.ellipse(left + wheel * width, bottom - 0.01, 0.022, 0.039, (150, 150, 152))
    rows = numpy.linspace(1.12, 0.82, canvas.height, dtype=numpy.float32)[:, None]
    canvas.shade(numpy.broadcast_to(rows, (canvas.height, canvas.width)))


def _branch(canvas, rng, region, colour):
    x0, y0, x1, y1 = _place(rng, region, (0.2, 0.45))
    green = _times(((70, 108, 44), (92, 120, 50), (54, 88, 48))[rng.integers(3)], rng.uniform(0.8, 1.2))
    xs = numpy.linspace(0, 1, canvas.width, dtype=numpy.float32)[None, :]
    ys = numpy.linspace(0, 1, canvas.height, dtype=numpy.float32)[:, None]
    reach = ((xs - (x0 + x1) / 2) / (x1 - x0) * 2) ** 4 + ((ys - (y0 + y1) / 2) / (y1 - y0) * 2) ** 4
    leaves = 0.85 - reach + 0.55 * canvas.noise(rng, 0.06, 4)
    canvas.picture[..., :3] = materials.tint(green, 0.8 + 0.8 * canvas.noise(rng, 0.025, 3))
    canvas.picture[..., 3] = numpy.clip(leaves * 900, 0, 255)
    canvas.picture[..., :3] = canvas.picture[..., :3] * (canvas.picture[..., 3:] / 255.0)
    canvas.blur(0.0012)


_DRAW = {"person": _person, "cloth": _cloth, "boxes": _boxes, "cabinet": _cabinet, "umbrella": _umbrella, "van": _van,
         "branch": _branch}


@lru_cache(maxsize=12)
def sprite(kind, seed, region, size):
    """RGBA uint8 (premultiplied) of `size` (width, height) with the obstacle at rest over `region` (fractions)."""
    rng = generator("obstacle", kind, seed)
    colour = _COLOURS[rng.integers(len(_COLOURS))]
    canvas = _Canvas(*size)
    _DRAW[kind](canvas, rng, region, colour)
    slope = numpy.linspace(1.1, 0.86, size[0], dtype=numpy.float32)[None, :: 1 if seed % 2 else -1]
    canvas.shade(slope + 0.09 * canvas.noise(rng, 0.25, 5))
    return canvas.picture
