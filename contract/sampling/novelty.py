"""How far a frame is from everything that was kept: in shape and in colour."""

from contract.sampling.centres import Centres

CALM = 256  # strain at which the threshold is as it was given
LEAST = 128  # as low as it gets
ABRUPT = 192  # of a frame that differs from the one before or from the background


class _Distance:
    """`threshold` in 1/256 steps of the vector; `amount` is the last distance, at most that where it says None."""

    reason = None

    def __init__(self, threshold, capacity, difference, nearest=None):
        self.centres = Centres(capacity, threshold // 2, difference, nearest)
        self._threshold = threshold
        self._least = threshold * LEAST // CALM
        self.amount = 0

    def update(self, look, time_ms):
        """Reason or None; without a vector None, before anything was kept the reason."""
        self.centres.settle()
        return self.reason if self.beyond(look, CALM, self.centres.spread) else None

    def beyond(self, look, strain, spread=0):
        """Whether the frame is farther from all that was kept than threshold * strain / 256 and than `spread`."""
        vector = self.vector(look)
        if vector is None:
            return False
        limit = max(self._threshold * strain // 256, spread)
        self.amount = self.centres.distance(vector, limit)
        return self.amount > limit

    def prepare(self, look):
        """Makes the buffers for frames like `look`."""
        vector = self.vector(look)
        if vector is not None:
            self.centres.prepare(len(vector))

    def farther(self, look, strain):
        """As beyond, after near() has said no, when no centre waits; the spread counts by its strain as well."""
        limit = max(self._threshold, self.centres.spread) * strain // 256
        self.amount = self.centres.search(self.vector(look))
        return self.amount > limit

    def near(self, look):
        """Whether one comparison shows that no strain, however small, would make the frame a stranger."""
        vector = self.vector(look)
        return vector is None or self.centres.near(vector, self._least)

    def kept(self, look, time_ms):
        vector = self.vector(look)
        if vector is not None:
            self.centres.later(vector)

    def rebase(self, ms):
        """Holds no times."""


class Shape(_Distance):
    """"shape": the histogram of gradients; without one, the picture itself."""

    reason = "shape"

    def vector(self, look):
        return look.small if look.hog is None else look.hog


class Colour(_Distance):
    """"colour": the colour histogram, if there is one."""

    reason = "colour"

    def vector(self, look):
        return look.colour
