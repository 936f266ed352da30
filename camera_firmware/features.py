"""What the sampling policy compares: a small grey picture, its gradients and its colours, in buffers made once."""

from array import array

from camera_firmware.portable import const
from contract.sampling import Look
from contract.sampling.look import WHOLE

_SIDE = const(32)
_BINS = const(64)
_SAME = const(256)  # 1/256 grey levels: as much as noise leaves of a picture that is the same


class Features:
    """Fills one Look again and again. `imgprep` is the C module or host_tools.native's.

    Gradients and colours are those of the last frame that differed; colours, which cost as much, are looked at in every
    other of such frames at most.
    """

    def __init__(self, imgprep):
        self.look = Look(bytearray(_SIDE * _SIDE), bytearray(imgprep.hog_size(_SIDE, _SIDE)), bytearray(_BINS))
        self._imgprep = imgprep
        self._scratch = bytearray(imgprep.hog_scratch_size(_SIDE, _SIDE))
        self._bins = array("H", [0] * _BINS)
        self._described = bytearray(_SIDE * _SIDE)  # look.small of the gradients
        self._begun = False
        self._stale = False  # the colours are of an earlier frame than the gradients

    def fill(self, stage, state):
        """From an inference.Inference or Preview that has looked, and the published state; returns the Look.

        Of a coloured input the grey is the mean of red, green and blue: averaged as one wide grey picture.
        """
        look, looker = self.look, stage.looker
        width, height, channels = looker.shape
        self._imgprep.resize_area(looker.small, width * channels, height, 1, None, look.small, _SIDE, _SIDE)
        stale = self._stale
        if not self._begun or self._imgprep.mean_abs_diff(look.small, self._described) > _SAME:
            self._describe()
        if stale or not self._begun:
            self._colours(looker.small, channels)
        self._begun = True
        known = stage.model is not None
        look.verdict = stage.verdict if known else None
        look.lead = stage.lead() if known else None
        look.smoothed = state if known else None
        return look

    def _describe(self):
        look = self.look
        self._imgprep.hog(look.small, _SIDE, _SIDE, self._scratch, look.hog)
        self._described[WHOLE] = look.small
        self._stale = True

    def _colours(self, pixels, channels):
        """A share of 1 is 32768 in the histogram and 255 in the Look."""
        bins, out = self._bins, self.look.colour
        self._imgprep.colour_histogram(pixels, channels, bins)
        for i in range(_BINS):
            share = bins[i] >> 7
            out[i] = 255 if share > 255 else share
        self._stale = False
