"""What happens on one day: openings, obstacles, people, parcels. Drawn from (installation, seed, day)."""

from dataclasses import dataclass, field

from host_tools.scene.seeds import generator
from host_tools.scene.sky import DAY_MS

MINUTE = 60_000
OPEN_ABOVE = 0.15    # opening fraction above which the truth says open
MARGIN_MS = 90_000   # openings and obstacles stay this far apart


@dataclass(frozen=True)
class DayPlan:
    """Ranges (low, high) from which every day is drawn; counts are inclusive."""

    openings: tuple = (12, 20)
    opening_minutes: tuple = (1.0, 40.0)
    typical_minutes: float = 3.5
    night_openings: int = 1
    blocked: tuple = (3, 6)
    blocked_minutes: tuple = (2.0, 15.0)
    passers: tuple = (28, 55)
    loiterers: tuple = (2, 5)
    parcels: tuple = (0, 2)


@dataclass(frozen=True)
class Opening:
    """The door moves from `start_ms`, is at `fraction` after `opening_ms`, shut again at `end_ms`."""

    start_ms: int
    end_ms: int
    opening_ms: int
    closing_ms: int
    fraction: float

    def at(self, time_ms):
        """Opening fraction 0..1 at `time_ms`."""
        up = (time_ms - self.start_ms) / self.opening_ms
        down = (self.end_ms - time_ms) / self.closing_ms
        part = max(0.0, min(1.0, up, down))
        return self.fraction * part * part * (3 - 2 * part)

    def open_span(self):
        """(first, last + 1) milliseconds at which the fraction exceeds OPEN_ABOVE."""
        return (_first(lambda ms: self.at(ms) > OPEN_ABOVE, self.start_ms, self.start_ms + self.opening_ms),
                _first(lambda ms: self.at(ms) <= OPEN_ABOVE, self.end_ms - self.closing_ms, self.end_ms))


@dataclass(frozen=True)
class Event:
    """Something with a beginning, an end, a kind and a seed for its looks."""

    kind: str
    start_ms: int
    end_ms: int
    seed: int


@dataclass(frozen=True)
class Day:
    """All events of one UTC day; nothing crosses midnight."""

    openings: list = field(default_factory=list)
    obstacles: list = field(default_factory=list)
    people: list = field(default_factory=list)
    parcels: list = field(default_factory=list)


def _first(condition, low, high):
    while low < high:
        middle = (low + high) // 2
        if condition(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _free(start, end, taken, margin=MARGIN_MS):
    return all(end + margin <= other.start_ms or start >= other.end_ms + margin for other in taken)


def _place(rng, count, window, lengths, make, taken):
    """Draws `count` events that do not touch `taken`; gives up on one after 200 tries."""
    placed = []
    for _ in range(count):
        for _ in range(200):
            length = int(lengths())
            start = int(rng.uniform(*window()))
            if start + length < DAY_MS - 10 * MINUTE and _free(start, start + length, taken + placed):
                placed.append(make(start, start + length))
                break
    return placed


def _daytime(rng):
    def window():
        centre = rng.choice((8.0, 12.5, 17.0, 14.0, 20.5), p=(0.3, 0.2, 0.25, 0.15, 0.1)) * 60 * MINUTE
        return centre - 150 * MINUTE, centre + 110 * MINUTE
    return window


def _openings(rng, plan, door, taken):
    low, high = (minutes * MINUTE for minutes in plan.opening_minutes)

    def lengths():
        return min(high, max(low, plan.typical_minutes * MINUTE * rng.lognormal(0.0, 0.85)))

    def make(start, end):
        moves = sorted(rng.uniform(*door.move_ms, 2).astype(int))
        return Opening(start, end, int(moves[0]), int(moves[1]), float(rng.uniform(*door.fractions)))

    def night():
        return (4 * MINUTE, 110 * MINUTE) if rng.random() < 0.6 else (1365 * MINUTE, 1415 * MINUTE)

    nights = _place(rng, plan.night_openings, night, lambda: min(20 * MINUTE, lengths()), make, taken)
    count = int(rng.integers(plan.openings[0], plan.openings[1] + 1)) - len(nights)
    return sorted(nights + _place(rng, count, _daytime(rng), lengths, make, taken + nights),
                  key=lambda opening: opening.start_ms)


def _events(rng, kinds, count, window, minutes, taken):
    def make(start, end):
        return Event(str(rng.choice(kinds)), start, end, int(rng.integers(1 << 31)))
    low, high = (value * MINUTE for value in minutes)
    return _place(rng, count, window, lambda: rng.uniform(low, high), make, taken)


def draw_day(installation, seed, day, plan):
    """The `Day` number `day` (since the epoch) of an installation; times are absolute milliseconds."""
    rng = generator("day", installation.name, seed, day)
    counts = {name: int(rng.integers(getattr(plan, name)[0], getattr(plan, name)[1] + 1))
              for name in ("blocked", "passers", "loiterers", "parcels")}
    anytime = (lambda: (8 * MINUTE, 1410 * MINUTE)) if rng.random() < 0.5 else _daytime(rng)
    obstacles = _events(rng, installation.obstacles, counts["blocked"], anytime, plan.blocked_minutes, [])
    openings = _openings(rng, plan, installation.door, obstacles)
    busy = _daytime(rng)
    people = _events(rng, ["pass"], counts["passers"], busy, (0.3, 0.3), obstacles)
    people += _events(rng, ["loiter"], counts["loiterers"], busy, (1.0, 9.0), obstacles)
    parcels = _events(rng, ["parcel"], counts["parcels"], busy, (10.0, 90.0), [])
    return _shift(Day(openings, obstacles, people, parcels), day * DAY_MS)


def _shift(day, offset):
    def moved(event):
        values = dict(event.__dict__, start_ms=event.start_ms + offset, end_ms=event.end_ms + offset)
        return type(event)(**values)
    return Day(*[[moved(event) for event in events]
                 for events in (day.openings, day.obstacles, day.people, day.parcels)])
