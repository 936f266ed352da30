"""The hour of the day, and how many ordinary frames one may have."""

_HOUR_MS = 3600000
_DAY_MS = 86400000
_FIRST_PLAUSIBLE_MS = 946684800000  # 2000-01-01


def is_time_of_day(time_ms):
    """Whether `time_ms` is UTC: not None, and not milliseconds since some start."""
    return time_ms is not None and time_ms >= _FIRST_PLAUSIBLE_MS


class HourShare:
    """At most `limit` ordinary frames within one UTC hour of the day; no limit while the time is not known. `empty`: it has
    no kept frame at all so far.

    The hour moves on with the time that passes and is set right by every frame that is kept, so that a frame that is
    not costs no arithmetic with long integers.
    """

    def __init__(self, limit):
        self._limit = limit
        self._hour = None
        self._into = 0
        self._count = 0
        self.empty = True

    @property
    def known(self):
        return self._hour is not None

    def sync(self, time_ms):
        """`time_ms` is the UTC time, None = not known."""
        if not is_time_of_day(time_ms):
            self._hour = None
            return
        of_day = time_ms % _DAY_MS
        self._enter(of_day // _HOUR_MS)
        self._into = of_day % _HOUR_MS

    def _enter(self, hour):
        if hour != self._hour:
            self._hour = hour
            self._count = 0
            self.empty = True

    def pass_time(self, ms):
        if self._hour is not None:
            self._into += ms
            if self._into >= _HOUR_MS:
                self._enter((self._hour + self._into // _HOUR_MS) % 24)
                self._into %= _HOUR_MS

    def late(self, from_ms, to_ms, step_ms):
        """How far the hour, still without a kept frame, has come from `from_ms` to `to_ms`: 0 to 256; 256 as well where
        frames come every `step_ms` and hardly another one is left."""
        if not self.empty:
            return 0
        if self._into + 2 * step_ms > _HOUR_MS:
            return 256
        if self._into < from_ms:
            return 0
        return min(256, (self._into - from_ms) * 256 // (to_ms - from_ms))

    def may(self):
        return self._hour is None or self._count < self._limit

    def take(self):
        self._count += 1
