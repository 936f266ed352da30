"""Static layers of an installation: albedo with the door shut, where each pixel lies, how lamps reach it."""

import cv2
import numpy

from host_tools.scene import facades
from host_tools.scene.door_leaf import leaf_sheet
from host_tools.scene.seeds import generator
from host_tools.scene.sheet import over
from host_tools.scene.view import View

OVERSAMPLE = 2


def linear(picture):
    """uint8 sRGB-like paint to linear reflectance, float32 0..1 (gamma 2)."""
    scaled = picture.astype(numpy.float32) * (1 / 255)
    return scaled * scaled


def infrared(albedo):
    """Reflectance around 850 nm, (h, w) float32: reds and greens bright, contrasts lower than in daylight."""
    mixed = albedo @ numpy.array([0.5, 0.35, 0.15], numpy.float32)
    return 0.12 + 0.75 * mixed


def shrink(picture, size):
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)


def make_view(place, size):
    """The camera of `place` for pictures of `size`."""
    return View(size, place.camera, place.target, place.fov)


def opening_corners(door, depth=0.0):
    """World corners of the door's opening at `depth` behind the wall's face, in drawing order."""
    return [(door.left, 0, depth), (door.right, 0, depth), (door.right, door.height, depth),
            (door.left, door.height, depth)]


def polygon_mask(view, points, size):
    """uint8 mask (255 inside) of a world polygon, antialiased."""
    mask = numpy.zeros((size[1], size[0]), numpy.uint8)
    fixed = numpy.round(view.project(points) * 16).astype(numpy.int32)
    cv2.fillPoly(mask, [fixed], 255, cv2.LINE_AA, 4)
    return mask


def wall_plane(view, depth=0.0):
    """Homography of (X, -Y) on the plane Z = depth."""
    return view.plane((0, 0, depth), (1, 0, 0), (0, -1, 0))


def closed_leaf_plane(view, door):
    """Homography of the shut leaf: u from its left edge, v down from its top."""
    return view.plane((door.left, door.height, door.depth), (1, 0, 0), (0, -1, 0))


def jambs(canvas, view, door, colour):
    """Paints the reveals (the thickness of the wall) around the opening, on a canvas of view.size."""
    d = max(door.depth, 0.02)
    left, right, top = door.left, door.right, door.height
    sides = ([(left, 0, 0), (left, 0, d), (left, top, d), (left, top, 0)],
             [(right, 0, 0), (right, 0, d), (right, top, d), (right, top, 0)],
             [(left, top, 0), (left, top, d), (right, top, d), (right, top, 0)])
    for points, factor in zip(sides, (0.8, 0.62, 0.45)):
        mask = polygon_mask(view, points, view.size)
        over(canvas, numpy.full_like(canvas, numpy.array(colour) * factor), mask)


JAMB = {"lobby": (104, 82, 58), "garage": (196, 192, 184), "yard": (140, 124, 104)}


class Layers:
    """`albedo` float32 (h, w, 3) linear, `albedo_ir` (h, w), `sky` (h, w) 1 where the sky shows."""

    def __init__(self, place, seed, size):
        self.size = size
        self.view = make_view(place, size)
        big = self.view.scaled(OVERSAMPLE)
        rng = generator("layers", place.name, seed)
        wall, floor = facades.facade(rng, place)
        self.leaf = leaf_sheet(rng, place.door)
        canvas = numpy.zeros((big.size[1], big.size[0], 3), numpy.uint8)
        wall_picture, wall_mask = wall.warp(wall_plane(big), big.size)
        floor_picture, floor_mask = floor.warp(big.plane((0, 0, 0), (1, 0, 0), (0, 0, 1)), big.size)
        over(canvas, floor_picture, floor_mask)
        over(canvas, wall_picture, wall_mask)
        self.wall_mask = shrink(wall_mask, size)
        covered = cv2.max(wall_mask, floor_mask)
        self._shut_door(canvas, big, place)
        self.albedo = linear(shrink(canvas, size))
        self.albedo_ir = infrared(self.albedo)
        self.sky = 1 - shrink(covered, size).astype(numpy.float32) / 255
        self.place = place

    def _shut_door(self, canvas, big, place):
        door = place.door
        opening = polygon_mask(big, opening_corners(door), big.size)
        inside = canvas.copy()
        jambs(inside, big, door, JAMB[place.name])
        picture, mask = self.leaf.warp(closed_leaf_plane(big, door), big.size)
        over(inside, picture, mask)
        over(canvas, inside, opening)


class Ground:
    """World coordinates of each pixel of a small picture: on the wall (X, Y) or on the floor (X, Z)."""

    def __init__(self, view, size, wall_height):
        small = view.scaled(size[0] / view.size[0])
        small.size = size
        columns, rows = numpy.meshgrid(numpy.arange(size[0]) + 0.5, numpy.arange(size[1]) + 0.5)
        pixels = numpy.stack([columns, rows, numpy.ones_like(rows)], -1)
        self.to_wall = numpy.linalg.inv(wall_plane(small))
        self.to_floor = numpy.linalg.inv(small.plane((0, 0, 0), (1, 0, 0), (0, 0, 1)))
        wall = pixels @ self.to_wall.T
        floor = pixels @ self.to_floor.T
        wall_x, wall_y = wall[..., 0] / wall[..., 2], -wall[..., 1] / wall[..., 2]
        self.is_wall = (wall_y >= 0) & (wall_y <= wall_height)
        floor_z = floor[..., 1] / floor[..., 2]
        floor_x = floor[..., 0] / floor[..., 2]
        self.x = numpy.where(self.is_wall, wall_x, floor_x).astype(numpy.float32)
        self.y = numpy.where(self.is_wall, wall_y, 0).astype(numpy.float32)
        self.z = numpy.where(self.is_wall, 0, numpy.clip(floor_z, -20, 0)).astype(numpy.float32)
