"""Which frames are worth keeping: the first, one every period, and what looks different."""


class Sampler:
    """`difference(a, b)` is imgprep.mean_abs_diff: 1/256 grey levels between two equal pictures.

    A frame is kept `period_ms` after the last kept one, or when it differs from the last kept one by
    more than `change` and `min_interval_ms` have passed.
    """

    def __init__(self, period_ms, change, min_interval_ms, difference):
        self._period_ms = period_ms
        self._change = change
        self._min_interval_ms = min_interval_ms
        self._difference = difference
        self._kept = None
        self._kept_at = None

    def update(self, small, time_ms):
        """"first", "periodic", "change" or None. `small` is the reduced picture, bytes; it is not kept.

        A clock that steps back starts the waiting times anew.
        """
        reason = self._reason(small, time_ms)
        if reason:
            if self._kept is None or len(self._kept) != len(small):
                self._kept = bytearray(len(small))
            self._kept[:] = small
            self._kept_at = time_ms
        return reason

    def _reason(self, small, time_ms):
        if self._kept is None:
            return "first"
        if time_ms < self._kept_at:
            self._kept_at = time_ms
        waited = time_ms - self._kept_at
        if waited >= self._period_ms:
            return "periodic"
        if waited < self._min_interval_ms or len(self._kept) != len(small):
            return None
        return "change" if self._difference(small, self._kept) > self._change else None
