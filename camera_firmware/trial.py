"""Whether a new model may take over, from what it says about the same frames as the model in use."""

from camera_firmware.portable import const
from contract.decision import UNKNOWN

_SLOW_SHARE = const(20)  # one frame in so many may be slow
_PATIENCE = const(10)    # times the frames of a trial: so long it waits for frames that can be compared


class Trial:
    """`frames` to be seen, `min_agreement` in percent, `max_latency_ms` for one frame.

    `compared`: whether there is a model to compare with and the owner wants it.
    """

    def __init__(self, frames, min_agreement, max_latency_ms, compared):
        self.wanted = frames
        self.frames = 0
        self.compared = 0  # frames that both were sure of
        self.agreed = 0
        self._min_agreement = min_agreement
        self._max_latency_ms = max_latency_ms
        self._compares = compared
        self._old_sure = 0
        self._slow = 0

    def count(self, verdict, old_verdict, took_ms):
        """One frame: both verdicts, and the time that the new model took."""
        self.frames += 1
        if took_ms > self._max_latency_ms and self.frames > 1:  # the first frame makes its buffers
            self._slow += 1
        if old_verdict == UNKNOWN:
            return
        self._old_sure += 1
        if verdict != UNKNOWN:
            self.compared += 1
            self.agreed += verdict == old_verdict

    def outcome(self):
        """None while it goes on, "" if the model may take over, otherwise the sentence why not."""
        if self.frames < self.wanted:
            return None
        if self._slow * _SLOW_SHARE > self.frames:
            return "it took more than %d ms for %d of %d frames" % (self._max_latency_ms, self._slow, self.frames)
        return self._disagreement() if self._compares else ""

    def _disagreement(self):
        if 2 * self._old_sure < self.wanted:
            if self.frames < _PATIENCE * self.wanted:
                return None
            return ("the model in use was sure of only %d of %d frames, too few to compare with: push it again without "
                    "comparison if it is right" % (self._old_sure, self.frames))
        if 2 * self.compared < self._old_sure:
            return "it was sure of only %d of %d frames that the model in use was sure of" % (self.compared, self._old_sure)
        if 100 * self.agreed < self._min_agreement * self.compared:
            return "it agreed with the model in use on %d of %d frames, %d %% are wanted" % (
                self.agreed, self.compared, self._min_agreement)
        return ""
