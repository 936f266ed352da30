"""The policy's numbers, with defaults and ranges."""

from contract.errors import DoorlensError

# name -> (default, lowest, highest)
_RANGES = {
    "day_frames": (100, 10, 20000),  # in any 24 hours
    "day_bytes": (33554432, 65536, 1 << 40),  # in any 24 hours
    "hour_frames": (20, 4, 3600),  # in any 60 minutes
    "hour_percent": (20, 1, 100),  # of day_frames: the most that ordinary frames may take in one hour of the day
    "hour_reserve_percent": (40, 0, 90),  # of hour_frames: left for transitions
    "even_percent": (12, 0, 100),  # the five shares of day_frames; what is left of 100 is for novel frames
    "rare_percent": (66, 0, 100),
    "telling_percent": (3, 0, 100),
    "random_percent": (5, 0, 100),
    "roll_percent": (2, 0, 100),
    "period_ms": (3300000, 1000, 86400000),  # no hour of the day without a frame
    "change": (1024, 0, 65280),  # 1/256 grey levels against the frame before
    "background": (2048, 0, 65280),  # 1/256 grey levels against the background
    "adapt_ms": (60000, 0, 86400000),  # what stands still that long becomes background
    "shape": (3072, 0, 65280),  # 1/256 steps of the histogram of gradients
    "colour": (256, 0, 65280),  # 1/256 steps of the colour histogram
    "shape_centres": (24, 2, 48),
    "colour_centres": (20, 2, 48),
    "alike": (704, 0, 65280),  # 1/256 grey levels at 8 x 8: below it two pictures show the same
    "repeat_ms": (1200000, 0, 86400000),  # an event that looks like one kept less than that ago is the same
    "short_ms": (5000, 0, 3600000),  # a state held for less is implausible
    "margin": (24, 0, 255),  # logit steps
    "gap_ms": (20000, 0, 3600000),  # two stretches unlike the background, less than that apart, are one
    "growth_ms": (2000, 1000, 86400000),  # until such a stretch that has grown is wanted again; doubles each time
    "episode_ms": (1800000, 0, 86400000),  # between frames of the rare state that only the model sees
    "again_ms": (20000, 1000, 86400000),  # until the rare state, still held, is wanted again; doubles each time
    "telling_ms": (60000, 0, 86400000),  # between two frames of low margin
    "interval_ms": (2000, 0, 3600000),  # between two novel frames
    "roll_ms": (4000, 0, 60000),  # before and after a transition
}
DEFAULTS = {name: entry[0] for name, entry in _RANGES.items()}
SHARES = ("even_percent", "telling_percent", "rare_percent", "random_percent", "roll_percent")


class SamplingError(DoorlensError):
    """One sentence that names the setting."""


def complete(given):
    """`given` (whole numbers) with every default filled in. Raises SamplingError for what is unknown or too large."""
    settings = dict(DEFAULTS)
    for name, value in given.items():
        if name not in _RANGES:
            raise SamplingError("sampling has no setting " + repr(name))
        _, lowest, highest = _RANGES[name]
        if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
            raise SamplingError("sampling %s must be a whole number from %d to %d" % (name, lowest, highest))
        settings[name] = value
    if sum(settings[name] for name in SHARES) > 100:
        raise SamplingError("sampling shares (%s) make more than 100 percent together" % ", ".join(SHARES))
    return settings
