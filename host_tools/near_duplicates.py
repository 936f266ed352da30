"""Frames that show the same thing: a person who labels one of them has labelled all.

Leader clustering (Hartigan, "Clustering Algorithms", 1975, chapter 3) on 16 x 16 pictures of the region: a frame joins
the first leader that it hardly differs from on average and nowhere by much, so that a door ajar joins no shut one.
"""

import numpy as np

_MEAN = 3.0       # grey levels: mean difference below which two pictures are alike...
_ANYWHERE = 16    # ...if no cell of the 16 x 16 differs by more than this
_LEADERS = 1024   # the latest of a kind that a frame is compared with, a bound on time


def groups(small, kinds, order):
    """int64 [n]: for every frame the index of its group's leader, its own where it leads.

    small: uint8 [n, 16, 16]; kinds: n values, frames of different ones are never alike; order: all indices in the
    order in which they may lead, such as labelled ones first, then by time.
    """
    flat, leader = small.reshape(len(small), -1).astype(np.int16), np.empty(len(small), np.int64)
    leaders = {}
    for i in order:
        found = leaders.setdefault(kinds[i], _Leaders(flat.shape[1]))
        leader[i] = found.join(i, flat[i])
    return leader


class _Leaders:
    def __init__(self, cells):
        self._rows, self._indices, self._count = np.zeros((_LEADERS, cells), np.int16), np.zeros(_LEADERS, np.int64), 0

    def join(self, index, row):
        """The leader of a row, which leads from now on if it is like no other."""
        known = min(self._count, _LEADERS)
        difference = np.abs(self._rows[:known] - row)
        alike = np.flatnonzero((difference.mean(1) < _MEAN) & (difference.max(1) <= _ANYWHERE)) if known else ()
        if len(alike):
            return self._indices[alike[0]]
        place = self._count % _LEADERS
        self._rows[place], self._indices[place] = row, index
        self._count += 1
        return index
