"""Colours of labels: told apart by people with any colour vision, and never the only sign."""

import colorsys

from annotation.index import UNUSABLE

# Okabe and Ito, "Color Universal Design" (2008), the darker ones first.
_STATES = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442")
_UNUSABLE = "#8a8a8a"
UNDECLARED = "#000000"


def label_colours(states):
    """{label: "#rrggbb"} for every state and "unusable"; beyond seven, lighter and darker variants."""
    colours = {state: _variant(_STATES[number % len(_STATES)], number // len(_STATES))
               for number, state in enumerate(states)}
    colours[UNUSABLE] = _UNUSABLE
    return colours


def _variant(colour, turn):
    if turn == 0:
        return colour
    hue, lightness, saturation = colorsys.rgb_to_hls(*[channel / 255 for channel in rgb(colour)])
    lightness = 0.25 if turn % 2 else 0.75
    channels = colorsys.hls_to_rgb(hue, lightness, saturation / (1 + turn // 3))
    return "#%02x%02x%02x" % tuple(round(channel * 255) for channel in channels)


def rgb(colour):
    """"#rrggbb" -> (r, g, b), each 0..255."""
    return tuple(int(colour[start:start + 2], 16) for start in (1, 3, 5))


def text_on(colour):
    """Black or white, whichever reads better on `colour` (luma of ITU-R BT.601)."""
    r, g, b = rgb(colour)
    return "#000000" if (299 * r + 587 * g + 114 * b) > 140000 else "#ffffff"
