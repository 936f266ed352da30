"""Two clocks: wall time, which may be unknown, and a monotonic one, which is not time of day."""

import time

from camera_firmware.portable import ticks_ms, ticks_since

_FIRST_PLAUSIBLE_MS = 1704067200000  # 2024-01-01: before it the clock was never set


def wall_ms():
    """UTC in milliseconds since 1970, or None where the camera's clock is plainly not set."""
    return plausible(time.time_ns() // 1000000)


def plausible(time_ms):
    """`time_ms`, or None if it is before 2024: no doubtful time is ever written down."""
    return time_ms if time_ms >= _FIRST_PLAUSIBLE_MS else None


class Monotonic:
    """Milliseconds since the object was made. Must be asked at least once in six days."""

    def __init__(self):
        self._last = ticks_ms()
        self._total = 0

    def now(self):
        passed = ticks_since(self._last)
        self._last = ticks_ms()
        self._total += passed
        return self._total


class Backoff:
    """Waiting times that double from `first_ms` to `limit_ms`, each spread by a quarter.

    `random` returns 0 <= x < 1; the spread keeps cameras that failed together from retrying together.
    """

    def __init__(self, random, first_ms=500, limit_ms=30000):
        self._random = random
        self._first = first_ms
        self._limit = limit_ms
        self._next = first_ms

    def next_ms(self):
        wait = self._next
        self._next = min(self._limit, self._next * 2)
        return int(wait * (0.75 + 0.5 * self._random()))

    def reset(self):
        self._next = self._first
