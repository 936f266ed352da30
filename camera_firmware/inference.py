"""From a JPEG to a small picture and a verdict, in buffers that are made once a frame size."""

from contract import decision, preprocess
from contract.events import FRAMES, LOW_MARGIN, NO_MODEL, UNUSABLE

_WHOLE = [0, 0, preprocess.REGION_UNIT, preprocess.REGION_UNIT]
_PREVIEW_SIDE = 64


class Reducer:
    """Decodes `region` at the right scale and shrinks it to `small` (height x width x channels, uint8)."""

    def __init__(self, width, height, channels, region, ujpeg, imgprep):
        self._width, self._height, self._channels, self._region = width, height, channels, region
        self.small = bytearray(width * height * channels)
        self._ujpeg = ujpeg
        self._imgprep = imgprep
        self._size = None
        self._plan = None
        self._pixels = bytearray(0)

    def reduce(self, jpeg, width, height):
        """Raises ValueError for a damaged picture, MemoryError for one that is too large."""
        if self._size != (width, height):
            self._prepare(width, height)
        plan, rgb = self._plan, self._channels == 3
        w, h = self._ujpeg.decode(jpeg, self._pixels, plan.denominator, plan.rectangle, rgb)
        self._imgprep.resize_area(self._pixels, w, h, self._channels, None, self.small, self._width, self._height)

    def _prepare(self, width, height):
        self._size = None
        plan = preprocess.plan(width, height, self._region, self._width, self._height)
        needed = plan.rectangle[2] * plan.rectangle[3] * self._channels
        if needed > len(self._pixels):
            self._pixels = bytearray(0)  # let the old one go before the new one is made
            self._pixels = bytearray(needed)
        self._plan, self._size = plan, (width, height)


class Inference:
    """A model in use. After `look`: `verdict` and, for "unknown", `reason`."""

    def __init__(self, model, network, digest, ujpeg, imgprep):
        self.model = model
        self.sequence = model.sequence
        self.digest = digest  # SHA-256 of the file, hexadecimal
        self.verdict = decision.UNKNOWN
        self.reason = FRAMES
        self._network = network
        self._logits = bytearray(len(model.labels))
        self._reducer = Reducer(model.width, model.height, model.channels, model.region, ujpeg, imgprep)

    def look(self, jpeg, width, height):
        """Returns the small picture. Raises what Reducer.reduce raises."""
        small = self._reducer.small
        self._reducer.reduce(jpeg, width, height)
        self._network.run(small, self._logits)
        self.verdict = decision.verdict(self._logits, self.model)
        if self.verdict == decision.UNKNOWN:
            index, lead = decision.best(self._logits, len(self._logits))
            self.reason = UNUSABLE if self.model.labels[index] == decision.UNUSABLE else LOW_MARGIN
        return small

    def score(self):
        """Probability of the winning label, 0..1, four digits."""
        index, _ = decision.best(self._logits, len(self._logits))
        return round(decision.probability(self._logits, index, self.model), 4)

    @property
    def logits(self):
        """Of the last frame: int8 values."""
        return [value - 256 if value > 127 else value for value in self._logits]


class Preview:
    """In place of a model: a small grey picture of the whole frame, for the sampler."""

    model = None
    sequence = None
    digest = None
    verdict = decision.UNKNOWN
    reason = NO_MODEL

    def __init__(self, ujpeg, imgprep):
        self._reducer = Reducer(_PREVIEW_SIDE, _PREVIEW_SIDE, 1, _WHOLE, ujpeg, imgprep)

    def look(self, jpeg, width, height):
        self._reducer.reduce(jpeg, width, height)
        return self._reducer.small

    def score(self):
        return None
