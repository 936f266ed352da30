"""When lamps burn: drawn per day, with switching, evenings, flicker and quiet nights."""

from host_tools.scene.seeds import generator, unit
from host_tools.scene.sky import DAY_MS
from host_tools.scene.schedule import MINUTE

_OFF = 1344  # minutes of the day: lamps are off from 22:24 to 05:00, so that the night is infrared


def _office(rng, weekday):
    spans = []
    if weekday < 5 or rng.random() < 0.3:
        start, end = rng.uniform(345, 430), rng.uniform(1100, 1240)
        gap = rng.uniform(start + 60, end - 120)
        length = rng.uniform(0, 150) if rng.random() < 0.5 else 0
        spans += [(start, gap), (gap + length, end)]
    for _ in range(int(rng.integers(1, 5))):
        start = rng.uniform(1080, 1320)
        spans.append((start, min(start + rng.uniform(4, 25), _OFF)))
    return spans


def _evening(rng, weekday):
    spans = [(rng.uniform(930, 1150), rng.uniform(1260, _OFF))] if rng.random() < 0.8 else []
    for _ in range(int(rng.integers(1, 4))):
        start = rng.choice((rng.uniform(305, 470), rng.uniform(980, 1320)))
        spans.append((start, min(start + rng.uniform(2, 15), _OFF)))
    return spans


def _now_and_then(rng, weekday):
    starts = rng.uniform(320, 1300, int(rng.integers(6, 14)))
    return [(start, min(start + rng.uniform(8, 90), _OFF)) for start in starts]


PATTERNS = {"office": _office, "evening": _evening, "now and then": _now_and_then}


class Lamps:
    """Lamps of one installation: `level(name, time_ms)` in 0..1."""

    def __init__(self, installation, seed):
        self._patterns = installation.lamp_patterns
        self._key = (installation.name, seed)
        self._days = {}

    def _spans(self, name, day):
        if (name, day) not in self._days:
            rng = generator("lamp", name, day, *self._key)
            minutes = PATTERNS[self._patterns[name]](rng, (day + 3) % 7)
            flicker = rng.uniform(360, 1340) if rng.random() < 0.6 else None
            self._days[name, day] = ([(day * DAY_MS + int(a * MINUTE), day * DAY_MS + int(b * MINUTE))
                                      for a, b in minutes],
                                     None if flicker is None else day * DAY_MS + int(flicker * MINUTE))
        return self._days[name, day]

    def level(self, name, time_ms):
        """Brightness of lamp `name` now: 0 off, about 1 on, in between while a tube flickers."""
        spans, flicker = self._spans(name, time_ms // DAY_MS)
        if not any(start <= time_ms < end for start, end in spans):
            return 0.0
        if flicker is not None and flicker <= time_ms < flicker + 12 * MINUTE:
            return 0.35 + 0.65 * (unit("flicker", time_ms // 120, *self._key) > 0.4)
        return 1.0
