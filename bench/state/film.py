"""Which moments of a procedural day are played, and what is done to the view."""

import random
from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np

from host_tools.scene.sensor import shifted

DAY_MS = 86_400_000
STEP_MS = 500
_BEFORE_MS, _AFTER_MS = 15_000, 15_000
_SHORTENED_MS = 60_000  # longer openings and blocked views are played at both ends only
_HOURS = 24


@dataclass(frozen=True)
class Trouble:
    """Something that befalls the camera. `change(pixels, rng)` -> pixels, None: the picture freezes. `px`: how far it moves
    the picture, of a width of 640; `followed`: whether that may be made up for instead of reported."""

    name: str
    change: object
    followed: bool = False
    patience_s: float = 5.0


def _move(right, down, pixels, rng):
    scale = pixels.shape[1] / 640
    return shifted(pixels, right * scale, down * scale)


def _level(gain, offset, pixels, rng):
    noise = rng.normal(0, 2, pixels.shape)
    return np.clip(pixels * gain + offset + noise, 0, 255).astype(np.uint8)


def _blur(pixels, rng):
    return cv2.GaussianBlur(pixels, (0, 0), 7 * pixels.shape[1] / 640)


TROUBLES = (
    Trouble("nudged 12 px right", partial(_move, 12, 0), followed=True),
    Trouble("nudged 12 px down", partial(_move, 0, 12), followed=True),
    Trouble("nudged 12 px up left", partial(_move, -9, -8), followed=True),
    Trouble("moved 90 px", partial(_move, 90, 30)),
    Trouble("turned away", partial(_move, 320, 80)),
    Trouble("covered, dark", partial(_level, 0.02, 3)),
    Trouble("covered, flat", partial(_level, 0.0, 110)),
    Trouble("blinded", partial(_level, 0.03, 245)),
    Trouble("frozen", None),
    Trouble("defocused", _blur, patience_s=12.0),
)


def spans(scene, day, rng):
    """[(start_ms, end_ms)] of a day: around openings and blocked views, and a minute of every hour; they do not overlap."""
    start = day * DAY_MS
    found = [(at, at + 60_000) for at in (start + hour * DAY_MS // _HOURS + rng.randrange(3_500_000) for hour in range(_HOURS))]
    for low, high in scene.openings(start, start + DAY_MS) + scene.blocked_periods(start, start + DAY_MS):
        if high - low < _SHORTENED_MS:
            found.append((low - _BEFORE_MS, high + _AFTER_MS))
        else:
            found += [(low - _BEFORE_MS, low + _AFTER_MS), (high - _BEFORE_MS, high + _AFTER_MS)]
    return _merged(found)


def _merged(found):
    merged = []
    for low, high in sorted(found):
        if merged and low <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(high, merged[-1][1])
        else:
            merged.append((low, high))
    return merged


def clear_times(scene, day, rng, count, needed_ms):
    """Starts of `count` stretches of `needed_ms` in which the door stays as it is and nothing stands in front of it."""
    start = day * DAY_MS
    busy = scene.openings(start, start + DAY_MS) + scene.blocked_periods(start, start + DAY_MS)
    edges = [edge for span in busy for edge in span]
    found = []
    while len(found) < count:
        at = start + rng.randrange(DAY_MS - needed_ms)
        inside = any(at - 5_000 <= edge <= at + needed_ms + 5_000 for edge in edges)
        if not inside and not scene.truth(at).blocked and not scene.truth(at + needed_ms).blocked:
            found.append(at)
    return found


def generator(*words):
    return random.Random("/".join(str(word) for word in words))
