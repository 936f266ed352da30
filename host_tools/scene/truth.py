"""Ground truth: what the door does and how much of it can be seen, without rendering."""

import threading
from dataclasses import dataclass

import numpy

from host_tools.scene import cast
from host_tools.scene.layers import make_view, opening_corners, polygon_mask
from host_tools.scene.people import draw_walkers
from host_tools.scene.schedule import MINUTE, OPEN_ABOVE, DayPlan, draw_day
from host_tools.scene.sky import DAY_MS

BLOCKED_BELOW = 0.35        # visible fraction of the door's opening below which it counts as blocked
_SIZE = (160, 90)
_PROBE_MS = 200


@dataclass(frozen=True)
class Truth:
    """`state` is "open" or "closed" whether or not it can be seen; `opening` and `visible` are 0..1."""

    time_ms: int
    state: str
    opening: float
    blocked: bool
    visible: float
    infrared: bool


class Timeline:
    """Everything that happens at an installation, by time."""

    def __init__(self, place, seed, plan=None):
        self.place, self._seed, self._plan = place, seed, plan or DayPlan()
        self._days = {}
        self._lock = threading.Lock()
        self._minutes = {}
        self._blocked = {}
        self._view = make_view(place, _SIZE)
        corners = self._view.project(opening_corners(place.door)) / _SIZE
        low, high = corners.min(0).clip(0, 1), corners.max(0).clip(0, 1)
        self.rectangle = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
        mask = polygon_mask(self._view, opening_corners(place.door), _SIZE).astype(numpy.float32)
        self._mask = mask / mask.sum()

    def day(self, number):
        """(schedule.Day, walkers) of day `number` since the epoch."""
        if number not in self._days:
            with self._lock:
                self._draw(number)
        return self._days[number]

    def _draw(self, number):
        if number in self._days:
            return
        day = draw_day(self.place, self._seed, number, self._plan)
        walkers = draw_walkers(self.place, self._seed, number, day)
        for kind in ("openings", "obstacles", "parcels"):
            self._file(kind, getattr(day, kind))
        self._file("walkers", walkers)
        self._days[number] = (day, walkers)

    def _file(self, kind, events):
        """Enters events under every minute they touch, so that a moment's events are found at once."""
        for event in events:
            for minute in range(event.start_ms // MINUTE, event.end_ms // MINUTE + 1):
                self._minutes.setdefault((kind, minute), []).append(event)

    def _active(self, kind, time_ms):
        self.day(time_ms // DAY_MS)
        return [event for event in self._minutes.get((kind, time_ms // MINUTE), ())
                if event.start_ms <= time_ms < event.end_ms]

    def walkers(self, time_ms):
        """People in the scene now, farthest first."""
        return sorted(self._active("walkers", time_ms), key=lambda walker: -walker.at(time_ms)[1])

    def obstacles(self, time_ms):
        return self._active("obstacles", time_ms)

    def parcels(self, time_ms):
        return self._active("parcels", time_ms)

    def opening(self, time_ms):
        """Opening fraction 0..1 at `time_ms`."""
        return max([opening.at(time_ms) for opening in self._active("openings", time_ms)], default=0.0)

    def visible(self, time_ms):
        """Fraction 0..1 of the door's opening that nothing stands in front of."""
        seen = None
        for event in self.obstacles(time_ms):
            seen = self._hide(seen, *cast.obstacle_sprite(event, self.rectangle, _SIZE, time_ms))
        for walker in self._active("walkers", time_ms):
            if not cast.is_behind(walker, time_ms):
                drawn = cast.standing(self._view, walker, time_ms)
                if drawn is not None:
                    seen = self._hide(seen, *drawn[:3])
        return 1.0 if seen is None else float((self._mask * seen).sum())

    def _hide(self, seen, sprite, x, y):
        if seen is None:
            seen = numpy.ones(_SIZE[::-1], numpy.float32)
        spans = cast.overlap(x, y, sprite.shape[1], sprite.shape[0], _SIZE)
        if spans is not None:
            seen[spans[0]] *= 1 - sprite[spans[1]][..., 3].astype(numpy.float32) / 255
        return seen

    def at(self, time_ms, infrared):
        opening, visible = self.opening(time_ms), self.visible(time_ms)
        return Truth(time_ms, "open" if opening > OPEN_ABOVE else "closed", opening, visible < BLOCKED_BELOW, visible,
                     infrared)

    def openings(self, start_ms, end_ms):
        """[(start, end)] in which the state is open, cut to the interval."""
        spans = [opening.open_span() for number in _days(start_ms, end_ms) for opening in self.day(number)[0].openings]
        return _cut(spans, start_ms, end_ms)

    def blocked_periods(self, start_ms, end_ms):
        """[(start, end)] in which the view is blocked, cut to the interval."""
        return _cut([span for number in _days(start_ms, end_ms) for span in self._blocked_on(number)], start_ms, end_ms)

    def _blocked_on(self, number):
        if number not in self._blocked:
            day, walkers = self.day(number)
            spans = []
            for event in _merged(list(day.obstacles) + walkers):
                spans += self._blocked_within(*event)
            self._blocked[number] = spans
        return self._blocked[number]

    def _blocked_within(self, start, end):
        spans, since, before = [], None, start
        probe = start
        while probe <= end:
            blocked = probe < end and self.visible(probe) < BLOCKED_BELOW
            if blocked and since is None:
                since = self._edge(before, probe, True)
            elif not blocked and since is not None:
                spans.append((since, self._edge(before, probe, False)))
                since = None
            if probe == end:
                break
            before, probe = probe, min(end, probe + self._step(probe))
        return spans

    def _step(self, time_ms):
        obstacles, walkers = self.obstacles(time_ms), self._active("walkers", time_ms)
        if not all(event.start_ms + 6000 <= time_ms < event.end_ms - 7500 for event in obstacles):
            return _PROBE_MS
        if obstacles or not walkers:
            return 1000 if not walkers else 2 * _PROBE_MS
        return _PROBE_MS if self.visible(time_ms) < 0.8 else 3 * _PROBE_MS

    def _edge(self, low, high, blocked):
        """First millisecond in (low, high] whose blockedness is `blocked`."""
        while low + 1 < high:
            middle = (low + high) // 2
            if (self.visible(middle) < BLOCKED_BELOW) == blocked:
                high = middle
            else:
                low = middle
        return high


def _days(start_ms, end_ms):
    return range(start_ms // DAY_MS, (max(start_ms, end_ms - 1)) // DAY_MS + 1)


def _cut(spans, start_ms, end_ms):
    cut = [(max(start, start_ms), min(end, end_ms)) for start, end in sorted(spans)]
    return [span for span in cut if span[0] < span[1]]


def _merged(events):
    """Disjoint (start, end) intervals that the events cover."""
    spans = []
    for event in sorted(events, key=lambda event: event.start_ms):
        if spans and event.start_ms <= spans[-1][1]:
            spans[-1][1] = max(spans[-1][1], event.end_ms)
        else:
            spans.append([event.start_ms, event.end_ms])
    return spans
