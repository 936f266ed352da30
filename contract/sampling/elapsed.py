"""Time that only moves forward, from a clock that may jump."""

_USUAL_MS = 5000  # a longer step may be a jump, unless steps of that length have become usual, which are at most
_MOST_USUAL_MS = 900000
_LONGEST_MS = 26 * 3600000  # empties every budget's window; more makes no difference
WRAP_MS = 1 << 28  # from here on times are rebased, so that they stay small integers of a 32-bit MicroPython


class Elapsed:
    """`ms` since the start (or the last rebase) as far as it can be believed.

    A step back counts nothing and is remembered as a debt; the next step forward, and later every unusually long one,
    pays the debt before it counts. So a clock that swings to and fro earns little time, and a clock that was set back
    once goes on at once.
    """

    def __init__(self):
        self.ms = 0
        self._last = None
        self._debt = 0
        self._went_back = False
        self._usual_ms = _USUAL_MS

    def update(self, time_ms):
        """Milliseconds that have passed since the last call, 0 at the first."""
        last = self._last
        self._last = time_ms
        if last is None:
            return 0
        step = time_ms - last
        if step < 0 or step > self._usual_ms or self._went_back:
            step = self._jump(step)
        elif self._usual_ms > _USUAL_MS and 2 * step < self._usual_ms:
            self._usual_ms -= self._usual_ms // 8
        self.ms += step
        return step

    def _jump(self, step):
        self._went_back = step < 0
        if step < 0:
            self._debt -= step
            return 0
        if step > self._usual_ms:
            self._usual_ms = min(_MOST_USUAL_MS, self._usual_ms + self._usual_ms // 8)
        paid = min(step, self._debt)
        self._debt -= paid
        return min(step - paid, _LONGEST_MS)

    def skip(self, ms):
        """`ms` have passed that no clock has shown (the process was not running); what is counted of them."""
        step = max(0, min(ms, _LONGEST_MS))
        self.ms += step
        return step

    def rebase(self):
        """`ms` starts anew at 0; what it was."""
        ms = self.ms
        self.ms = 0
        return ms
