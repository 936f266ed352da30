"""All light of an installation at one instant, and the camera's exposure, which follows it with a lag."""

import math
from dataclasses import dataclass

import numpy

from host_tools.scene.sky import sky, sun_slopes

INFRARED_BELOW = 0.010
_TARGET = 0.20                 # linear mean the exposure aims at
_GAINS = (0.10, 45.0)
_INFRARED_GAINS = (0.5, 60.0)
# Exposure answers to the light of these delays (ms), with these weights.
_LAG = ((150, 0.30), (700, 0.27), (1600, 0.21), (3200, 0.14), (6000, 0.08))
_LUMA = numpy.array([0.3, 0.59, 0.11])


@dataclass(frozen=True)
class Light:
    """Colours are linear RGB: `front` (4, 3) for sky, lamp, sun, infrared; `behind` (2, 3) for day and lamp."""

    sky: object
    slopes: tuple
    front: numpy.ndarray
    behind: numpy.ndarray
    infrared: bool


class Lighting:
    """`now(time_ms)` -> Light."""

    def __init__(self, place, seed, lamps):
        self._place, self._key, self._lamps = place, (place.name, seed), lamps
        self._lamp = numpy.array(place.lamp_colour)
        self._infrared = {}
        self._behind_lamp = numpy.array(place.behind_lamp_colour)

    def is_infrared(self, time_ms):
        """Whether the camera has swung its infrared filter out; looked at every 20 seconds."""
        checked = time_ms - time_ms % 20_000
        if checked not in self._infrared:
            if len(self._infrared) > 10_000:
                self._infrared.clear()
            self._infrared[checked] = self._looks_dark(checked)
        return self._infrared[checked]

    def _looks_dark(self, checked):
        daylight = float(_LUMA @ sky(checked, *self._key).diffuse) * self._place.skylight
        lamp = float(_LUMA @ self._lamp) * self._lamps.level("front", checked)
        return daylight + 0.6 * lamp < INFRARED_BELOW

    def now(self, time_ms):
        place, sky_now = self._place, sky(time_ms, *self._key)
        slopes = sun_slopes(sky_now, place.facade)
        infrared = self.is_infrared(time_ms)
        front = numpy.zeros((4, 3))
        front[0] = sky_now.diffuse * place.skylight
        front[1] = self._lamp * self._lamps.level("front", time_ms)
        front[2] = sky_now.direct * place.sunlight
        front[3] = 0.02 if infrared else 0.0
        behind = numpy.zeros((2, 3))
        behind[0] = sky_now.diffuse * place.behind_day
        if place.behind_day > 0.5:
            behind[0] += sky_now.direct * 0.35 * max(0.0, math.sin(sky_now.elevation))
        if infrared:
            behind[0] += 0.009
        dark = place.name != "yard"
        lamp = self._lamps.level("behind", time_ms) if dark else float(sky_now.elevation < -0.05)
        behind[1] = self._behind_lamp * lamp + 0.0004
        return Light(sky_now, slopes, front, behind, infrared)


class Exposure:
    """Automatic gain and white balance from a rough metering of the scene, without rendering it."""

    def __init__(self, place, lighting, layers, illumination, doorway):
        self._lighting, self._place = lighting, place
        small = layers.albedo.mean((0, 1))
        self._front = illumination.means[:, None] * small[None, :]
        self._front[2] = small * (0.30 if place.outdoors else 0.04)
        self._behind = doorway.albedo.mean((0, 1)) * 0.8
        share = doorway.opening.sum() / (layers.size[0] * layers.size[1])
        self._share = float(share)

    def _metered(self, time_ms, opening, covered):
        """(mean luminance, infrared) of the scene at `time_ms`."""
        light = self._lighting.now(time_ms)
        fronts = light.front * self._front
        if not light.slopes[2] > 0.02:
            fronts[2] *= 0.4
        front = float(_LUMA @ fronts.sum(0))
        behind = float(_LUMA @ (light.behind.sum(0) * self._behind))
        part = self._share * opening(time_ms)
        total = front * (1 - part) + behind * part * 1.8
        hidden = min(0.8, 2.2 * self._share * covered(time_ms))
        total *= 1 - hidden * (-0.6 if light.infrared else 0.3)
        return max(total, 1e-6), light.infrared

    def gain(self, time_ms, opening, covered):
        """Gain now; `opening` and `covered` are functions of time in 0..1."""
        infrared = self._lighting.is_infrared(time_ms)
        low, high = _INFRARED_GAINS if infrared else _GAINS
        total = 0.0
        for delay, weight in _LAG:
            level, _ = self._metered(time_ms - delay, opening, covered)
            total += weight * math.log(min(high, max(low, _TARGET / level)))
        return math.exp(total)

    def balance(self, light):
        """White balance (3,) that takes out about two thirds of the colour of the light."""
        mixed = (light.front * self._front).sum(0) + 1e-6
        gains = (float(_LUMA @ mixed) / mixed * (self._neutral() / float(_LUMA @ self._neutral()))) ** 0.65
        return numpy.clip(gains, 0.6, 1.9)

    def _neutral(self):
        return self._front[0]
