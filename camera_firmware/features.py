"""What the sampling policy compares: a small grey picture, its gradients and its colours, in buffers made once."""

from camera_firmware.portable import const
from contract.sampling import Look
from contract.sampling.look import WHOLE

_SIDE = const(32)
_BINS = const(64)
_TINY = const(8)
_IN_A_ROW = const(4)
_SAME = const(256)  # 1/256 grey levels: as much as noise leaves of a picture that is the same


class Features:
    """Fills one Look again and again. `imgprep` is the C module or host_tools.native's.

    Gradients and colours are those of the last frame that differed. A frame pays for one of them: gradients where it
    differs, colours in the next that does not, or in place of gradients where _IN_A_ROW frames have differed since.
    """

    def __init__(self, imgprep):
        self.look = Look(bytearray(_SIDE * _SIDE), bytearray(imgprep.hog_size(_SIDE, _SIDE)), bytearray(_BINS),
                         tiny=bytearray(_TINY * _TINY))
        self._imgprep = imgprep
        self._scratch = bytearray(imgprep.hog_scratch_size(_SIDE, _SIDE))
        self._described = bytearray(_SIDE * _SIDE)  # look.small of the gradients
        self._begun = False
        self._stale = 0  # frames that differed since the colours were looked at

    def fill(self, stage, state):
        """From an inference.Inference or Preview that has looked, and the published state; returns the Look.

        Of a coloured input the grey is the mean of red, green and blue: averaged as one wide grey picture.
        """
        look, looker = self.look, stage.looker
        width, height, channels = looker.shape
        self._imgprep.resize_area(looker.small, width * channels, height, 1, None, look.small, _SIDE, _SIDE)
        self._imgprep.resize_area(look.small, _SIDE, _SIDE, 1, None, look.tiny, _TINY, _TINY)
        if not self._begun:
            self._begun = True
            self._describe()
            self._colours(looker.small, channels)
        elif self._stale < _IN_A_ROW and self._imgprep.mean_abs_diff(look.small, self._described) > _SAME:
            self._describe()
        elif self._stale:
            self._colours(looker.small, channels)
        known = stage.model is not None
        look.verdict = stage.verdict if known else None
        look.lead = stage.lead() if known else None
        look.smoothed = state if known else None
        return look

    def _describe(self):
        look = self.look
        self._imgprep.hog(look.small, _SIDE, _SIDE, self._scratch, look.hog)
        self._described[WHOLE] = look.small
        self._stale += 1

    def _colours(self, pixels, channels):
        """Of a grey input its grey levels, reduced: they cost less."""
        look = self.look
        self._imgprep.colour_shares(look.small if channels == 1 else pixels, channels, look.colour)
        self._stale = 0
