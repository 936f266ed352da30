"""Drawing a walking person as a sprite."""

from functools import lru_cache

import cv2
import numpy

from host_tools.scene.seeds import generator

HEIGHT, WIDTH = 384, 192   # pixels of the sprite; the person's sole is its bottom row
PHASES = 12
_SHIFT = 4
_COATS = ((38, 42, 56), (150, 40, 36), (60, 92, 64), (196, 190, 176), (30, 30, 30), (52, 84, 140), (205, 160, 50),
          (120, 90, 70), (230, 230, 228), (92, 60, 110), (220, 110, 40), (70, 130, 140))
_SKINS = ((232, 190, 160), (200, 150, 115), (140, 95, 70), (92, 62, 48))
_HAIR = ((30, 24, 20), (90, 60, 36), (180, 150, 100), (120, 120, 120), (60, 40, 30))


def _line(canvas, points, colour, thickness):
    fixed = (numpy.array(points) * (1 << _SHIFT)).astype(numpy.int32)
    cv2.polylines(canvas, [fixed], False, colour, int(thickness), cv2.LINE_AA, _SHIFT)


def _polygon(canvas, points, colour):
    fixed = (numpy.array(points) * (1 << _SHIFT)).astype(numpy.int32)
    cv2.fillPoly(canvas, [fixed], colour, cv2.LINE_AA, _SHIFT)


def _shade(colour, factor):
    return tuple(int(min(255, c * factor)) for c in colour) + (255,)


def _look(seed):
    rng = generator("look", seed)
    coats = rng.integers(len(_COATS), size=2)
    return {"coat": _COATS[coats[0]], "trousers": _shade(_COATS[coats[1]], 0.6)[:3],
            "skin": _SKINS[rng.integers(len(_SKINS))], "hair": _HAIR[rng.integers(len(_HAIR))],
            "long": rng.random() < 0.4, "bag": rng.random() < 0.4, "hat": rng.random() < 0.25,
            "girth": rng.uniform(0.88, 1.18)}


def _leg(canvas, hip, swing, lift, colour):
    knee = (hip[0] + 34 * swing, hip[1] + 82)
    foot = (hip[0] + 62 * swing, HEIGHT - 14 - lift)
    _line(canvas, [hip, knee, foot], _shade(colour, 0.9 if swing > 0 else 0.75), 25)
    _line(canvas, [foot, (foot[0] + 14, foot[1] + 2)], (24, 22, 22, 255), 18)


def _arm(canvas, shoulder, swing, look, factor):
    elbow = (shoulder[0] - 22 * swing, shoulder[1] + 58)
    hand = (shoulder[0] - 34 * swing + 8, shoulder[1] + 108)
    _line(canvas, [shoulder, elbow, hand], _shade(look["coat"], factor), 21)
    cv2.circle(canvas, (int(hand[0]), int(hand[1]) + 4), 9, _shade(look["skin"], 1), -1, cv2.LINE_AA)


def _head(canvas, look):
    x = WIDTH // 2 + 2
    _line(canvas, [(x, 70), (x, 50)], _shade(look["skin"], 0.85), 20)
    cv2.ellipse(canvas, (x, 38), (20, 27), 0, 0, 360, _shade(look["skin"], 1), -1, cv2.LINE_AA)
    cv2.ellipse(canvas, (x - 4, 28), (21, 21), 0, 150, 395, _shade(look["hair"], 1), -1, cv2.LINE_AA)
    if look["hat"]:
        cv2.ellipse(canvas, (x, 24), (24, 17), 0, 180, 360, _shade(look["coat"], 0.7), -1, cv2.LINE_AA)


@lru_cache(maxsize=512)
def figure(seed, phase, standing, halvings=0):
    """RGBA uint8 sprite of person `seed` at `phase` (0..PHASES-1), walking to the right.

    HEIGHT x WIDTH pixels, halved `halvings` times.
    """
    if not halvings:
        return _draw(seed, phase, standing)
    bigger = figure(seed, phase, standing, halvings - 1)
    return cv2.resize(bigger, (bigger.shape[1] // 2, bigger.shape[0] // 2), interpolation=cv2.INTER_AREA)


def _draw(seed, phase, standing):
    look = _look(seed)
    swing = 0.12 if standing else float(numpy.sin(2 * numpy.pi * phase / PHASES))
    canvas = numpy.zeros((HEIGHT, WIDTH, 4), numpy.uint8)
    centre, girth = WIDTH // 2, look["girth"]
    shoulder = (centre, 92)
    _arm(canvas, (shoulder[0] + 6, shoulder[1]), -swing, look, 0.7)
    _leg(canvas, (centre + 4, 212), -swing, 10 * max(0, -swing), look["trousers"])
    _leg(canvas, (centre - 4, 212), swing, 10 * max(0, swing), look["trousers"])
    hem = 268 if look["long"] else 226
    wide = 36 * girth
    body = [(centre - wide, 90), (centre - 14, 70), (centre + 14, 70), (centre + wide, 90),
            (centre + wide * 0.92, hem), (centre - wide * 0.92, hem)]
    _polygon(canvas, body, _shade(look["coat"], 1))
    _polygon(canvas, [(centre + 6, 72), (centre + wide, 90), (centre + wide * 0.92, hem), (centre + 16, hem)],
             _shade(look["coat"], 0.82))
    if look["bag"]:
        cv2.rectangle(canvas, (int(centre - wide - 22), 100), (int(centre - wide + 14), 190),
                      _shade(_COATS[seed % len(_COATS)], 0.7), -1, cv2.LINE_AA)
    _arm(canvas, (shoulder[0] - 22, shoulder[1] + 4), swing, look, 0.9)
    _head(canvas, look)
    return canvas
