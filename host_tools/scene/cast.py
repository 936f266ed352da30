"""Draws people, parcels and obstacles into linear light, and their shadows into the illumination."""

import math

import cv2
import numpy

from host_tools.scene import obstacles
from host_tools.scene.figure import HEIGHT, WIDTH, figure
from host_tools.scene.layers import linear
from host_tools.scene.people import BEHIND

_ASPECT = WIDTH / HEIGHT
_SPRITE_METRES = HEIGHT / (HEIGHT - 12)   # the sprite's top stands a little above the head


def overlap(x, y, width, height, limits):
    """(slices into a picture of `limits` (w, h), slices into the sprite), or None if outside."""
    x0, y0, x1, y1 = max(0, x), max(0, y), min(limits[0], x + width), min(limits[1], y + height)
    if x0 >= x1 or y0 >= y1:
        return None
    return (slice(y0, y1), slice(x0, x1)), (slice(y0 - y, y1 - y), slice(x0 - x, x1 - x))


def blend(light, sprite, x, y, illumination):
    """Lays a premultiplied RGBA uint8 sprite at (x, y) on `light`, float32 (h, w, 3) or (h, w) infrared.

    `illumination` is RGB, or one number for infrared.
    """
    spans = overlap(x, y, sprite.shape[1], sprite.shape[0], light.shape[1::-1])
    if spans is None:
        return
    target, part = light[spans[0]], sprite[spans[1]]
    clear = 1 - part[..., 3].astype(numpy.float32) * (1 / 255)
    paint = linear(part[..., :3])
    if light.ndim == 2:
        paint = (0.22 * (1 - clear) + 0.55 * paint.mean(-1)) * numpy.float32(illumination)
        target[...] = target * clear + paint
    else:
        target[...] = target * clear[..., None] + paint * numpy.asarray(illumination, numpy.float32)


def standing(view, walker, time_ms):
    """(sprite, x, y, foot pixel, state) of a walker at a time: RGBA sprite scaled to the picture; None if too small."""
    x, z, phase, still, right = walker.at(time_ms)
    foot, head = view.project([(x, 0, z), (x, walker.height * _SPRITE_METRES, z)])
    height = int(round(foot[1] - head[1]))
    width = int(round(height * _ASPECT))
    left, top = int(round(foot[0] - width / 2)), int(round(head[1]))
    if height < 4 or left >= view.size[0] or left + width <= 0 or top >= view.size[1]:
        return None
    halvings = min(4, max(0, int(math.log2(HEIGHT / height))))
    picture = figure(walker.seed, 0 if still else phase, still, halvings)
    if not right:
        picture = picture[:, ::-1]
    picture = cv2.resize(picture, (max(2, width), height), interpolation=cv2.INTER_LINEAR)
    return picture, left, top, (float(foot[0]), float(foot[1])), (x, z)


def shadow(light, view, walker, time_ms, slopes, sun, scale):
    """Darkens the small illumination `light` (h, w, 3) under a walker: contact shadow, and the sun's long one."""
    x, z, phase, still, _ = walker.at(time_ms)
    foot, side = view.project([(x, 0, z), (x + 0.34, 0, z)]) * scale
    radius = max(2, int(abs(side[0] - foot[0])))
    _darken(light, foot, (radius, max(1, radius // 3)), 0.5)
    if sun > 0.1 and slopes[2] > 0.05 and z < 0:
        across, up, _ = slopes
        reach = walker.height / max(0.25, up)
        tip_x, tip_z = x - across * reach, min(0.0, z + reach)
        points = view.project([(x - 0.2, 0, z), (x + 0.2, 0, z), (tip_x + 0.2, 0, tip_z), (tip_x - 0.2, 0, tip_z)]) * scale
        mask = numpy.zeros(light.shape[:2], numpy.uint8)
        cv2.fillPoly(mask, [numpy.round(points * 16).astype(numpy.int32)], 255, cv2.LINE_AA, 4)
        light *= 1 - (mask * (0.55 * min(1.0, sun) / 255))[..., None].astype(numpy.float32)


def _darken(light, centre, radii, depth):
    x, y = int(centre[0]), int(centre[1])
    width, height = radii[0] * 4 + 1, radii[1] * 4 + 1
    xs = numpy.linspace(-2, 2, width, dtype=numpy.float32)
    ys = numpy.linspace(-2, 2, height, dtype=numpy.float32)[:, None]
    spot = 1 - depth * numpy.exp(-(xs * xs + ys * ys) * 1.2)
    spans = overlap(x - width // 2, y - height // 2, width, height, light.shape[1::-1])
    if spans is not None:
        light[spans[0]] *= spot[spans[1]][..., None]


def parcel_sprite(view, event, door):
    """(RGBA sprite, x, y) of a parcel left beside the door."""
    size = 0.24 + 0.2 * (event.seed % 100) / 100
    x = (door.left - 0.15 - size) if event.seed % 2 else door.right + 0.15
    corners = view.project([(x, 0, -0.35), (x + size, 0, -0.35), (x + size, size * 0.8, -0.35), (x, size * 0.8, -0.35),
                            (x, size * 0.8, -0.05), (x + size, size * 0.8, -0.05)])
    low = numpy.floor(corners.min(0)).astype(int)
    extent = numpy.ceil(corners.max(0)).astype(int) - low + 1
    sprite = numpy.zeros((extent[1], extent[0], 4), numpy.uint8)
    tone = 0.8 + 0.4 * (event.seed % 7) / 7
    for order, factor in (((2, 3, 4, 5), 1.15), ((0, 1, 2, 3), 0.85)):
        points = numpy.round((corners[list(order)] - low) * 16).astype(numpy.int32)
        colour = tuple(int(c * tone * factor) for c in (172, 130, 88)) + (255,)
        cv2.fillPoly(sprite, [points], colour, cv2.LINE_AA, 4)
    return sprite, int(low[0]), int(low[1])


def obstacle_sprite(event, region, size, time_ms):
    """(RGBA sprite, x, y) of an obstacle at a time, for a picture of `size`."""
    dx, dy = obstacles.pose(event, time_ms)
    return (obstacles.sprite(event.kind, event.seed, region, size), int(round(dx * size[0])), int(round(dy * size[1])))


def is_behind(walker, time_ms):
    return walker.at(time_ms)[1] > BEHIND
