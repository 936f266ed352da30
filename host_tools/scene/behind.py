"""What an open door shows: a room, a garage, a street. Albedo picture and two light maps."""

import cv2
import numpy

from host_tools.scene import materials
from host_tools.scene.sheet import Sheet, over

_PER_METRE = 110


def _box(view, canvas, left, right, ceiling, depth, sheets):
    """Paints floor, side walls, ceiling and back wall of a box behind the wall, far surfaces first."""
    planes = {
        "back": view.plane((0, 0, depth), (1, 0, 0), (0, -1, 0)),
        "floor": view.plane((0, 0, 0), (1, 0, 0), (0, 0, 1)),
        "ceiling": view.plane((0, ceiling, 0), (1, 0, 0), (0, 0, 1)),
        "left": view.plane((left, 0, 0), (0, 0, 1), (0, -1, 0)),
        "right": view.plane((right, 0, 0), (0, 0, 1), (0, -1, 0))}
    for name in ("back", "ceiling", "left", "right", "floor"):
        if name in sheets:
            over(canvas, *sheets[name].warp(planes[name], view.size))


def _painted(rng, u0, v0, u1, v1, colour, maker=materials.plaster, **options):
    sheet = Sheet.blank(u0, v0, u1, v1, _PER_METRE)
    sheet.picture[...] = maker(rng, *sheet.picture.shape[:2], colour, **options)
    return sheet


def _room(rng, view, canvas):
    back = _painted(rng, -2.0, -2.7, 3.0, 0, (196, 190, 150))
    back.raised(0.2, -1.95, 1.3, -0.0, (120, 84, 54))
    for shelf in range(5):
        back.rect(0.26, -1.88 + shelf * 0.37, 1.24, -1.58 + shelf * 0.37, (58, 40, 30))
        for book in range(12):
            colour = tuple(int(c) for c in rng.integers(40, 220, 3))
            left = 0.28 + book * 0.078
            back.rect(left, -1.85 + shelf * 0.37 + rng.uniform(0, 0.09), left + 0.06, -1.58 + shelf * 0.37, colour)
    back.raised(-1.2, -2.1, -0.1, -1.0, (235, 235, 230))
    back.rect(-1.14, -2.04, -0.16, -1.06, (200, 216, 232))
    _box(view, canvas, -2.0, 3.0, 2.7, 3.2, {
        "back": back,
        "floor": _painted(rng, -2.0, 0, 3.0, 3.2, (128, 92, 62), materials.planks, count=26),
        "ceiling": _painted(rng, -2.0, 0, 3.0, 3.2, (230, 228, 220)),
        "left": _painted(rng, 0, -2.7, 3.2, 0, (186, 178, 142)),
        "right": _painted(rng, 0, -2.7, 3.2, 0, (176, 168, 134))})


def _garage_inside(rng, view, canvas):
    back = _painted(rng, -1.8, -2.5, 1.8, 0, (150, 148, 140))
    for shelf in range(3):
        back.raised(-1.7, -2.1 + shelf * 0.6, 1.7, -2.05 + shelf * 0.6, (110, 84, 56))
        for box in range(9):
            left = -1.65 + box * 0.37 + rng.uniform(0, 0.08)
            tall = rng.uniform(0.18, 0.42)
            back.raised(left, -1.5 + shelf * 0.6 - tall - 0.6, left + 0.27, -2.1 + shelf * 0.6,
                        tuple(int(c) for c in rng.integers(50, 200, 3)))
    _box(view, canvas, -1.8, 1.8, 2.5, 4.8, {
        "back": back, "floor": _painted(rng, -1.8, 0, 1.8, 4.8, (120, 118, 114), materials.asphalt),
        "ceiling": _painted(rng, -1.8, 0, 1.8, 4.8, (90, 84, 78)),
        "left": _painted(rng, 0, -2.5, 4.8, 0, (132, 128, 120), materials.bricks),
        "right": _painted(rng, 0, -2.5, 4.8, 0, (122, 118, 110), materials.bricks)})
    _car_rear(view, canvas)


def _car_rear(view, canvas):
    car = Sheet.blank(-0.85, -1.5, 0.85, 0, 160)
    mask = numpy.zeros(car.picture.shape[:2], numpy.uint8)

    def shape(points, colour):
        fixed = numpy.array([car.pixel(u, v) for u, v in points])
        cv2.fillPoly(car.picture, [fixed], colour, cv2.LINE_AA)
        cv2.fillPoly(mask, [fixed], 255, cv2.LINE_AA)
    for side in (-0.7, 0.46):
        shape([(side, -0.4), (side + 0.24, -0.4), (side + 0.24, 0), (side, 0)], (22, 22, 24))
    shape([(-0.85, -0.25), (-0.85, -0.85), (-0.62, -1.42), (0.62, -1.42), (0.85, -0.85), (0.85, -0.25)], (46, 74, 120))
    shape([(-0.66, -0.92), (-0.52, -1.34), (0.52, -1.34), (0.66, -0.92)], (26, 32, 40))
    car.rect(-0.83, -0.82, -0.56, -0.64, (176, 24, 24))
    car.rect(0.56, -0.82, 0.83, -0.64, (176, 24, 24))
    car.rect(-0.26, -0.62, 0.26, -0.5, (232, 220, 150))
    car.rect(-0.8, -0.38, 0.8, -0.26, (34, 40, 52))
    picture, seen = car.warp(view.plane((0.25, 0, 1.9), (1, 0, 0), (0, -1, 0)), view.size)
    car.picture = numpy.repeat(mask[..., None], 3, 2)
    outline, _ = car.warp(view.plane((0.25, 0, 1.9), (1, 0, 0), (0, -1, 0)), view.size)
    over(canvas, picture, cv2.min(seen, outline[..., 0]))


def _street(rng, view, canvas):
    back = Sheet.blank(-12, -7, 12, 0, 70)
    rows, columns = back.picture.shape[:2]
    back.picture[...] = materials.gradient(rows, columns, (190, 208, 226), (214, 220, 222))
    back.paste(materials.bricks(rng, int(4.4 * 70), int(9 * 70), (186, 120, 96), (18, 7)), -3.4, -4.4)
    for window in range(5):
        back.raised(-2.9 + window * 1.7, -3.7, -2.0 + window * 1.7, -2.5, (232, 232, 226))
        back.rect(-2.82 + window * 1.7, -3.62, -2.08 + window * 1.7, -2.58, (70, 84, 100))
    back.paste(materials.foliage(rng, int(1.5 * 70), 24 * 70, (84, 120, 58)), -12, -1.5)
    over(canvas, *back.warp(view.plane((0, 0, 9.0), (1, 0, 0), (0, -1, 0)), view.size))
    ground = Sheet.blank(-9, 0, 9, 9, 70)
    ground.picture[...] = materials.asphalt(rng, *ground.picture.shape[:2], (104, 104, 106))
    ground.paste(materials.slabs(rng, int(1.7 * 70), 18 * 70, (172, 166, 156), 28), -9, 0)
    ground.rect(-9, 1.7, 9, 1.85, (190, 188, 182))
    for dash in range(6):
        ground.rect(-8 + dash * 3, 4.6, -6.6 + dash * 3, 4.72, (226, 226, 220))
    ground.paste(materials.slabs(rng, int(2.2 * 70), 18 * 70, (160, 156, 148), 28), -9, 6.8)
    over(canvas, *ground.warp(view.plane((0, 0, 0), (1, 0, 0), (0, 0, 1)), view.size))


_PLACES = {"lobby": _room, "garage": _garage_inside, "yard": _street}
_DEPTHS = {"lobby": 3.2, "garage": 4.8, "yard": 9.0}


def behind_picture(rng, view, name):
    """uint8 RGB albedo of everything behind the wall, over the whole picture."""
    canvas = numpy.full((view.size[1], view.size[0], 3), 90, numpy.uint8)
    _PLACES[name](rng, view, canvas)
    return canvas


def behind_light(view, name, outdoors):
    """float32 (height, width, 2): share of daylight and of lamplight behind the wall, from depth on the floor."""
    width, height = view.size
    depth = _DEPTHS[name]
    rows = numpy.arange(height, dtype=numpy.float32)
    near, far = view.project([(0, 0, 0), (0, 0, depth)])[:, 1]
    part = numpy.clip((rows - far) / max(1.0, near - far), 0, 1)
    day = numpy.ones_like(part) if outdoors and name == "yard" else 0.35 + 0.65 * part
    lamp = 1.15 - 0.45 * part
    maps = numpy.stack([day, lamp], -1)[:, None, :]
    return numpy.ascontiguousarray(numpy.broadcast_to(maps, (height, width, 2)).astype(numpy.float32))
