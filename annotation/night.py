"""Brightness stretch: what a night picture holds, made visible. For the eye only; no label depends on it."""

from PIL import Image

_CLIPPED = 0.005       # share of the pixels that may become black, and white
_TARGET = 0.38         # the mean brightness that gamma brings a dark picture to
_STRONGEST_GAMMA = 0.35
_LEAST_SPAN = 12       # grey levels: an even picture is not torn apart into its noise
_SAMPLE = (160, 90)


def stretched(image, box=None):
    """`image` (RGB) with its luma from the darkest 0.5 % to the brightest of `box` on 0..255, and the dark lifted.

    box: (left, top, right, bottom), what is to be seen well, as a lamp beside the door need not be; None = all.
    """
    return image.point(table(image, box) * 3)


def table(image, box=None):
    """256 values 0..255, rising."""
    whole = _histogram(image)
    part = _histogram(image.crop(box)) if box else whole
    low, high = _percentile(whole, _CLIPPED), _percentile(part, 1 - _CLIPPED)
    if high - low < _LEAST_SPAN:
        low, high = max(0, high - _LEAST_SPAN), max(high, _LEAST_SPAN)
    linear = [min(max((value - low) / (high - low), 0.0), 1.0) for value in range(256)]
    gamma = _gamma(part, linear)
    return [round(255 * value ** gamma) for value in linear]


def _histogram(image):
    return image.resize(_SAMPLE, Image.Resampling.BOX, reducing_gap=2.0).convert("L").histogram()


def _gamma(histogram, linear):
    """1 for a bright picture; less, which lifts what is dark, in steps until the mean is bright enough."""
    pixels, gamma = sum(histogram), 1.0
    while gamma > _STRONGEST_GAMMA:
        mean = sum(count * value ** gamma for count, value in zip(histogram, linear)) / pixels
        if mean >= _TARGET:
            break
        gamma -= 0.05
    return gamma


def _percentile(histogram, share):
    left = share * sum(histogram)
    for value, count in enumerate(histogram):
        left -= count
        if left <= 0:
            return value
    return 255
