"""Time of the virtual camera. `until_ms` is the last instant shown; from there on the clock holds."""

import threading
import time


class StepClock:
    """Lock step: each `tick` shows the instant one step after the last, beginning with `start_ms`."""

    def __init__(self, start_ms, step_ms, until_ms=None):
        self._next, self._last = start_ms, start_ms
        self._step, self._until = step_ms, until_ms
        self._lock = threading.Lock()

    def tick(self):
        """(time_ms, held): the instant to show now, and whether it is shown again because the end is reached."""
        with self._lock:
            if self._until is not None and self._next > self._until:
                return self._last, True
            self._last = self._next
            self._next += self._step
            return self._last, False

    def ahead(self, count):
        """The next `count` instants, fewer near the end."""
        with self._lock:
            times = [self._next + i * self._step for i in range(count)]
            return [ms for ms in times if self._until is None or ms <= self._until]

    def resume(self, until_ms=None, step_ms=None):
        """Goes on to `until_ms` (None: for ever), with a new step if given."""
        with self._lock:
            if step_ms is not None:
                self._next += step_ms - self._step
                self._step = step_ms
            self._until = until_ms


class SequenceClock(StepClock):
    """Shows the instants of an increasing list, one a tick."""

    def __init__(self, times, start_ms=None, until_ms=None):
        times = [ms for ms in times if start_ms is None or ms >= start_ms]
        super().__init__(times[0] if times else start_ms or 0, 0, until_ms)
        self._times, self._index = times, 0

    def tick(self):
        with self._lock:
            times, i = self._times, self._index
            if i >= len(times) or (self._until is not None and times[i] > self._until):
                return self._last, True
            self._index, self._last = i + 1, times[i]
            return self._last, False

    def ahead(self, count):
        with self._lock:
            times = self._times[self._index:self._index + count]
            return [ms for ms in times if self._until is None or ms <= self._until]

    def resume(self, until_ms=None, step_ms=None):
        with self._lock:
            self._until = until_ms


class RunningClock:
    """Runs by itself, `speed` times as fast as real time; `monotonic` gives seconds."""

    def __init__(self, start_ms, speed=1.0, until_ms=None, monotonic=time.monotonic):
        self._start, self._speed, self._until = start_ms, speed, until_ms
        self._monotonic, self._origin = monotonic, monotonic()
        self._lock = threading.Lock()

    def _now(self):
        return self._start + int((self._monotonic() - self._origin) * 1000 * self._speed)

    def tick(self):
        with self._lock:
            now = self._now()
            if self._until is not None and now > self._until:
                return self._until, True
            return now, False

    def ahead(self, count):
        return []

    def resume(self, until_ms=None, step_ms=None):
        """Goes on from where it holds, or from now."""
        with self._lock:
            now = self._now()
            self._start = now if self._until is None else min(now, self._until)
            self._origin, self._until = self._monotonic(), until_ms
