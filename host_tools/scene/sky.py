"""Sun, daylight and weather as functions of absolute time. Latitude of London, longitude 0."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy

from host_tools.scene.seeds import unit, wave

LATITUDE = math.radians(51.5)
DAY_MS = 86_400_000
# Sun's elevation in degrees against log10 of the light from the sky, 0 = midday.
_ELEVATION = (-18, -12, -6, -3, 0, 5, 15, 30, 62)
_SKYLIGHT = (-3.6, -3.4, -2.3, -1.65, -1.1, -0.62, -0.25, -0.05, 0.06)


@dataclass(frozen=True)
class Sky:
    """Daylight at one instant; colours are linear RGB triples, 1 = sky at midday."""

    elevation: float
    azimuth: float
    cloud: float
    wet: float
    diffuse: numpy.ndarray
    direct: numpy.ndarray


def sun_position(time_ms):
    """(elevation, azimuth clockwise from north) in radians."""
    days = time_ms / DAY_MS
    season = 2 * math.pi * ((days + 10.5) % 365.2425) / 365.2425
    declination = math.radians(-23.44) * math.cos(season)
    hour = 2 * math.pi * ((days % 1.0) - 0.5)
    sine = (math.sin(LATITUDE) * math.sin(declination)
            + math.cos(LATITUDE) * math.cos(declination) * math.cos(hour))
    elevation = math.asin(max(-1.0, min(1.0, sine)))
    azimuth = math.pi + math.atan2(
        math.sin(hour), math.cos(hour) * math.sin(LATITUDE) - math.tan(declination) * math.cos(LATITUDE))
    return elevation, azimuth


def cloudiness(time_ms, *key):
    """0 = clear, 1 = overcast: a slow part for the day, a faster one for passing clouds."""
    slow = wave(time_ms / DAY_MS * 1.3, *key, "front")
    fast = wave(time_ms / 420_000, *key, "cloud")
    finer = wave(time_ms / 97_000, *key, "wisp")
    broken = 1 - abs(2 * slow - 1)
    level = 1.5 * slow - 0.25 + broken * (0.7 * fast + 0.35 * finer - 0.52)
    return max(0.0, min(1.0, level))


def wetness(time_ms, *key):
    """0 = dry, 1 = wet ground; follows showers that come only from heavy cloud."""
    shower = wave(time_ms / 5_400_000, *key, "shower")
    slow = wave(time_ms / DAY_MS * 1.3, *key, "front")
    return max(0.0, min(1.0, 3.0 * (shower + 0.55 * slow - 0.85)))


def _mix(first, second, part):
    return tuple(a + (b - a) * part for a, b in zip(first, second))


@lru_cache(maxsize=64)
def sky(time_ms, *key):
    """The `Sky` at `time_ms` for the weather seeded by `key`."""
    elevation, azimuth = sun_position(time_ms)
    degrees = math.degrees(elevation)
    cloud = cloudiness(time_ms, *key)
    level = 10 ** float(numpy.interp(degrees, _ELEVATION, _SKYLIGHT)) * (1 - 0.55 * cloud)
    day = max(0.0, min(1.0, (degrees + 2) / 14))
    rosy = (1.15, 0.86, 0.95) if unit(int(time_ms // DAY_MS), *key, "dusk") < 0.5 else (0.86, 0.9, 1.2)
    clear = _mix(rosy, (0.84, 0.95, 1.2), day)
    diffuse = numpy.array(_mix(clear, (1.0, 1.0, 1.02), cloud * min(1.0, day + 0.3))) * level
    high = max(0.0, min(1.0, degrees / 30))
    strength = 2.6 * max(0.0, min(1.0, (degrees + 0.5) / 9)) ** 1.3 * (1 - cloud) ** 2
    direct = numpy.array(_mix((1.0, 0.52, 0.22), (1.0, 0.93, 0.84), high ** 0.5)) * strength
    return Sky(elevation, azimuth, cloud, wetness(time_ms, *key), diffuse, direct)


def sun_slopes(sky_now, facade):
    """(across, up, incidence): how a sun ray runs towards the sun from the wall.

    `facade` is the compass direction in degrees the wall faces. A ray moves `across` metres in X and `up` metres
    in Y for each metre it comes out of the wall; incidence is the cosine on the wall, <= 0 when the sun is behind it.
    """
    relative = sky_now.azimuth - math.radians(facade)
    out = math.cos(sky_now.elevation) * math.cos(relative)
    if out < 0.02:
        return 0.0, 0.0, min(out, 0.0)
    return -math.tan(relative), math.tan(sky_now.elevation) / math.cos(relative), out
