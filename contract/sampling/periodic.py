"""By time alone: one frame a period, and the uniform random slice for evaluation."""


class Periodic:
    """"periodic" `period_ms` after the last kept frame, whyever that was kept."""

    def __init__(self, period_ms):
        self._period_ms = period_ms
        self._kept_at = None

    def update(self, look, time_ms):
        """Reason or None. A clock that steps back starts the waiting time anew."""
        if self._kept_at is None or time_ms < self._kept_at:
            self._kept_at = time_ms
        return "periodic" if time_ms - self._kept_at >= self._period_ms else None

    def waited(self, time_ms, longer_than_ms):
        """Milliseconds without a kept frame beyond `longer_than_ms`, 0 = not so many."""
        return 0 if self._kept_at is None else max(0, time_ms - self._kept_at - longer_than_ms)

    def kept(self, look, time_ms):
        self._kept_at = time_ms

    def rebase(self, ms):
        """Times are `ms` less from now on."""
        if self._kept_at is not None:
            self._kept_at -= ms


class Random:
    """"random" once in every slot of `slot_ms`, at an instant drawn uniformly, whatever the frame shows.

    `random()` gives 0 <= x < 1. Without gaps in the frames the kept ones are a stratified uniform sample of time, fit
    to measure on; they must never be trained on. A slot without a frame behind its instant is left out.
    """

    def __init__(self, slot_ms, random):
        self._slot_ms = slot_ms
        self._random = random
        self._end = None  # of the present slot
        self._instant = None  # None = this slot has had its frame

    def update(self, look, time_ms):
        """Reason or None."""
        if self._end is None or time_ms >= self._end or time_ms < self._end - self._slot_ms:
            if self._begin(time_ms):
                return "random"
        if self._instant is None or time_ms < self._instant:
            return None
        self._instant = None
        return "random"

    def _begin(self, time_ms):
        """The slot in which `time_ms` lies; after a pause or a jump, one that begins now.

        True if the slot before it ended between its instant and the next frame, which is this one.
        """
        start = self._end
        follows = start is not None and start <= time_ms < start + self._slot_ms
        due = follows and self._instant is not None
        if not follows:
            start = time_ms
        self._end = start + self._slot_ms
        self._instant = start + int(self._random() * self._slot_ms)
        return due

    def kept(self, look, time_ms):
        """Content must have no influence on when the next one comes."""

    def rebase(self, ms):
        """Times are `ms` less from now on."""
        if self._end is not None:
            self._end -= ms
        if self._instant is not None:
            self._instant -= ms
