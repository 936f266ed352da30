"""The surroundings of the door: what training remembers of them, and how the camera finds them again.

A picture of the whole frame, 64 x 64 and grey, becomes edges whatever the light (imgprep.edges, the region left out, as the
door may be open or closed), and is compared with those of the training days by phase correlation (imgprep.phase_shift).
"""

from array import array

from contract.preprocess import REGION_UNIT

SIDE = 64
CELL = 16             # imgprep.phase_shift's unit: 1/16 of a pixel of the 64
MAX_REFERENCES = 4
LOWEST_PEAK = 3000    # of imgprep.phase_shift's 16384: pictures of other places stay below 2600
LEAST_SEEN = 25       # percent of the frame that must lie outside the region
_GROWN = 1            # pixels around the region that do not count either


def hidden(region, side):
    """(x, y, w, h) of side x side pixels: the region, in 1/10000 of the frame, and a little around it."""
    low = [max(0, region[i] * side // REGION_UNIT - _GROWN) for i in (0, 1)]
    high = [min(side, (region[i] * side + REGION_UNIT - 1) // REGION_UNIT + _GROWN) for i in (2, 3)]
    return low[0], low[1], high[0] - low[0], high[1] - low[1]


def is_seen(region):
    """Whether the region leaves enough of the frame to recognise it by."""
    x, y, w, h = hidden(region, SIDE)
    return 100 * w * h <= (100 - LEAST_SEEN) * SIDE * SIDE


class Surroundings:
    """Describes and compares pictures in buffers made once. `imgprep` is the C module or host_tools.native's.

    After `describe`: `edges` (64 * 64 bytes; what a model file holds of its references), `strength`, their mean in 1/256
    grey levels, and `focus`, how much finer detail there is than coarser, in 1/256: it falls with blur, not with light.
    After `compare`: `dx`, `dy`, by how much the content has moved to the right and down, in 1/16 of a pixel of the 64, and
    `peak`, 0..16384, how sure that is: below LOWEST_PEAK it says nothing.
    """

    def __init__(self, imgprep, region):
        self.edges = bytearray(SIDE * SIDE)
        self.strength = self.focus = self.dx = self.dy = self.peak = 0
        self._imgprep = imgprep
        self._hidden = hidden(region, SIDE)
        self._coarse_hidden = hidden(region, SIDE // 2)
        self._coarse = bytearray(SIDE * SIDE // 4)
        self._coarse_edges = bytearray(SIDE * SIDE // 4)
        self._scratch = bytearray(imgprep.phase_shift_scratch_size(SIDE))
        self._shift = array("h", (0, 0, 0))

    def describe(self, pixels):
        """Of a grey picture of the whole frame, uint8, 64 x 64. Allocates nothing."""
        imgprep, half = self._imgprep, SIDE // 2
        imgprep.resize_area(pixels, SIDE, SIDE, 1, None, self._coarse, half, half)
        coarse = imgprep.edges(self._coarse, half, self._coarse_hidden, self._coarse_edges)
        self.strength = imgprep.edges(pixels, SIDE, self._hidden, self.edges)
        self.focus = self.strength * 256 // (coarse + 128)

    def compare(self, reference):
        """With the edges of another picture. Allocates nothing."""
        self._imgprep.phase_shift(reference, self.edges, SIDE, self._scratch, self._shift)
        self.dx, self.dy, self.peak = self._shift[0], self._shift[1], self._shift[2]
