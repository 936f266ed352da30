"""How sure the frames so far make each label: a hidden Markov model over the network's calibrated logits, in integers.

The forward recursion in its max-plus form (Viterbi 1967; Rabiner, "A tutorial on hidden Markov models", 1989): a label's
score is the best way to it, by staying or by changing from another at the price of ln(dwell / time since the last frame),
plus the frame's log odds. So a door that is seldom open and never for less than so many seconds needs more than one odd
frame to be so. A frame's word counts by the time that it stands for, up to half a second: what frames that follow each
other closely say is nearly the same. Units are 1/4096 of a natural logarithm.
"""

import math

UNIT = 4096
SURE = 2 * UNIT          # by which the best must lead: 88 %
_MOST = 8 * UNIT         # one frame says; it may be wrong altogether
_LN_2 = 2839
_FRAME_MS = 500          # what frames are independent at, and what the first one stands for


class Filter:
    """`dwell_s`: for each label the shortest time that it plausibly stays; `scale`: real value of a logit step.

    After `update`: `best`, the index of the likeliest label, and `lead` over the second, in 1/4096.
    """

    def __init__(self, dwell_s, scale):
        self._dwell = [int(UNIT * math.log(seconds * 1000)) for seconds in dwell_s]
        self._step = max(1, min(_MOST, int(scale * UNIT)))
        self._scores = [0] * len(dwell_s)
        self._price = [0] * len(dwell_s)
        self.best = self.lead = 0

    def forget(self):
        """Nothing is known any more: the view was not the one that counts."""
        for i in range(len(self._scores)):
            self._scores[i] = 0

    def update(self, logits, passed_ms=None):
        """One frame's raw int8 logits, and the milliseconds since the frame before, if they are known. Allocates nothing."""
        passed = _FRAME_MS if passed_ms is None else max(1, passed_ms)
        self._move(_ln(passed))
        self._weigh(logits, min(_FRAME_MS, passed))
        self._rank()

    def is_sure(self, index):
        """Whether label `index` leads by enough to be adopted."""
        return self.best == index and self.lead >= SURE

    def frames(self, lead):
        """Frames at half a second, each with so many logit steps of lead, after which another label is surely adopted."""
        return -(-(max(self._dwell) - _ln(_FRAME_MS) + SURE) // max(1, min(_MOST, lead * self._step)))

    def _move(self, ln_passed):
        """A label's score is at least that of any other less the price of changing."""
        scores, price, count = self._scores, self._price, len(self._scores)
        for i in range(count):
            price[i] = scores[i] - max(_LN_2, self._dwell[i] - ln_passed)
        for i in range(count):
            for j in range(count):
                if price[j] > scores[i]:
                    scores[i] = price[j]

    def _weigh(self, logits, stands_for):
        scores, count, top = self._scores, len(self._scores), -128
        for i in range(count):
            top = max(top, _signed(logits[i]))
        for i in range(count):
            scores[i] -= min(_MOST, (top - _signed(logits[i])) * self._step) * stands_for // _FRAME_MS

    def _rank(self):
        """The best score becomes 0, so that none grows without limit."""
        scores, best, second = self._scores, 0, None
        for i in range(1, len(scores)):
            if scores[i] > scores[best]:
                best = i
        for i in range(len(scores)):
            if i != best and (second is None or scores[i] > second):
                second = scores[i]
        self.best, self.lead, top = best, scores[best] - second, scores[best]
        for i in range(len(scores)):
            scores[i] -= top


def of(model):
    """The Filter of a contract.model.Model, or None for a file whose smoothing says nothing of dwell times."""
    dwell_s = model.smoothing.get("dwell_s")
    return Filter(dwell_s, model.output_scale) if dwell_s else None


def _signed(value):
    return value - 256 if value > 127 else value


def _ln(value):
    """ln of a positive integer in 1/4096, a straight line between powers of two: at most 0.06 too small."""
    bits, power = 0, 1
    while power * 2 <= value:
        power *= 2
        bits += 1
    return bits * _LN_2 + (value - power) * _LN_2 // power
