"""What the classifier says that it should not, or hardly ever, say."""

from contract.decision import UNKNOWN


class Unexpected:
    """"short", "flip" or "disagreement"; None without a model, and of the first state seen.

    "flip"          the smoothed state has become another
    "short"         the same, and the one before was held for less than `short_ms`
    "disagreement"  the first frame of a run whose verdict is a state other than the smoothed one
    """

    def __init__(self, short_ms):
        self._short_ms = short_ms
        self._state = None
        self._since = None  # None = for longer than is known
        self._disputed = None  # the verdict of the present run of disagreement

    def update(self, look, time_ms):
        """Reason or None. "unknown" is no state: what was before it counts on."""
        smoothed, verdict = look.smoothed, look.verdict
        if smoothed is not None and smoothed != UNKNOWN and smoothed != self._state:
            return self._change(smoothed, time_ms)
        if verdict is None or verdict == UNKNOWN or self._state is None or verdict == self._state:
            self._disputed = None
            return None
        if verdict == self._disputed:
            return None
        self._disputed = verdict
        return "disagreement"

    def _change(self, state, time_ms):
        before, since = self._state, self._since
        self._state = state
        self._since = time_ms if before is not None else None
        self._disputed = None
        if before is None:
            return None
        return "short" if since is not None and 0 <= time_ms - since < self._short_ms else "flip"

    def kept(self, look, time_ms):
        """What was kept plays no part."""

    def rebase(self, ms):
        """Times are `ms` less from now on."""
        if self._since is not None:
            self._since = max(-(1 << 28), self._since - ms)


class Margin:
    """"margin" when the best label leads the second by at most `lead` logit steps."""

    def __init__(self, lead):
        self._lead = lead

    def update(self, look, time_ms):
        """Reason or None; None without a model."""
        return "margin" if look.lead is not None and look.lead <= self._lead else None

    def kept(self, look, time_ms):
        """What was kept plays no part."""

    def rebase(self, ms):
        """Holds no times."""
