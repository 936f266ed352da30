"""What is filmed: procedural days in which the door is open half a percent of the time, in twenty openings a day."""

from dataclasses import dataclass

import numpy as np

from contract.clock import utc_ms
from host_tools.native import ujpeg
from host_tools.scene import DayPlan, Scene

STATES = ["closed", "open"]
NAMES = ("garage", "yard", "lobby")
DAY_MS, HOUR_MS = 86_400_000, 3_600_000
PERIOD_MS = 2000
SIZE = 160, 90
LEARNT_FROM = "2026-03-02"  # and the day after: what the model has seen
FILMED_FROM = "2026-03-04"
LONG_MS = 2000              # an opening that lasts longer has to be found
_QUALITY = 80
# From seconds to minutes. The garage's roller alone takes 8 to 14 seconds up, so its openings cannot be as short.
_PLANS = {"garage": DayPlan(openings=(20, 20), opening_minutes=(0.2, 3.0), typical_minutes=0.33),
          "yard": DayPlan(openings=(20, 20), opening_minutes=(0.05, 3.0), typical_minutes=0.25),
          "lobby": DayPlan(openings=(20, 20), opening_minutes=(0.05, 3.0), typical_minutes=0.27)}


@dataclass(frozen=True)
class Span:
    """`hours` of film from `start_ms` (UTC) on."""

    start_ms: int
    hours: int

    @property
    def end_ms(self):
        return self.start_ms + self.hours * HOUR_MS

    def hour(self, number):
        """UTC milliseconds of one hour's frames, int64."""
        start = self.start_ms + number * HOUR_MS
        return np.arange(start, start + HOUR_MS, PERIOD_MS, dtype=np.int64)


def whole_days(count):
    """Span of the first `count` days that are filmed."""
    return Span(utc_ms(FILMED_FROM), 24 * count)


def filmed(name, seed):
    """The Scene of an installation, in small pictures."""
    return Scene(name, seed, SIZE, _PLANS[name])


class Camera:
    """Encodes the scene's pictures as a camera does."""

    def __init__(self, scene):
        self._scene, self._buffer = scene, bytearray(1 << 17)

    def jpeg(self, time_ms):
        """The bytes of the frame at `time_ms`."""
        picture = np.ascontiguousarray(self._scene.render(time_ms))
        length = ujpeg.encode(picture, *SIZE, 3, self._buffer, _QUALITY)
        return bytes(memoryview(self._buffer)[:length])


def long_openings(scene, span):
    """[(start_ms, end_ms)] of the openings within the span that have to be found."""
    return [(low, high) for low, high in scene.openings(span.start_ms, span.end_ms) if high - low > LONG_MS]
