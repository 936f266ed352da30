"""The part of the picture that the moving door changes: what lies behind, and the leaf at each position."""

import math
from functools import lru_cache

import cv2
import numpy

from host_tools.scene.behind import behind_light, behind_picture
from host_tools.scene.layers import (JAMB, OVERSAMPLE, infrared, jambs, linear, opening_corners, polygon_mask, shrink)
from host_tools.scene.seeds import generator

STEPS = 96   # positions of the door between shut and fully open


class Doorway:
    """`roi` = (x, y, w, h) in pixels. Arrays below have the roi's size."""

    def __init__(self, layers, seed):
        self._place, self._leaf_sheet = layers.place, layers.leaf
        self._view = layers.view
        self._big = self._view.scaled(OVERSAMPLE)
        place, size = self._place, self._view.size
        corners = self._view.project(opening_corners(place.door))
        low = numpy.floor(corners.min(0) - 2).astype(int).clip(0, size)
        high = numpy.ceil(corners.max(0) + 2).astype(int).clip(0, size)
        self.roi = (int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1]))
        self._opening = polygon_mask(self._big, opening_corners(place.door), self._big.size)
        picture = behind_picture(generator("behind", place.name, seed), self._big, place.name)
        jambs(picture, self._big, place.door, JAMB[place.name])
        self.opening = self._cut(shrink(self._opening, size)).astype(numpy.float32)[..., None] / 255
        self.albedo = linear(self._cut(shrink(picture, size)))
        self.albedo_ir = infrared(self.albedo)
        self.light = self._cut(behind_light(self._view, place.name, place.outdoors))
        self.leaf = lru_cache(maxsize=STEPS + 1)(self._leaf)

    def _cut(self, picture):
        x, y, w, h = self.roi
        return numpy.ascontiguousarray(picture[y:y + h, x:x + w])

    def _leaf(self, step):
        """(uint8 RGB paint, uint8 mask) of the leaf at `step` of STEPS, cut to the opening."""
        part = step / STEPS
        canvas = numpy.zeros((self._big.size[1], self._big.size[0], 3), numpy.uint8)
        mask = numpy.zeros(canvas.shape[:2], numpy.uint8)
        draw = self._draw_hinged if self._place.door.kind == "hinged" else self._draw_roller
        draw(canvas, mask, part)
        mask = cv2.min(mask, self._opening)
        size = self._view.size
        return self._cut(shrink(canvas, size)), self._cut(shrink(mask, size))

    def _draw_roller(self, canvas, mask, part):
        door = self._place.door
        plane = self._big.plane((door.left, door.height * (1 + part * 0.94), door.depth), (1, 0, 0), (0, -1, 0))
        picture, seen = self._leaf_sheet.warp(plane, self._big.size)
        canvas[...] = picture
        mask[...] = seen

    def _draw_hinged(self, canvas, mask, part):
        door = self._place.door
        turn = math.radians(door.angle) * part
        side = 1 if door.hinge == "left" else -1
        out = 1 if door.swing == "in" else -1
        hinge = door.left if side > 0 else door.right
        along = (math.cos(turn) * side, 0, math.sin(turn) * out)
        width = door.right - door.left
        if side > 0:
            origin, across = (hinge, door.height, door.depth), along
        else:
            origin = (hinge + along[0] * width, door.height, door.depth + along[2] * width)
            across = (-along[0], 0, -along[2])
        picture, seen = self._leaf_sheet.warp(self._big.plane(origin, across, (0, -1, 0)), self._big.size)
        shade = 0.55 + 0.45 * math.cos(turn)
        canvas[...] = cv2.convertScaleAbs(picture, alpha=shade)
        mask[...] = seen
        self._draw_edge(canvas, mask, hinge, along, width, out)

    def _draw_edge(self, canvas, mask, hinge, along, width, out):
        """The leaf's free edge, five centimetres thick."""
        door = self._place.door
        x, z = hinge + along[0] * width, door.depth + along[2] * width
        thick = (-along[2] * 0.05 * out, along[0] * 0.05 * out)
        if door.hinge == "right":
            thick = (-thick[0], -thick[1])
        points = [(x, 0, z), (x + thick[0], 0, z + thick[1]), (x + thick[0], door.height, z + thick[1]),
                  (x, door.height, z)]
        edge = polygon_mask(self._big, points, self._big.size)
        colour = tuple(float(c) * 0.7 for c in self._leaf_sheet.picture.mean((0, 1)))
        canvas[edge > 127] = colour
        cv2.max(mask, edge, dst=mask)
