"""From a JPEG to a small picture and a verdict, in buffers that are made once a frame size."""

from contract import decision, preprocess
from contract.events import FRAMES, LOW_MARGIN, NO_MODEL, UNUSABLE

_WHOLE = [0, 0, preprocess.REGION_UNIT, preprocess.REGION_UNIT]
_PREVIEW_SIDE = 64


class Modules:
    """The C modules (or host_tools.native's) that a stage needs."""

    def __init__(self, frame, ujpeg):
        self.frame = frame
        self.ujpeg = ujpeg


class Looker:
    """A frame.Classifier for frames of the size that come; another is made when the size changes.

    `longest` is the largest JPEG in bytes, `network` a nn.Network or None. After `look`: `small`, the reduced picture
    (uint8, height x width x channels; `shape` is (width, height, channels)), `frame_width` and `frame_height`, `motion`, as
    frame.Classifier.run has it, and `decode_us` and `network_us`, what the last frame took in microseconds.
    """

    def __init__(self, modules, network, width, height, channels, region, longest):
        self.small = None
        self.shape = width, height, channels
        self.frame_width = self.frame_height = 0
        self.motion = modules.frame.MOTION_UNKNOWN
        self._modules = modules
        self._network = network
        self._input = width, height, channels
        self._region = self._home = region
        self._longest = longest
        self._other_size = modules.frame.OTHER_SIZE
        self._classifier = None

    def look(self, jpeg, length, logits):
        """The first `length` bytes of `jpeg`. Allocates only for a frame of a new size.

        Raises ValueError for a damaged picture, MemoryError for one that is too large.
        """
        motion = self._classifier.run(jpeg, logits, length) if self._classifier else self._other_size
        if motion == self._other_size:
            self._prepare(memoryview(jpeg)[:length])
            motion = self._classifier.run(jpeg, logits, length)
        self.motion = motion

    @property
    def decode_us(self):
        return self._classifier.decode_us if self._classifier else 0

    @property
    def network_us(self):
        return self._classifier.network_us if self._classifier else 0

    def aim(self, right, down):
        """Moves the region by so much of where it was made to be, in 1/10000 of the frame, but not out of the frame.

        Returns (right, down) as far as it went. The next look allocates.
        """
        x0, y0, x1, y1 = self._home
        right = max(-x0, min(preprocess.REGION_UNIT - x1, right))
        down = max(-y0, min(preprocess.REGION_UNIT - y1, down))
        self._region = [x0 + right, y0 + down, x1 + right, y1 + down]
        self._classifier = None
        return right, down

    def _prepare(self, jpeg):
        frame_width, frame_height = self._modules.ujpeg.info(jpeg)[:2]
        width, height, channels = self._input
        plan = preprocess.plan(frame_width, frame_height, self._region, width, height)
        self._classifier = self.small = None  # let the old one go before the new one is made
        self._classifier = self._modules.frame.Classifier(
            self._network, frame_width, frame_height, plan.denominator, plan.rectangle, channels, width, height,
            self._longest)
        self.small = self._classifier.input
        self.frame_width, self.frame_height = frame_width, frame_height


class Inference:
    """A model in use. After `look`: `verdict` and, for "unknown", `reason`; `looker` has the rest."""

    def __init__(self, model, network, digest, modules, longest):
        self.model = model
        self.sequence = model.sequence
        self.digest = digest  # SHA-256 of the file, hexadecimal
        self.verdict = decision.UNKNOWN
        self.reason = FRAMES
        self._logits = bytearray(len(model.labels))
        self.looker = Looker(modules, network, model.width, model.height, model.channels, model.region, longest)

    def look(self, jpeg, length):
        """Raises what Looker.look raises; verdict and reason then stay."""
        self.looker.look(jpeg, length, self._logits)
        self.verdict = decision.verdict(self._logits, self.model)
        if self.verdict == decision.UNKNOWN:
            label = self.model.labels[decision.winner(self._logits, len(self._logits))]
            self.reason = UNUSABLE if label == decision.UNUSABLE else LOW_MARGIN

    def is_sure(self, filter, passed_ms):
        """Shows the frame to a contract.filter.Filter; whether it is as sure of the winning label as the frame is."""
        filter.update(self._logits, passed_ms)
        return filter.is_sure(decision.winner(self._logits, len(self._logits)))

    def score(self):
        """Probability of the winning label, 0..1, four digits."""
        index = decision.winner(self._logits, len(self._logits))
        return round(decision.probability(self._logits, index, self.model), 4)

    def lead(self):
        """Of the winning label over the second, 0..255 logit steps."""
        count = len(self._logits)
        return decision.lead(self._logits, count, decision.winner(self._logits, count))

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

    def __init__(self, modules, longest):
        self.looker = Looker(modules, None, _PREVIEW_SIDE, _PREVIEW_SIDE, 1, _WHOLE, longest)

    def look(self, jpeg, length):
        self.looker.look(jpeg, length, None)

    def score(self):
        return None
