"""From light to numbers: gain, shake, tone curve, noise."""

import math

import cv2
import numpy

from host_tools.scene.seeds import generator, number, wave

_TILE_MARGIN = 96
_TILE_SIGMA = 24.0


def _tone_curve():
    """Slight contrast and a soft shoulder, uint8 -> uint8."""
    x = numpy.arange(256) / 255.0
    y = x + 0.09 * numpy.sin((x - 0.5) * 2 * math.pi) / 1.4
    y = numpy.where(y > 0.8, 0.8 + 0.2 * (1 - numpy.exp(-(y - 0.8) / 0.2)) / (1 - math.exp(-1)), y)
    return numpy.clip(y * 255 + 0.5, 0, 255).astype(numpy.uint8)


def shifted(picture, x, y):
    """`picture` moved by a fraction of pixels, its edges repeated. Four times faster than warpAffine."""
    whole_x, whole_y = math.floor(x), math.floor(y)
    part_x, part_y = x - whole_x, y - whole_y
    kernel = numpy.outer((part_y, 1 - part_y), (part_x, 1 - part_x)).astype(numpy.float32)
    pad = max(abs(whole_x), abs(whole_y)) + 1
    padded = cv2.copyMakeBorder(picture, pad, pad, pad, pad, cv2.BORDER_REPLICATE)
    height, width = picture.shape[:2]
    cut = padded[pad - whole_y:pad - whole_y + height, pad - whole_x:pad - whole_x + width]
    return cv2.filter2D(cut, -1, kernel, anchor=(1, 1), borderType=cv2.BORDER_REPLICATE)


class Sensor:
    """Turns linear light (float32 RGB or one channel) into uint8 RGB; noise and shake depend on time only."""

    def __init__(self, size, key):
        self._size, self._key = size, key
        rng = generator("noise", *key)
        shape = (size[1] + _TILE_MARGIN, size[0] + _TILE_MARGIN)
        luma = rng.standard_normal(shape).astype(numpy.float32)
        luma = 0.8 * luma + 0.6 * cv2.GaussianBlur(luma, (0, 0), 0.8) / 0.35
        luma *= _TILE_SIGMA / luma.std()
        chroma = rng.standard_normal(shape + (3,)).astype(numpy.float32)
        chroma = cv2.GaussianBlur(chroma, (0, 0), 1.0) / 0.28 * _TILE_SIGMA * 0.45
        self._grey = numpy.clip(128 + luma, 0, 255).astype(numpy.uint8)
        self._colour = numpy.clip(128 + luma[..., None] + chroma, 0, 255).astype(numpy.uint8)
        self._curve = _tone_curve()

    def _shaken(self, picture, time_ms):
        """Moved by wind (fast) and by the mount giving way (over hours), a few pixels at most."""
        scale = self._size[0] / 640
        wind = 0.25 + 1.2 * wave(time_ms / 1_800_000, "wind", *self._key) ** 3
        x, y = (wave(time_ms / 230, axis, *self._key) * 2 - 1 for axis in ("x", "y"))
        drift = wave(time_ms / 20_000_000, "drift", *self._key) - 0.5
        return shifted(picture, (x * wind + 2.0 * drift) * scale, (y * wind - 1.4 * drift) * scale)

    def _noisy(self, picture, gain, time_ms):
        tile = self._grey if picture.ndim == 2 else self._colour
        place = number(time_ms, "noise", *self._key)
        x, y = place % _TILE_MARGIN, (place >> 20) % _TILE_MARGIN
        part = tile[y:y + self._size[1], x:x + self._size[0]]
        strength = min(8.0, 0.8 + 0.62 * math.sqrt(gain)) / _TILE_SIGMA
        return cv2.addWeighted(picture, 1.0, part, strength, -128 * strength)

    def read(self, light, gain, time_ms):
        """uint8 (h, w, 3) from `light` float32 (h, w, 3) or (h, w), which is overwritten."""
        cv2.sqrt(light, dst=light)
        picture = cv2.convertScaleAbs(light, alpha=255 * math.sqrt(gain))
        picture = self._noisy(self._shaken(picture, time_ms), gain, time_ms)
        picture = cv2.LUT(picture, self._curve)
        return picture if picture.ndim == 3 else cv2.cvtColor(picture, cv2.COLOR_GRAY2RGB)
