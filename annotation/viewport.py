"""Which part of a picture is seen, and where: zoom and pan, without a screen."""

from typing import NamedTuple

STEPS = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0)


class Placement(NamedTuple):
    """The whole picture's rectangle on the canvas, in pixels; with zoom it reaches beyond the canvas."""

    left: float
    top: float
    width: float
    height: float

    def to_canvas(self, x, y):
        """Fractions 0..1 of the picture -> canvas pixels."""
        return self.left + x * self.width, self.top + y * self.height

    def to_picture(self, x, y):
        """Canvas pixels -> fractions of the picture; outside 0..1 beside it."""
        return (x - self.left) / self.width, (y - self.top) / self.height


class Viewport:
    """zoom: 1.0 shows the whole picture; centre: the picture's fraction that lies in the middle of the canvas."""

    def __init__(self):
        self.fit()

    def fit(self):
        self.zoom, self.centre = 1.0, (0.5, 0.5)

    def pan(self, right, down):
        """Looks further to the right and down, by fractions of what is seen."""
        self.centre = self.centre[0] + right / self.zoom, self.centre[1] + down / self.zoom

    def zoom_by(self, steps, placement=None, at=None):
        """Zooms in (steps > 0) or out; the canvas point `at` of `placement` stays where it is, else the middle.

        Returns False at either end.
        """
        number = STEPS.index(self.zoom) + steps
        zoom = STEPS[max(0, min(number, len(STEPS) - 1))]
        if zoom == self.zoom:
            return False
        if at is not None:
            point, share = placement.to_picture(*at), 1 - self.zoom / zoom
            self.centre = tuple(old + (new - old) * share for old, new in zip(self.centre, point))
        self.zoom = zoom
        return True

    def place(self, canvas_width, canvas_height, width, height, margin=0):
        """The Placement of a picture of width x height; the centre is moved so that no edge is left bare."""
        inner = max(1, canvas_width - 2 * margin), max(1, canvas_height - 2 * margin)
        scale = min(inner[0] / width, inner[1] / height) * self.zoom
        sizes = width * scale, height * scale
        self.centre = tuple(_held(centre, seen / size) for centre, seen, size in zip(self.centre, inner, sizes))
        left, top = (side / 2 - centre * size for side, centre, size
                     in zip((canvas_width, canvas_height), self.centre, sizes))
        return Placement(left, top, *sizes)


def _held(centre, seen):
    """`seen`: the share of the picture's side that fits the canvas."""
    return 0.5 if seen >= 1 else min(max(centre, seen / 2), 1 - seen / 2)
