"""A few vectors that stand for all that was kept."""

from array import array
from binascii import a2b_base64, b2a_base64

from contract.sampling.look import WHOLE

FAR = 65535  # above every distance
_MOST_HITS = 65535
_MOST_WAITING = 4


class Centres:
    """At most `capacity` vectors (bytes-like, equally long), `difference(a, b)` their distance, 0..65280.

    A vector nearer than `join` to a centre joins it. A farther one becomes a centre; where none is free it takes the
    place of one of the two that are nearest to each other, if it is farther from all than those two: the incremental
    k-centre clustering of Charikar, Chekuri, Feder and Motwani (1997), with centres that are vectors once seen.
    Nothing allocates after the first vector. `nearest(vector, table, count, out)`: imgprep.nearest, that many differences in
    one call. `spread` is the distance of the two nearest centres once there are
    `capacity` of them, 0 before; it may be too large until tidy() has found nothing more to do.
    """

    def __init__(self, capacity, join, difference, nearest=None):
        self._capacity = capacity
        self._join = join
        self._difference = difference
        self._find = nearest or self._loop
        self._reset(0)

    def __len__(self):
        return self._count

    def clear(self):
        self._reset(0)

    def _reset(self, length):
        self._length = length
        self._count = 0
        self._at = 0  # the nearest centre of the last search
        self._near = FAR
        self.waits = 0  # vectors for tidy() to add
        self._waiting = [bytearray(length) for _ in range(_MOST_WAITING if length else 0)]  # the oldest first
        self._gap = FAR  # to the nearest of them, as of the last near()
        self.spread = 0
        self._table = bytearray(length * self._capacity)
        rows = memoryview(self._table)
        self._vectors = [rows[i * length:(i + 1) * length] for i in range(self._capacity if length else 0)]
        self._distances = array("H", [FAR] * self._capacity)
        self._others = array("H", [FAR] * self._capacity)
        self._gaps = array("H", [FAR] * self._capacity)  # to the nearest other centre
        self._nearest = array("h", [-1] * self._capacity)  # which that is, -1 = none
        self._stale = bytearray(self._capacity)  # 1 = _gaps is no less than the truth, see tidy
        self._hits = array("H", [0] * self._capacity)
        self._doubtful = False  # some may be stale

    def distance(self, vector, enough):
        """To the nearest centre, or any distance of at most `enough` if there is one; FAR without centres."""
        if self.near(vector, enough):
            return self._near
        if len(vector) != self._length:
            return FAR
        return min(self.search(vector), self._gap)

    def near(self, vector, enough):
        """Whether a vector that waits, or the centre that was last the nearest, is at most `enough` away."""
        if len(vector) != self._length:
            return False
        near = self._gap = self._to_waiting(vector)
        if near > enough and self._count:
            near = self._difference(vector, self._vectors[self._at])
        self._near = near
        return near <= enough

    def later(self, vector):
        """`vector` was kept: it counts from now on, and tidy() will add it; where too many wait the oldest is forgotten."""
        if len(vector) != self._length:
            self._reset(len(vector))
        if self.waits == _MOST_WAITING:
            self._waiting.append(self._waiting.pop(0))
            self.waits -= 1
        self._waiting[self.waits][WHOLE] = vector
        self.waits += 1

    def prepare(self, length):
        """Makes the buffers for vectors of `length`, unless they are there."""
        if length != self._length:
            self._reset(length)

    def _add_oldest(self):
        oldest = self._waiting.pop(0)
        self.waits -= 1
        self.add(oldest)
        self._waiting.append(oldest)

    def _to_waiting(self, vector):
        near = FAR
        for i in range(self.waits):
            near = min(near, self._difference(vector, self._waiting[i]))
        return near

    def search(self, vector):
        """Distance to the nearest centre, apart from vectors that wait."""
        if not self._count:
            self._at = 0
            return FAR
        self._at = at = self._find(vector, self._table, self._count, self._distances)
        return self._distances[at]

    def _loop(self, vector, table, count, out):
        """In place of imgprep.nearest."""
        at = 0
        for i in range(count):
            out[i] = self._difference(vector, self._vectors[i])
            if out[i] < out[at]:
                at = i
        return at

    def add(self, vector):
        """`vector` was kept."""
        self.prepare(len(vector))
        best = self.search(vector)
        at = self._at
        full = self._count == self._capacity
        if best <= self._join or best <= self.spread:
            self._hits[at] = min(_MOST_HITS, self._hits[at] + 1)
            return
        slot = self._least_useful() if full else self._count
        self._distances[slot] = FAR
        if not full:
            self._count += 1
        self._vectors[slot][WHOLE] = vector
        self._place(slot, best, at)

    def _least_useful(self):
        gaps, hits, slot = self._gaps, self._hits, 0
        least = min(gaps)
        while gaps[slot] != least:
            slot += 1
        other = self._nearest[slot]
        return other if other >= 0 and hits[other] < hits[slot] else slot

    def _place(self, slot, best, at):
        """Centre `slot` is new; _distances are those to what was there before, that of `slot` is FAR."""
        gaps, nearest, distances, stale = self._gaps, self._nearest, self._distances, self._stale
        for i in range(self._count):
            gap = gaps[i]
            if nearest[i] == slot:
                gap = gaps[i] = FAR
                stale[i] = 1
            distance = distances[i]
            if distance < gap:
                gaps[i] = distance
                nearest[i] = slot
        alone = at == slot  # its nearest was the one whose place it took, or there is no other
        gaps[slot] = FAR if alone else best
        nearest[slot] = -1 if alone else at
        stale[slot] = 1 if alone else 0
        self._doubtful = True
        self._hits[slot] = 0
        self._at = slot
        self._measure()

    def _measure(self):
        self.spread = min(self._gaps) if self._count == self._capacity else 0

    def tidy(self):
        """One piece of what later() and add() left to do, when there is time. True if there was anything."""
        if self.waits:
            self._add_oldest()
            return True
        if self._doubtful:
            for i in range(self._count):
                if self._stale[i]:
                    self._find_neighbour(i)
                    return True
            self._doubtful = False
        return False

    def settle(self):
        """All of it."""
        while self.tidy():
            pass

    def _find_neighbour(self, which):
        others = self._others
        self._find(self._vectors[which], self._table, self._count, others)
        others[which] = FAR
        best, at = FAR, -1
        for i in range(self._count):
            if others[i] < best:
                best = others[i]
                at = i
        self._gaps[which] = best
        self._nearest[which] = at
        self._stale[which] = 0
        self._measure()

    def dump(self):
        """As values for JSON."""
        self.settle()
        texts = [b2a_base64(vector).decode().strip() for vector in self._vectors[:self._count]]
        return {"vectors": texts, "hits": list(self._hits[:self._count])}

    def restore(self, dumped):
        """What dump() gave, to an object with room for at least some. Raises ValueError, KeyError, TypeError."""
        vectors = [a2b_base64(text) for text in dumped["vectors"]][:self._capacity]
        hits = [min(_MOST_HITS, max(0, int(hit))) for hit in dumped["hits"]][:self._capacity]
        if len(hits) != len(vectors) or any(len(vector) != len(vectors[0]) or not vector for vector in vectors):
            raise ValueError("centres do not fit each other")
        self._reset(len(vectors[0]) if vectors else 0)
        for i in range(len(vectors)):
            self._vectors[i][WHOLE] = vectors[i]
            self._hits[i] = hits[i]
            self._stale[i] = 1
        self._count = len(vectors)
        self._doubtful = True
