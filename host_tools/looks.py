"""What contract.sampling's policy sees of a JPEG: the camera's own decoder and features."""

import numpy as np

from contract.sampling.look import Look
from host_tools.native import imgprep, ujpeg
from training.pixels import network_input

SIDE = 32           # of the reduced picture that the policy's thresholds are made for
_COLOURS = 64
_TINY = 8
_BLANK = 128        # standard deviation, 1/256 grey levels, below which a frame shows nothing: a decoder's filling


class Blank(ValueError):
    """The picture is of one grey all over."""


class Looker:
    """Makes Looks of one camera's region, [x0, y0, x1, y1] in 1/10000. One Look is filled again and again."""

    def __init__(self, region):
        self._region = region
        self._hog = np.zeros(imgprep.hog_size(SIDE, SIDE), np.uint8)
        self._scratch = bytearray(imgprep.hog_scratch_size(SIDE, SIDE))
        self._tiny = bytearray(_TINY * _TINY)
        self._counts, self._spread = np.zeros(_COLOURS, np.uint16), np.zeros(2, np.uint16)

    def look(self, jpeg):
        """((width, height), Look) of JPEG bytes. Raises ValueError: damaged, or Blank."""
        size = ujpeg.info(jpeg)[:2]
        small = np.ascontiguousarray(network_input(jpeg, self._region, SIDE, SIDE, 1)[..., 0])
        imgprep.luma_statistics(small, self._spread)
        if self._spread[1] < _BLANK:
            raise Blank("a picture of one grey")
        imgprep.resize_area(small, SIDE, SIDE, 1, None, self._tiny, _TINY, _TINY)
        imgprep.hog(small, SIDE, SIDE, self._scratch, self._hog)
        imgprep.colour_histogram(network_input(jpeg, self._region, SIDE, SIDE, 3), 3, self._counts)
        colour = np.minimum(self._counts >> 7, 255).astype(np.uint8)  # shares of 256
        return size, Look(small.tobytes(), self._hog.tobytes(), colour.tobytes(), tiny=bytes(self._tiny))
