"""From JPEG files to arrays, by the camera's own decoder and resampler."""

from dataclasses import dataclass

import numpy as np

from contract.preprocess import REGION_UNIT, plan
from host_tools.native import imgprep, ujpeg


@dataclass
class Pictures:
    """uint8 arrays, one row a frame.

    exact: [n, height, width, channels], what the camera feeds its network;
    wide: [n, side, side, 3], RGB, the region with a margin all round, for augmentation and the teacher;
    unreadable: indices of the frames that could not be decoded (their rows are black).
    """

    exact: np.ndarray
    wide: np.ndarray
    unreadable: list


def network_input(jpeg, region, width, height, channels):
    """The camera's input for one JPEG (bytes): uint8 [height, width, channels]. ValueError on a bad picture."""
    frame_width, frame_height = ujpeg.info(jpeg)[:2]
    step = plan(frame_width, frame_height, region, width, height)
    x, y, w, h = step.rectangle
    decoded = np.empty((h, w, channels), np.uint8)
    ujpeg.decode(jpeg, decoded, step.denominator, step.rectangle, channels == 3)
    out = np.empty((height, width, channels), np.uint8)
    imgprep.resize_area(decoded, w, h, channels, None, out, width, height)
    return out


def wide_crop(jpeg, region, side, margin):
    """RGB [side, side, 3]: the region and `margin` (share of its width and height) on every side.

    Where the margin leaves the frame, the frame's edge is repeated.
    """
    spans = [_inside(region[i], region[i + 2], side, margin) for i in (0, 1)]
    (x0, x1, left, columns), (y0, y1, top, rows) = spans
    inner = network_input(jpeg, [x0, y0, x1, y1], columns, rows, 3)
    return np.pad(inner, ((top, side - top - rows), (left, side - left - columns), (0, 0)), mode="edge")


def _inside(low, high, side, margin):
    """The part of the padded span inside the frame: (low, high) in 1/10000, (first, count) in pixels of `side`."""
    padded_low = low - (high - low) * margin
    padded = (high - low) * (1 + 2 * margin)
    first, last = max(0, round(padded_low)), min(REGION_UNIT, round(padded_low + padded))
    pixel, end = round((first - padded_low) / padded * side), round((last - padded_low) / padded * side)
    return first, last, pixel, max(1, end - pixel)


def wide_side(config):
    """Side of the wide crop in pixels: the region in it is as fine as the teacher and the student need."""
    inner = max(config.teacher.side, round(1.5 * max(config.student.width, config.student.height)))
    return round(inner * (1 + 2 * config.data.margin))


def load(paths, region, config, progress):
    """Decode every file once. Missing files are the caller's business (dataset.check_files)."""
    student, side = config.student, wide_side(config)
    exact = np.zeros((len(paths), student.height, student.width, student.channels), np.uint8)
    wide = np.zeros((len(paths), side, side, 3), np.uint8)
    unreadable = []
    progress.stage("reading pictures", len(paths))
    for i, path in enumerate(paths):
        try:
            jpeg = path.read_bytes()
            exact[i] = network_input(jpeg, region, student.width, student.height, student.channels)
            wide[i] = wide_crop(jpeg, region, side, config.data.margin)
        except (ValueError, OSError):
            unreadable.append(i)
        progress.advance()
    return Pictures(exact, wide, unreadable)
