"""Stretches in which the picture is unlike the background, and which frames of one show it best."""

from contract.sampling.look import WHOLE

WITHIN, BEGINNING, DRIFT = 1, 2, 3
_LONGEST_MS = 86400000
_GROWING_MS = 8000  # so long a stretch may grow before its first frame is wanted: a roller door takes its time
_OLD_MS = 600000
_AT_ONCE = 2  # times the threshold
_RECENT_MS = 16000  # what began longer after the last abrupt change than this came slowly


class Stay:
    """One frame of a stretch is wanted when the difference hardly grows any more, or at once if it begins with a lot, and
    then one more at rest; after that every time that it differs by a quarter more than any kept frame of the stretch did, after `again_ms`, twice
    that, four times that; with half as much again something else BEGINs: a visitor first, then the door that he opens.

    Where the picture slowly drifted away, nothing began: DRIFT. Stretches less than `gap_ms` apart are one. `difference`
    as in Change.
    """

    def __init__(self, gap_ms, again_ms, difference):
        self._gap_ms = gap_ms
        self._again_ms = again_ms
        self._difference = difference
        self._picture = None  # kept last
        self._began_at = None  # None = like the background
        self._seen_at = None  # when it was last unlike it
        self._moved_at = -_LONGEST_MS  # when the picture last changed abruptly
        self._rest = False  # the difference hardly grows any more
        self._hasty = False  # the kept frame was one that moved
        self._kept = False  # a frame of this stretch
        self._kept_at = 0
        self._wait_ms = again_ms
        self._amount = 0
        self._most = 0  # of the kept ones

    def update(self, look, amount, threshold, still, time_ms):
        """0, WITHIN a stretch or its BEGINNING: whether the frame is wanted. DRIFT: there is a new background.

        `amount` is the difference from the background, above `threshold` the picture is unlike it; `still` as in Change.
        """
        if not still or time_ms < self._moved_at:
            self._moved_at = time_ms
        before = self._amount
        self._amount = amount
        if amount <= threshold:
            self._began_at = None
            return 0
        if self._began_at is None:
            if time_ms - self._moved_at > _RECENT_MS:
                return DRIFT
            self._begin(time_ms)
        self._seen_at = time_ms
        rest = still or 8 * amount < 9 * before or time_ms - self._began_at >= _GROWING_MS
        self._rest = rest
        if not self._kept:
            return BEGINNING if rest or (time_ms == self._began_at and amount > _AT_ONCE * threshold) else 0
        if not rest or time_ms - self._kept_at < self._wait_ms:
            return 0
        hasty, self._hasty = self._hasty, False
        if not hasty and 4 * amount < 5 * self._most:
            return 0
        if self._difference(look.small, self._picture) > max(threshold, amount // 4 if hasty else 0):
            return BEGINNING if hasty or 2 * amount >= 3 * self._most else WITHIN
        return 0

    def _begin(self, time_ms):
        self._began_at = time_ms
        if self._seen_at is None or time_ms - self._seen_at >= self._gap_ms:
            self._kept = False

    def end(self):
        """What it shows is a background after all."""
        self._began_at = None

    def is_old(self, time_ms):
        """Whether the stretch has lasted so long that it says nothing."""
        return self._began_at is not None and time_ms - self._began_at >= _OLD_MS

    def kept(self, look, time_ms):
        """The frame was kept, for whatever reason."""
        if self._began_at is None:
            return
        self._wait_ms = min(_LONGEST_MS, 2 * self._wait_ms) if self._kept else self._again_ms
        self._most = max(self._most, self._amount) if self._kept else self._amount
        self._hasty = not self._kept and not self._rest
        self._kept = True
        self._kept_at = time_ms
        if self._picture is None or len(self._picture) != len(look.small):
            self._picture = bytearray(look.small)
        else:
            self._picture[WHOLE] = look.small

    def rebase(self, ms):
        """Times are `ms` less from now on."""
        self._kept_at -= ms
        self._moved_at = max(-_LONGEST_MS, self._moved_at - ms)
        if self._began_at is not None:
            self._began_at -= ms
        if self._seen_at is not None:
            self._seen_at -= ms
