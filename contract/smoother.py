"""From single verdicts to a state that may be published: on the camera, and in every evaluation."""

from contract.decision import UNKNOWN
from contract.events import FRAMES, NO_FRAME


class Smoother:
    """A state is adopted after `confirm_frames` agreeing frames, "unknown" after `unknown_frames`. Where there is a
    contract.filter.Filter it must be sure of the state as well.

    Frame times (`time_ms`, None = not known) only become `since_ms`; silence is judged by `now_ms`,
    a monotonic clock. `state`, `previous`, `since_ms` and `reason` are what may be published.
    """

    def __init__(self, confirm_frames, unknown_frames, stale_ms, reason, now_ms):
        self._confirm = confirm_frames
        self._unknown = unknown_frames
        self._stale_ms = stale_ms
        self.state = UNKNOWN
        self.previous = None
        self.since_ms = None
        self.last_frame_ms = None
        self.reason = reason
        self._heard = now_ms
        self._forget()

    def configure(self, confirm_frames, unknown_frames, stale_ms, states):
        """A new model's rules; its own frames must confirm. A state it does not know becomes unknown."""
        self._confirm, self._unknown, self._stale_ms = confirm_frames, unknown_frames, stale_ms
        self._forget()
        if self.state != UNKNOWN and self.state not in states:
            self._adopt(UNKNOWN, self.last_frame_ms, NO_FRAME)
            return True
        return False

    def _forget(self):
        self._candidate = None
        self._count = 0
        self._first_ms = None

    def update(self, verdict, reason, time_ms, now_ms, sure=True):
        """One frame's verdict: a state, or "unknown" with its reason; whether the filter is sure of that state.

        True if what is published changes.
        """
        self._heard = now_ms
        self.last_frame_ms = time_ms
        if verdict != self._candidate:
            self._candidate, self._count, self._first_ms = verdict, 0, time_ms
        self._count += 1
        if self._count < (self._unknown if verdict == UNKNOWN else self._confirm):
            return False
        if verdict != UNKNOWN:
            if not sure and verdict != self.state:
                return False
            reason = FRAMES
        if verdict == self.state and reason == self.reason:
            return False
        self._adopt(verdict, self._first_ms, reason)
        return True

    def tick(self, now_ms):
        """To be called now and then: notices silence. True if what is published changes."""
        if now_ms - self._heard < self._stale_ms:
            return False
        self._forget()
        if self.reason == NO_FRAME:
            return False
        self._adopt(UNKNOWN, self.last_frame_ms, NO_FRAME)
        return True

    def _adopt(self, state, since_ms, reason):
        if state != self.state:  # another reason for the same state leaves its beginning alone
            self.previous, self.state, self.since_ms = self.state, state, since_ms
        self.reason = reason
