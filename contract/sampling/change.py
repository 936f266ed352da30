"""Change against the frame before and against a background that adapts slowly."""

from contract.sampling.look import WHOLE

_START = 256  # 1/256 grey levels: a quiet camera's noise
_QUICK_STEPS = 64  # frames in which the estimate moves fast
_LONG_MS = 600000


class Noise:
    """The usual difference of two frames in a row: a running median, one step up or down a frame."""

    def __init__(self):
        self.level = _START
        self._seen = 0

    def update(self, difference):
        step = 4
        if self._seen < _QUICK_STEPS:
            self._seen += 1
            step = 32
        if difference > self.level:
            self.level += step
        elif self.level > step:
            self.level -= step


class Change:
    """"change" when the picture differs from the frame before by more than `threshold`, and by more than noise does.

    `difference(a, b)` is imgprep.mean_abs_diff: 1/256 grey levels between two equally long uint8 buffers.
    `amount` is the last difference, `still` whether it was noise, `noise` a Noise.
    """

    def __init__(self, threshold, difference):
        self._threshold = threshold
        self._difference = difference
        self._before = None
        self.noise = Noise()
        self.amount = 0
        self.still = False

    def update(self, look, time_ms):
        """Reason or None; None for the first picture and for one of another size."""
        small = look.small
        if self._before is None or len(small) != len(self._before):
            self._before = bytearray(small)
            self.still = False
            return None
        amount = self.amount = self._difference(small, self._before)
        self._before[WHOLE] = small
        self.noise.update(amount)
        self.still = amount <= self._threshold or 2 * amount <= 3 * self.noise.level
        return None if self.still else "change"

    def kept(self, look, time_ms):
        """What was kept plays no part."""

    def rebase(self, ms):
        """Holds no times."""


class Background:
    """"background" when the picture differs by more than `threshold` from what has long been there.

    A picture that stays as it is for `adapt_ms`, within the threshold, becomes the background: slow light does so over
    and over, a parcel once, a person who walks by never. `difference` as in Change. `amount` is the last difference.
    """

    def __init__(self, threshold, adapt_ms, difference):
        self._threshold = threshold
        self._adapt_ms = adapt_ms
        self._difference = difference
        self._background = None
        self._candidate = None
        self._since = 0
        self._usual = Usual(threshold, difference)
        self.amount = 0

    def update(self, look, time_ms):
        """Reason or None; the first picture, and the first of another size, is background at once."""
        small = look.small
        if self._background is None or len(small) != len(self._background):
            self._background = bytearray(small)
            self._candidate = bytearray(small)
            self._since = time_ms
            self._usual.begin(small, time_ms)
        self._adapt(small, time_ms)
        self.amount = self._difference(small, self._background)
        return "background" if self.amount > self._threshold else None

    def _adapt(self, small, time_ms):
        if time_ms < self._since:
            self._since = time_ms
        if self._difference(small, self._candidate) > self._threshold:
            self._candidate[WHOLE] = small
            self._since = time_ms
        elif time_ms - self._since >= self._adapt_ms:
            self._usual.succeed(self._background, small, time_ms)
            self._background[WHOLE] = small
            self._candidate[WHOLE] = small
            self._since = time_ms

    def follow(self, look):
        """The background has slowly become what this frame shows."""
        self._usual.follow(self._background, look.small)
        self._background[WHOLE] = look.small

    def returns(self, look):
        """Whether the picture is what had long been there before something else became the background."""
        return self._usual.is_like(look.small)

    def kept(self, look, time_ms):
        """What was kept plays no part."""

    def rebase(self, ms):
        """Times are `ms` less from now on."""
        self._since -= ms
        self._usual.rebase(ms)


class Usual:
    """The background before the present one, if it stood for long: a parcel that is taken away shows it again."""

    def __init__(self, threshold, difference):
        self._threshold = threshold
        self._difference = difference
        self._picture = None
        self._begun = 0  # when the present background came, apart from slow changes of it

    def begin(self, small, time_ms):
        """The first background."""
        self._picture = bytearray(small)
        self._begun = time_ms

    def succeed(self, background, small, time_ms):
        """`small` becomes the background after `background`."""
        if self._difference(small, background) <= self._threshold:
            return
        if self._difference(small, self._picture) <= self._threshold:
            self._picture[WHOLE] = small
        elif time_ms - self._begun >= _LONG_MS:
            self._picture[WHOLE] = background
        self._begun = time_ms

    def follow(self, background, small):
        """`background` has slowly become `small`."""
        if self.is_like(background):
            self._picture[WHOLE] = small

    def is_like(self, small):
        return self._difference(small, self._picture) <= self._threshold

    def rebase(self, ms):
        """Times are `ms` less from now on."""
        self._begun = max(-(1 << 28), self._begun - ms)
