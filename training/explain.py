"""Which part of a picture made the camera say what it said? Occlusion through the camera's own kernels.

A grey square is moved over the network's input, and what each place costs the answer is drawn as a heat map:
Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks", arXiv 1311.2901, section 4.2.
"""

import base64
from dataclasses import dataclass

import matplotlib
import numpy as np

from contract.decision import best
from contract.preprocess import REGION_UNIT
from host_tools.native import imgprep, ujpeg
from training.pixels import network_input

_SQUARES = 5         # squares side by side over the picture
_STEPS = 3           # places a square's width
_FRAME_WIDTH = 320   # of the picture shown, pixels
_CROP_WIDTH = 200    # of the explained region, pixels
_OPACITY = 0.65      # of the hottest place
_QUALITY = 80


@dataclass
class Explained:
    """The frame with the region outlined, and the region with its heat map, as data: URLs ("" if undecodable)."""

    frame: str
    heat: str


def occlusion(network, picture, labels):
    """float [height, width] in logit steps: how much hiding each pixel lowers the best label's lead.

    network: built from a model file; picture: uint8 [height, width, channels]; labels: number of logits. Every
    pixel's value is the mean over the squares that cover it; negative where hiding made the camera surer.
    """
    logits = np.empty(labels, np.int8)
    height, width = picture.shape[:2]
    plain, index = _lead(network, picture, logits, None)
    total, covered = np.zeros((height, width)), np.zeros((height, width))
    grey = np.round(picture.mean((0, 1))).astype(np.uint8)
    for top, bottom in _spans(height):
        for left, right in _spans(width):
            hidden = picture.copy()
            hidden[top:bottom, left:right] = grey
            total[top:bottom, left:right] += plain - _lead(network, hidden, logits, index)[0]
            covered[top:bottom, left:right] += 1
    return total / covered


def _spans(length):
    """[(first, end)] of a square's places along a side, the sides' ends included."""
    square = max(1, -(-length // _SQUARES))
    places = (_SQUARES - 1) * _STEPS + 1
    starts = {round(i * (length - square) / (places - 1)) for i in range(places)}
    return [(start, start + square) for start in sorted(starts)]


def _lead(network, picture, logits, index):
    """(lead of label `index` over the best other, index); the best label's if `index` is None."""
    network.run(picture, logits)
    if index is None:
        index = best(logits.tobytes(), len(logits))[0]
    others = np.delete(logits.astype(int), index)
    return int(logits[index]) - int(others.max(initial=-128)), index


def explain(path, parsed, network):
    """Explained of a JPEG file for a model file's (Model, Network)."""
    try:
        jpeg = path.read_bytes()
        picture = network_input(jpeg, parsed.region, parsed.width, parsed.height, parsed.channels)
        frame = _shrunk(jpeg, _FRAME_WIDTH)
    except (OSError, ValueError):
        return Explained("", "")
    heat = occlusion(network, picture, len(parsed.labels))
    x0, y0, x1, y1 = parsed.region
    shape = (y1 - y0) * frame.shape[0] / ((x1 - x0) * frame.shape[1])
    crop = network_input(jpeg, parsed.region, _CROP_WIDTH, max(1, round(_CROP_WIDTH * shape)), 3)
    return Explained(_url(_outlined(frame, parsed.region)), _url(warmed(crop, heat)))


def warmed(crop, heat):
    """uint8 RGB [h, w, 3] with `heat` [any, any] over it: nothing at 0 and below, red where it is greatest."""
    height, width = crop.shape[:2]
    top = heat.max()
    share = np.clip(heat / top if top > 0 else np.zeros_like(heat), 0, 1)
    share = _stretch(_stretch(share, height).T, width).T[..., None]
    colours = matplotlib.colormaps["YlOrRd"](0.25 + 0.5 * share[..., 0])[..., :3] * 255
    grey = crop.mean(2, keepdims=True)  # so that red is the map's, not the picture's
    return np.ascontiguousarray((grey + (colours - grey) * share * _OPACITY).round().astype(np.uint8))


def _stretch(values, length):
    """Rows [n, m] -> [length, m], linearly between the rows' middles."""
    place = (np.arange(length) + 0.5) * len(values) / length - 0.5
    low = np.clip(np.floor(place).astype(int), 0, len(values) - 1)
    high = np.clip(low + 1, 0, len(values) - 1)
    part = np.clip(place - low, 0, 1)[:, None]
    return values[low] * (1 - part) + values[high] * part


def thumbnail(path):
    """A small JPEG of the picture as a data: URL, "" if it cannot be read."""
    try:
        return _url(_shrunk(path.read_bytes(), _FRAME_WIDTH))
    except (OSError, ValueError):
        return ""


def _shrunk(jpeg, most):
    """RGB [h, w, 3], at most `most` pixels wide. ValueError on a bad picture."""
    width, height = ujpeg.info(jpeg)[:2]
    full = np.empty((height, width, 3), np.uint8)
    ujpeg.decode(jpeg, full, rgb=True)
    small_width = min(width, most)
    small = np.empty((max(1, height * small_width // width), small_width, 3), np.uint8)
    imgprep.resize_area(full, width, height, 3, None, small, small_width, small.shape[0])
    return small


def _outlined(frame, region):
    """The frame, dimmed outside the region."""
    height, width = frame.shape[:2]
    x0, x1 = (round(value * width / REGION_UNIT) for value in (region[0], region[2]))
    y0, y1 = (round(value * height / REGION_UNIT) for value in (region[1], region[3]))
    shown = frame // 2 + 64
    shown[y0:y1, x0:x1] = frame[y0:y1, x0:x1]
    return np.ascontiguousarray(shown)


def _url(pixels):
    height, width = pixels.shape[:2]
    out = bytearray(pixels.size + 4096)
    length = ujpeg.encode(pixels, width, height, 3, out, _QUALITY)
    return "data:image/jpeg;base64," + base64.b64encode(out[:length]).decode()
