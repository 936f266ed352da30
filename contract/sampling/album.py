"""Small pictures of what was kept and of what usually stands there: whether a frame shows what is known already."""

from array import array

from contract.sampling.look import WHOLE

_FAR = 65535  # above every distance
_LONG_AGO = -(1 << 29)
_SHELVES = 16
_LEVEL_BITS = 11
_LEVELS = 1 << _LEVEL_BITS  # 1/256 grey levels of mean brightness that share a shelf; 16 shelves on comes the first one again
_CHANCES = 3
_LONG_MS = 600000  # what stands that long is usual...
_CALM_MS = 300000  # ...and what is kept after that long without anything else; no opening lasts as long


class Album:
    """Pictures (bytes-like, equally long), unlike each other, that came or were recognised last, roughly.

    Two are alike when they differ by at most `alike`, 1/256 grey levels on average; at 8 x 8 noise hardly counts. They stand
    on 16 shelves of `places` by mean brightness, which differs no more than they do, so that a search looks at one shelf or
    two neighbours. `difference` and `nearest` as in Centres. A frame pays for one search, and only if it is asked about;
    one that is kept without is not compared with what is there, and what stands for long is added by tidy().
    """

    def __init__(self, places, alike, difference, nearest=None):
        self._places = places
        self._alike = alike
        self._difference = difference
        self._find = nearest or self._loop
        self._calm_since = None  # when something other than a background was last seen
        self._added_at = 0
        self._picture = None
        self.stands = False  # the present picture, for long: tidy() has something to do
        self.known = False  # what has() said of the present frame; False before it is asked
        self._reset(0)

    def _reset(self, length):
        places, size = self._places, _SHELVES * self._places
        self._length = length
        self._black = bytes(length)
        self._at = self._shelf = 0
        self._distance = _FAR
        self._searched = False
        # The first shelf stands behind the last once more. An empty place is half white and half black, which no picture is.
        rows = memoryview(bytearray(b"\0\xff" * ((length * (size + places) + 1) // 2)))
        one, two = length * places, 2 * length * places
        self._single = [rows[i * one:i * one + one] for i in range(_SHELVES if length else 0)]
        self._double = [rows[i * one:i * one + two] for i in range(_SHELVES if length else 0)]
        self._rows = [rows[i * length:(i + 1) * length] for i in range(size + places if length else 0)]
        self._counts, self._hands = bytearray(_SHELVES), bytearray(_SHELVES)
        self._distances = array("H", [0] * (2 * places))
        self._times = array("i", [_LONG_AGO] * size)
        self._usual, self._seen = bytearray(size), bytearray(size)  # 1 = usual; recognised since the hand last came by

    def prepare(self, picture):
        """Makes the buffers for pictures like this one, unless they are there; None: there are no pictures."""
        if picture is not None and len(picture) != self._length:
            self._reset(len(picture))

    def show(self, picture, unlike, time_ms):
        """The present frame's picture, or None; `unlike`: it is not the background."""
        self._picture = picture
        self._searched = self.known = False
        if unlike or self._calm_since is None or time_ms < self._calm_since:
            self._calm_since = self._added_at = time_ms
            self.stands = False
        elif time_ms - self._added_at >= _LONG_MS:
            self.stands = True

    def has(self, alike=None):
        """Whether a picture like the present frame's is here; then age() and usual() tell of the nearest."""
        if not self._searched:
            self._searched = True
            self._search(self._picture)
        self.known = self._distance <= (self._alike if alike is None else alike)
        return self.known

    def _search(self, picture):
        self._distance = _FAR
        self._at = 0
        if picture is None:
            return
        if len(picture) != self._length:
            self._reset(len(picture))
        alike = self._alike
        brightness = self._difference(picture, self._black)
        within = brightness & _LEVELS - 1
        first = self._shelf = (brightness >> _LEVEL_BITS) % _SHELVES
        count, shelves = self._places, self._double
        if within < alike:
            first = (first or _SHELVES) - 1
            count += count
        elif _LEVELS - within < alike:
            count += count
        else:
            shelves = self._single
        at = self._find(picture, shelves[first], count, self._distances)
        self._distance = self._distances[at]
        at += first * self._places
        self._at = at = at if at < len(self._times) else at - len(self._times)
        if self._distance <= alike:
            self._seen[at] = 1

    def usual(self):
        return self._usual[self._at] > 0

    def age(self, time_ms):
        """Milliseconds since it was last kept, or stood."""
        return time_ms - self._times[self._at]

    def add(self, time_ms):
        """The present frame was kept. One that is like another only makes that one younger."""
        picture = self._picture
        if picture is None:
            return
        if not self._searched:
            self.prepare(picture)
            self._distance = _FAR
            self._shelf = (self._difference(picture, self._black) >> _LEVEL_BITS) % _SHELVES
        self._put(picture, time_ms)

    def tidy(self, time_ms):
        """The present picture stands for long: it is added."""
        self.stands = False
        self._added_at = time_ms
        if self._picture is not None:
            self.has()
            self._put(self._picture, time_ms)

    def _put(self, picture, time_ms):
        """On its shelf, or in the place of the one that it is like."""
        at = self._at
        if self._distance > self._alike:
            at = self._free(self._shelf)
            self._rows[at][WHOLE] = picture
            if at < self._places:
                self._rows[len(self._times) + at][WHOLE] = picture
            self._usual[at] = self._seen[at] = 0
        self._times[at] = time_ms
        if time_ms - self._calm_since >= _CALM_MS:
            self._usual[at] = 1

    def _free(self, shelf):
        """A free place, or the next one whose picture was not recognised of late: the clock algorithm."""
        first = shelf * self._places
        if self._counts[shelf] < self._places:
            self._counts[shelf] += 1
            return first + self._counts[shelf] - 1
        for _ in range(_CHANCES):
            slot = self._hands[shelf]
            self._hands[shelf] = (slot + 1) % self._places
            if not self._seen[first + slot]:
                break
            self._seen[first + slot] = 0
        return first + slot

    def _loop(self, vector, table, count, out):
        """In place of imgprep.nearest."""
        at, length = 0, self._length
        for i in range(count):
            out[i] = self._difference(vector, table[i * length:(i + 1) * length])
            if out[i] < out[at]:
                at = i
        return at

    def rebase(self, ms):
        """Times are `ms` less from now on."""
        if self._calm_since is not None:
            self._calm_since = max(_LONG_AGO, self._calm_since - ms)
            self._added_at = max(_LONG_AGO, self._added_at - ms)
        for i in range(len(self._times)):
            self._times[i] = max(_LONG_AGO, self._times[i] - ms)
