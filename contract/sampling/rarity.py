"""Which states are rare, and which frames of a rare state are worth a picture."""

from contract.decision import UNKNOWN

_RARE_PART = 5  # rare = less than a fifth of the frames
_MOST_FRAMES = 1 << 20  # then all counts are halved: old days fade
_MOST_STATES = 16
_LONGEST_MS = 86400000
WITHIN, BEGINNING = 1, 2


class Rarity:
    """How often each state is seen: the verdicts of all frames, counted."""

    def __init__(self):
        self._seen = {}
        self._total = 0

    def update(self, state):
        """One frame's state; None and "unknown" are not counted. True if it is a rare one."""
        if state is None or state == UNKNOWN:
            return False
        if state not in self._seen:
            if len(self._seen) == _MOST_STATES:
                return False
            self._seen[state] = 0
        self._seen[state] += 1
        self._total += 1
        if self._total > _MOST_FRAMES:
            self._halve()
        return _RARE_PART * self._seen[state] < self._total

    def _halve(self):
        for state in self._seen:
            self._seen[state] //= 2
        self._total = sum(self._seen.values())

    def dump(self):
        """As values for JSON."""
        return dict(self._seen)

    def restore(self, dumped):
        """What dump() gave. Raises ValueError, TypeError."""
        seen = {str(state): dumped[state] for state in dumped}
        whole = all(isinstance(count, int) and 0 <= count <= 2 * _MOST_FRAMES for count in seen.values())
        if len(seen) > _MOST_STATES or not whole:
            raise ValueError("not counts of states")
        self._seen = seen
        self._total = sum(seen.values())


class Episodes:
    """Stretches of a rare state. A frame is wanted when one begins and, the longer it lasts the more seldom, within it.

    Beginnings lie at least `gap_ms` apart; within, frames follow after `again_ms`, twice that, four times that.
    """

    def __init__(self, gap_ms, again_ms):
        self._gap_ms = gap_ms
        self._again_ms = again_ms
        self._state = None
        self._kept_at = None
        self._wait_ms = again_ms

    def update(self, state, rare, time_ms):
        """Whether the frame is wanted: 0, WITHIN an episode or for its BEGINNING. "unknown" ends no episode."""
        if not rare:
            if state is not None and state != UNKNOWN:
                self._state = None
            return 0
        if self._kept_at is not None and time_ms < self._kept_at:
            self._kept_at = time_ms
        if state != self._state:
            return BEGINNING if self._kept_at is None or time_ms - self._kept_at >= self._gap_ms else 0
        return WITHIN if time_ms - self._kept_at >= self._wait_ms else 0

    def kept(self, state, time_ms):
        """A frame of the rare `state` was kept."""
        self._wait_ms = min(_LONGEST_MS, 2 * self._wait_ms) if state == self._state else self._again_ms
        self._state = state
        self._kept_at = time_ms

    def rebase(self, ms):
        """Times are `ms` less from now on."""
        if self._kept_at is not None:
            self._kept_at -= ms
