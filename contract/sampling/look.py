"""What the strategies see of a frame, and what the policy says about it."""


class _Key:
    def __getitem__(self, key):
        return key


WHOLE = _Key()[:]  # buffer[WHOLE] = data copies without making a slice object, which MicroPython has to allocate


class Look:
    """One frame, reduced. The caller may fill the same object again for every frame; buffers are copied where kept.

    small     luma of the region, uint8, always of the same size (32 x 32 is what the thresholds are made for)
    hog       imgprep.hog of it, uint8, or None
    colour    colour histogram, uint8, or None
    verdict   the frame's state, "unknown", or None without a model
    lead      0..255 logit steps by which the best label leads the second, or None
    smoothed  the smoother's state ("unknown" counts as none) or None
    tiny      `small` reduced to 8 x 8, or None: then nothing is recognised as known
    """

    __slots__ = ("small", "hog", "colour", "verdict", "lead", "smoothed", "tiny")

    def __init__(self, small, hog=None, colour=None, verdict=None, lead=None, smoothed=None, tiny=None):
        self.small = small
        self.hog = hog
        self.colour = colour
        self.verdict = verdict
        self.lead = lead
        self.smoothed = smoothed
        self.tiny = tiny


class Choice:
    """A frame to keep.

    reason      one of contract.sample.REASONS
    value       0..255: what a full spool drops first is smallest
    evaluation  True for the uniform random slice, which must never be trained on
    roll        milliseconds of frames before and after it that are wanted as well, 0 for none
    """

    __slots__ = ("reason", "value", "evaluation", "roll")

    def __init__(self, reason, value, evaluation=False, roll=0):
        self.reason = reason
        self.value = value
        self.evaluation = evaluation
        self.roll = roll
