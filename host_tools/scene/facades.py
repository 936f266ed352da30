"""Wall and floor in front of the camera, drawn in metres. v = -Y on walls, v = Z on floors."""

import cv2
import numpy

from host_tools.scene import materials
from host_tools.scene.sheet import Sheet

WALL_PER_METRE = 180
FLOOR_PER_METRE = 140


def _frame(wall, door, colour, width):
    wall.raised(door.left - width, -door.height - width, door.right + width, 0.0, colour)


def _lobby(rng, place):
    wall = Sheet.blank(-7, -place.wall_height, 7, 0, WALL_PER_METRE)
    height, width = wall.picture.shape[:2]
    wall.picture[...] = materials.plaster(rng, height, width, (214, 206, 188))
    wall.paste(materials.plaster(rng, int(1.02 * WALL_PER_METRE), width, (120, 138, 134)), -7, -1.02)
    wall.rect(-7, -1.05, 7, -1.0, (96, 84, 66))
    wall.raised(-7, -0.11, 7, 0, (88, 74, 58))
    _frame(wall, place.door, (92, 72, 50), 0.10)
    wall.raised(-2.05, -1.95, -1.25, -1.2, (70, 54, 40))
    wall.paste(materials.foliage(rng, 108, 117, (150, 150, 110)), -1.97, -1.87)
    wall.raised(0.78, -1.18, 0.87, -1.05, (236, 236, 230))
    wall.raised(0.76, -1.62, 0.96, -1.42, (30, 110, 70))
    wall.raised(1.5, -2.0, 2.25, -1.0, (126, 92, 60))
    for column in range(3):
        for row in range(3):
            colour = ((240, 238, 226), (226, 214, 120), (190, 214, 230))[(column * 2 + row) % 3]
            wall.rect(1.57 + column * 0.22, -1.93 + row * 0.3, 1.74 + column * 0.22, -1.7 + row * 0.3, colour)
    return wall, (176, 166, 150), 46


def _garage(rng, place):
    wall = Sheet.blank(-8, -place.wall_height, 8, 0, WALL_PER_METRE)
    height, width = wall.picture.shape[:2]
    wall.picture[...] = materials.bricks(rng, height, width, (168, 92, 72))
    wall.rect(-8, -0.28, 8, 0, (128, 122, 116))
    _frame(wall, place.door, (206, 204, 196), 0.14)
    wall.raised(-1.75, -2.72, 1.75, -2.42, (150, 146, 138))
    wall.raised(2.55, -2.1, 3.75, -1.0, (220, 220, 214))
    wall.rect(2.64, -2.02, 3.66, -1.08, (58, 72, 84))
    wall.rect(3.12, -2.02, 3.18, -1.08, (220, 220, 214))
    wall.raised(1.82, -2.6, 2.0, -2.34, (44, 44, 46))
    wall.raised(-2.2, -3.6, -2.08, 0, (110, 112, 116))
    wall.raised(-2.0, -1.62, -1.72, -1.42, (60, 70, 110))
    cv2.putText(wall.picture, "14", wall.pixel(-1.98, -1.47), cv2.FONT_HERSHEY_DUPLEX, 0.9, (240, 240, 240), 2,
                cv2.LINE_AA)
    return wall, (112, 110, 106), 0


def _hedge(rng, wall, u0, u1, height, colour):
    """A shrub against the wall with a ragged outline."""
    rows, columns = int(height * WALL_PER_METRE), int((u1 - u0) * WALL_PER_METRE)
    ys = numpy.linspace(1, 0, rows, dtype=numpy.float32)[:, None]
    xs = numpy.linspace(-1, 1, columns, dtype=numpy.float32)[None, :]
    inside = 0.86 - ys ** 3 * 0.7 - numpy.abs(xs) ** 6 * 0.8 + 0.4 * materials.clouds(rng, rows, columns, 60, 5)
    mask = numpy.clip((inside - 0.12) * 1500, 0, 255).astype(numpy.uint8)
    wall.cover(materials.foliage(rng, rows, columns, colour), mask, u0, -height)


def _yard(rng, place):
    wall = Sheet.blank(-7, -place.wall_height, 7, 0, WALL_PER_METRE)
    height, width = wall.picture.shape[:2]
    wall.picture[...] = materials.bricks(rng, height, width, (176, 148, 118), (44, 16))
    _hedge(rng, wall, -4.6, -1.35, 1.6, (84, 118, 60))
    _hedge(rng, wall, 1.5, 4.6, 0.85, (104, 126, 66))
    wall.raised(-7, -place.wall_height, 7, -place.wall_height + 0.14, (150, 146, 140))
    for side in (place.door.left - 0.2, place.door.right + 0.2):
        wall.raised(side - 0.2, -place.wall_height, side + 0.2, 0, (150, 132, 112))
    wall.raised(1.02, -1.85, 1.2, -1.6, (40, 42, 40))
    return wall, (150, 140, 126), 70


_WALLS = {"lobby": _lobby, "garage": _garage, "yard": _yard}


def facade(rng, place):
    """(wall sheet, floor sheet) of an installation; the door's opening is left for the caller."""
    wall, floor_colour, slab = _WALLS[place.name](rng, place)
    floor = Sheet.blank(-7, place.camera[2] + 0.25, 7, 0.4, FLOOR_PER_METRE)
    height, width = floor.picture.shape[:2]
    if slab:
        floor.picture[...] = materials.slabs(rng, height, width, floor_colour, slab)
    else:
        floor.picture[...] = materials.asphalt(rng, height, width, floor_colour)
        floor.rect(-1.5, -0.5, 1.5, -0.38, (84, 84, 84))
    if not place.outdoors:
        floor.rect(-0.75, -0.95, 0.75, -0.15, (66, 60, 58))
        floor.rect(-0.72, -0.92, 0.72, -0.18, (96, 66, 60), 0.03)
    occlusion = numpy.linspace(1.0, 0.62, int(0.25 * FLOOR_PER_METRE), dtype=numpy.float32)[:, None, None]
    edge = round(-floor.v0 * FLOOR_PER_METRE)
    strip = floor.picture[edge - len(occlusion):edge]
    strip[...] = strip * occlusion
    return wall, floor
