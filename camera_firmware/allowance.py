"""How much of something is borne in a time."""


class Allowance:
    """`count` times in `period_ms`. Takes the time as an argument, in milliseconds."""

    def __init__(self, count, period_ms):
        self._count = count
        self._period_ms = period_ms
        self._taken = 0
        self._since = None

    def take(self, now_ms):
        """Once more; False if that is too much."""
        if self._since is None or now_ms - self._since >= self._period_ms:
            self._taken, self._since = 0, now_ms
        self._taken += 1
        return self._taken <= self._count
