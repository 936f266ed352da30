"""Which frames are worth keeping: the first, one every period, what looks different, and changes of the state."""

from contract.sampling import Choice, Look


_VALUES = {"periodic": 60, "first": 100, "change": 120, "flip": 220}


class Sampler:
    """`difference(a, b)` is imgprep.mean_abs_diff: 1/256 grey levels between two equal pictures.

    A frame is kept `period_ms` after the last kept one, or when it differs from the last kept one by more than `change`
    and `min_interval_ms` have passed; and when the state changes, unless it did so within `min_interval_ms`.
    It is asked as contract.sampling.Policy is; what it keeps has no budget.
    """

    def __init__(self, period_ms, change, min_interval_ms, difference, roll_ms=0):
        self._period_ms = period_ms
        self._change = change
        self._min_interval_ms = min_interval_ms
        self._difference = difference
        self._roll_ms = roll_ms
        self._kept = None
        self._kept_at = None
        self._smoothed = None
        self._flip_at = None

    def update(self, look, time_ms, now_ms=None, size=0):
        """A Choice or None. A clock that steps back starts the waiting times anew."""
        if time_ms is None:
            time_ms = now_ms
        flips = self._flips(look.smoothed, time_ms)
        reason = "flip" if flips else self._reason(look.small, time_ms)
        if not reason:
            return None
        if self._kept is None or len(self._kept) != len(look.small):
            self._kept = bytearray(len(look.small))
        self._kept[:] = look.small
        self._kept_at = time_ms
        return Choice(reason, _VALUES[reason], False, self._roll_ms if flips else 0)

    def _flips(self, smoothed, time_ms):
        before, self._smoothed = self._smoothed, smoothed
        if before is None or smoothed is None or before == smoothed:
            return False
        if self._flip_at is not None and 0 <= time_ms - self._flip_at < self._min_interval_ms:
            return False
        self._flip_at = time_ms
        return True

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

    def kept(self, size, rolled=False):
        """A frame is stored."""

    def may_roll(self, size=0):
        """Whether one more frame before or after a chosen one may be kept."""
        return True


class Picture:
    """In place of features.Features: the reduced picture as it is."""

    def __init__(self):
        self._look = Look(None)

    def fill(self, stage, state):
        self._look.small, self._look.smoothed = stage.looker.small, state if stage.model else None
        return self._look
