"""From a camera's frame to the network's input: which JPEG scale, which rectangle.

Camera, training, evaluation and annotator all ask `plan` and then call the same C cores, so a pixel
has one definition.
"""

REGION_UNIT = 10000  # a region's coordinates are in 1/10000 of the frame's width and height
_DENOMINATORS = (8, 4, 2, 1)  # what libjpeg-turbo decodes directly, coarsest first


class Plan:
    """Decode at 1/`denominator`, take the rectangle (x, y, w, h) of the scaled frame."""

    def __init__(self, denominator, x, y, w, h):
        self.denominator = denominator
        self.rectangle = (x, y, w, h)


def check_region(region):
    """Raises ValueError unless region is [x0, y0, x1, y1] with 0 <= x0 < x1 <= 10000, likewise y."""
    ok = len(region) == 4 and all(isinstance(value, int) for value in region)
    if not (ok and 0 <= region[0] < region[2] <= REGION_UNIT and 0 <= region[1] < region[3] <= REGION_UNIT):
        raise ValueError("a region is [x0, y0, x1, y1] with 0 <= x0 < x1 <= 10000 and 0 <= y0 < y1 <= 10000")


def _span(low, high, size):
    """[low, high) in 1/10000 of `size` pixels -> (first pixel, count), count at least 1."""
    first = low * size // REGION_UNIT
    last = (high * size + REGION_UNIT - 1) // REGION_UNIT
    return first, max(1, last - first)


def plan(frame_width, frame_height, region, input_width, input_height):
    """The coarsest JPEG scale at which the region still has the network's resolution.

    A region smaller than the input even at full size is taken at full size and enlarged.
    """
    for denominator in _DENOMINATORS:
        x, w = _span(region[0], region[2], (frame_width + denominator - 1) // denominator)
        y, h = _span(region[1], region[3], (frame_height + denominator - 1) // denominator)
        if w >= input_width and h >= input_height:
            break
    return Plan(denominator, x, y, w, h)
