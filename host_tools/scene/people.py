"""Who walks where: paths of passers-by, of people who wait, and of those who go through the door."""

from dataclasses import dataclass

from host_tools.scene.figure import PHASES
from host_tools.scene.seeds import generator

BEHIND = 0.12    # beyond this Z a person is drawn behind the wall
_STRIDE = 1.5    # metres a full cycle of two steps


@dataclass(frozen=True)
class Walker:
    """A person with a path of (time_ms, x, z) points; `height` in metres."""

    seed: int
    height: float
    path: tuple
    start_ms: int
    end_ms: int

    def at(self, time_ms):
        """(x, z, phase, standing, facing right) at a time within the path."""
        walked = 0.0
        for (t0, x0, z0), (t1, x1, z1) in zip(self.path, self.path[1:]):
            length = ((x1 - x0) ** 2 + (z1 - z0) ** 2) ** 0.5
            if time_ms <= t1:
                part = (time_ms - t0) / max(1, t1 - t0)
                phase = int((walked + length * part) / _STRIDE * PHASES) % PHASES
                return x0 + (x1 - x0) * part, z0 + (z1 - z0) * part, phase, length < 0.05, x1 >= x0
            walked += length
        return x1, z1, 0, True, True


def _walk(points, speed, start_ms):
    """Timed path through (x, z) points; a number in the list is a pause in milliseconds."""
    path, now = [], start_ms
    for point in points:
        if not isinstance(point, tuple):
            now += int(point)
            path.append((now,) + path[-1][1:])
            continue
        if path:
            step = ((point[0] - path[-1][1]) ** 2 + (point[1] - path[-1][2]) ** 2) ** 0.5
            now += int(1000 * step / speed)
        path.append((now,) + point)
    return tuple(path)


def _ending(walk, end_ms):
    """The same path moved so that it ends at `end_ms`."""
    shift = end_ms - walk[-1][0]
    return tuple((t + shift, x, z) for t, x, z in walk)


class _Crowd:
    """Draws the walkers of one day."""

    def __init__(self, place, rng):
        self.place, self.rng, self.walkers = place, rng, []

    def _add(self, path):
        height = min(1.95, max(1.45, float(self.rng.normal(1.72, 0.09))))
        self.walkers.append(Walker(int(self.rng.integers(1 << 30)), height, path, path[0][0], path[-1][0]))

    def _lane(self):
        return float(self.rng.uniform(*self.place.lane))

    def _side(self):
        return self.place.far * (1 if self.rng.random() < 0.5 else -1)

    def _speed(self):
        return float(self.rng.uniform(0.9, 1.5))

    def passer(self, event):
        side, lane = self._side(), self._lane()
        self._add(_walk([(side, lane), (-side, lane + float(self.rng.uniform(-0.2, 0.2)))], self._speed(), event.start_ms))

    def loiterer(self, event):
        side, lane = self._side(), self._lane()
        x = float(self.rng.uniform(-1.3, 1.3))
        pause = max(5000, event.end_ms - event.start_ms - 8000)
        self._add(_walk([(side, lane), (x, lane), pause, (self._side(), lane)], self._speed(), event.start_ms))

    def _front(self, door_x):
        return [(self._side(), self._lane()), (door_x, -0.75)]

    def _inside(self, door_x):
        return [(door_x, 1.3), (self._side(), 2.2)]

    def through(self, opening):
        """People who open, use and close the door."""
        door = self.place.door
        middle = (door.left + door.right) / 2 + (0.12 if door.hinge == "left" else -0.12)
        ready = opening.start_ms + int(opening.opening_ms * (0.75 if door.kind == "hinged" else 1.0))
        front, inside = self._front(middle), self._inside(middle)
        if self.rng.random() < 0.6:
            arrive = _ending(_walk(front, self._speed(), 0), ready - 900)
            self._add(arrive + _walk([front[-1]] + inside, self._speed(), ready)[0:])
        else:
            self._add(_walk([inside[0]] + front[::-1], self._speed(), ready))
        leaving = opening.end_ms - opening.closing_ms
        back = self._inside(middle)[::-1] + self._front(middle)[::-1]
        self._add(_ending(_walk(back, self._speed(), 0), leaving + 2500))
        for _ in range(int(self.rng.poisson(max(0, leaving - ready) / 240_000))):
            points = self._front(middle) + self._inside(middle)
            start = int(self.rng.uniform(ready, max(ready + 1, leaving - 15_000)))
            self._add(_walk(points if self.rng.random() < 0.5 else points[::-1], self._speed(), start))


def draw_walkers(place, seed, number, day):
    """All walkers of `day` (a schedule.Day), which is day `number`, in order of time."""
    crowd = _Crowd(place, generator("people", place.name, seed, number))
    for event in day.people:
        (crowd.passer if event.kind == "pass" else crowd.loiterer)(event)
    for opening in day.openings:
        crowd.through(opening)
    return sorted(crowd.walkers, key=lambda walker: walker.start_ms)
