"""One frame in one call: JPEG to logits. Every error is ValueError("<frame, ujpeg, imgprep or nn>: <sentence>")."""

import ctypes

from .library import Buffer, integer, library, region_argument
from .nn import Network

_AREA = "frame"
_OTHER_SIZE_STATUS = 11  # FRAME_OTHER_SIZE

MOTION_UNKNOWN = -1
OTHER_SIZE = -2


def buffer(size, /):
    """A bytearray of `size` zeros, 1 byte to 16 MiB. On the camera it lies outside the collector's heap, for ever."""
    if not 1 <= integer(_AREA, size) <= 16 << 20:
        raise ValueError("frame: a buffer has 1 byte to 16 MiB")
    return bytearray(size)


class _NetworkView(ctypes.Structure):
    _fields_ = [("net", ctypes.c_void_p), ("arena", ctypes.c_void_p), ("arena_size", ctypes.c_size_t)]


class Classifier:
    """For JPEGs of width x height pixels and at most max_jpeg bytes, frames of one camera one after the other.

    Decodes `region` (x, y, w, h in pixels of the picture at scale 1/denominator, None: all) to luma (channels 1) or
    RGB (3), averages it to input_w x input_h and runs `network`, a finished nn.Network, or None for no logits. All
    memory is taken here. `input` is the picture of the last frame, uint8 HWC. On the camera decode_us and network_us are
    the microseconds that its two halves took; here they are 0.
    """

    decode_us = network_us = 0

    def __init__(
        self, network, width, height, denominator, region, channels, input_w, input_h, max_jpeg, /
    ):
        if not (network is None or isinstance(network, Network)):
            raise TypeError("nn.Network expected")
        self._network = network  # kept: the view points into it
        self._view = _NetworkView(*(network.address() if network else (None, None, 0)))
        self._plan = ctypes.create_string_buffer(library().frame_plan_size())
        part = region_argument(_AREA, region)
        width, height, longest = (max(0, integer(_AREA, value)) for value in (width, height, max_jpeg))
        numbers = [integer(_AREA, value) for value in (channels, input_w, input_h)]
        _check(
            library().frame_plan_init(
                self._plan, width, height, integer(_AREA, denominator), part, *numbers, longest
            )
        )
        if network:
            _check(library().frame_fits(self._plan, self._view.net))
        self.input = bytearray(library().frame_input_size(self._plan))
        self._input = Buffer(self.input, writable=True)
        self._scratch = ctypes.create_string_buffer(library().frame_scratch_size(self._plan))
        _check(library().frame_start(self._plan, self._scratch, len(self._scratch)))

    def run(self, jpeg, logits, length=None, /):
        """The first `length` bytes of `jpeg` (all of them without it): writes int8 `logits`, returns the motion.

        Motion is the mean absolute difference to the frame before in 1/256 grey levels, or MOTION_UNKNOWN. Returns
        OTHER_SIZE, with nothing decoded, for a JPEG that is not width x height.
        """
        data = Buffer(jpeg)
        size = data.size if length is None else length
        if not 0 <= size <= data.size:
            raise ValueError("frame: length is not within the buffer")
        result = Buffer(logits, writable=True) if self._network else Buffer(b"")
        motion = ctypes.c_int32()
        status = library().frame_run(
            self._plan, ctypes.byref(self._view), data.address, size, self._input.address, self._input.size,
            result.address, result.size, self._scratch, len(self._scratch), ctypes.byref(motion),
        )  # fmt: skip
        if status == _OTHER_SIZE_STATUS:
            return OTHER_SIZE
        _check(status)
        return motion.value


def _check(status):
    if status:
        area, sentence = library().frame_area(status).decode(), library().frame_sentence(status).decode()
        raise ValueError(f"{area}: {sentence}")
