"""From light to numbers: gain, shake, tone curve, noise."""

import math

import cv2
import numpy

from .seeds import generator, number, wave

_TILE_MARGIN = 96
_TILE_SIGMA = 24.0


def _tone_curve():
    """Slight contrast and a soft shoulder, uint8 -> uint8."""
    x = numpy.arange(256) / 255.0
    y = x + 0.09 * numpy.sin((x - 0.5) * 2 * math.pi) / 1.4
    y = numpy.where(y > 0.8, 0.8 + 0.2 * (1 - numpy.exp(-(y - 0.8) / 0.2)) / (1 - math.exp(-1)), y)
    return numpy.clip(y * 255 + 0.5, 0, 255).astype(numpy.uint8)


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
        scale = self._size[0] / 640
        wind = 0.25 + 1.2 * wave(time_ms / 1_800_000, "wind", *self._key) ** 3
        dx, dy, turn = ((wave(time_ms / 230, axis, *self._key) - 0.5) * 2 for axis in ("x", "y", "turn"))
        drift = wave(time_ms / 20_000_000, "drift", *self._key) - 0.5
        angle = turn * wind * 0.0006
        move_x, move_y = (dx * wind + 2.0 * drift) * scale, (dy * wind - 1.4 * drift) * scale
        centre_x, centre_y = self._size[0] / 2, self._size[1] / 2
        matrix = numpy.array([[1, -angle, angle * centre_y + move_x], [angle, 1, -angle * centre_x + move_y]])
        return cv2.warpAffine(picture, matrix, self._size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)

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
