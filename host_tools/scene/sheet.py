"""A texture with a place in a plane: drawn in metres, warped into the picture."""

import cv2
import numpy


class Sheet:
    """A uint8 RGB texture that covers u0..u1 by v0..v1 metres of a plane; v grows with the row."""

    def __init__(self, picture, u0, v0, per_metre):
        self.picture = picture
        self.u0, self.v0, self.per_metre = u0, v0, per_metre

    @classmethod
    def blank(cls, u0, v0, u1, v1, per_metre, fill=0):
        """An empty sheet; draw on `.picture` or with `rect` and `paste`."""
        shape = (round((v1 - v0) * per_metre), round((u1 - u0) * per_metre), 3)
        return cls(numpy.full(shape, fill, numpy.uint8), u0, v0, per_metre)

    def pixel(self, u, v):
        return round((u - self.u0) * self.per_metre), round((v - self.v0) * self.per_metre)

    def rect(self, u0, v0, u1, v1, colour, width=None):
        """A filled rectangle, or its outline `width` metres thick."""
        thickness = -1 if width is None else max(1, round(width * self.per_metre))
        cv2.rectangle(self.picture, self.pixel(u0, v0), self.pixel(u1, v1), colour, thickness, cv2.LINE_AA)

    def shade(self, u0, v0, u1, v1, factor):
        """Darkens (factor < 1) or brightens a rectangle."""
        (x0, y0), (x1, y1) = self.pixel(u0, v0), self.pixel(u1, v1)
        part = self.picture[max(0, y0):max(0, y1), max(0, x0):max(0, x1)]
        part[...] = numpy.clip(part.astype(numpy.float32) * factor, 0, 255)

    def raised(self, u0, v0, u1, v1, colour):
        """A rectangle with a lit upper edge and a shaded lower edge: a panel, a box, a sill."""
        edge = 0.018
        self.rect(u0, v0, u1, v1, colour)
        self.shade(u0, v0, u1, v0 + edge, 1.25)
        self.shade(u0, v1 - edge, u1, v1, 0.6)
        self.shade(u0, v0, u0 + edge, v1, 1.12)
        self.shade(u1 - edge, v0, u1, v1, 0.72)

    def paste(self, picture, u, v):
        """Puts a picture with its upper left corner at (u, v), cut at the sheet's edges."""
        x, y = self.pixel(u, v)
        y0, x0 = max(0, y), max(0, x)
        part = self.picture[y0:y + picture.shape[0], x0:x + picture.shape[1]]
        part[...] = picture[y0 - y:y0 - y + part.shape[0], x0 - x:x0 - x + part.shape[1]]

    def cover(self, picture, mask, u, v):
        """Like `paste`, through a uint8 mask."""
        x, y = self.pixel(u, v)
        part = self.picture[y:y + picture.shape[0], x:x + picture.shape[1]]
        over(part, picture[:part.shape[0], :part.shape[1]], mask[:part.shape[0], :part.shape[1]])

    def warp(self, plane, size):
        """(picture, mask) of `size` (width, height): this sheet seen through homography `plane` (u, v) -> pixel."""
        to_metres = numpy.array([[1 / self.per_metre, 0, self.u0], [0, 1 / self.per_metre, self.v0], [0, 0, 1]])
        matrix = plane @ to_metres
        picture = cv2.warpPerspective(self.picture, matrix, size, flags=cv2.INTER_LINEAR,
                                      borderMode=cv2.BORDER_REPLICATE)
        full = numpy.full(self.picture.shape[:2], 255, numpy.uint8)
        mask = cv2.warpPerspective(full, matrix, size, flags=cv2.INTER_LINEAR)
        return picture, mask


def over(canvas, picture, mask):
    """Lays `picture` on `canvas` (both uint8 RGB) where `mask` (uint8, 255 = opaque) says so."""
    part = mask[..., None].astype(numpy.float32) / 255
    canvas[...] = (canvas * (1 - part) + picture * part + 0.5).astype(numpy.uint8)
