"""How much may be kept: frames in any hour, frames and bytes in any day, in pools that cannot empty one another."""

from array import array

from contract.sampling.settings import SHARES

EVEN, NOVEL, TELLING, RARE, RANDOM, ROLL = 0, 1, 2, 3, 4, 5
_POOLS = 6
_HOUR_MS = 3600000
_BUCKETS = 25  # the present hour and the 24 before it: no 24 hours lie outside
_LONG_AGO = -(1 << 29)
# How full the day's bytes may be for a pool to get more: the random slice has the last of them.
_BYTES_PERCENT = (85, 60, 70, 95, 100, 60)


class Budget:
    """Times are an Elapsed's. `settings` as settings.complete returns them."""

    def __init__(self, settings):
        day, hour = settings["day_frames"], settings["hour_frames"]
        even, telling, rare, random, roll = [max(1, day * settings[name] // 100) if settings[name] else 0 for name in SHARES]
        self.limits = (even, max(0, day - even - telling - rare - random - roll), telling, rare, random, roll)
        ordinary = hour - max(2, hour * settings["hour_reserve_percent"] // 100)
        # Of the hour's frames: novel ones leave the reserve, transitions and rare states the last one.
        self._hourly = (hour, ordinary, hour - 1, hour - 1, hour, ordinary)
        self._byte_limits = [settings["day_bytes"] * percent // 100 for percent in _BYTES_PERCENT]
        self._frames = array("H", [0] * (_POOLS * _BUCKETS))
        self._used = [0] * _POOLS
        self._bytes = [0] * _BUCKETS
        self._bytes_used = 0
        self._bucket = 0
        self._into = 0
        self._recent = array("i", [_LONG_AGO] * hour)  # times of the last frames, a ring
        self._next = 0
        self._largest = 0

    def pass_time(self, ms):
        self._into += ms
        while self._into >= _HOUR_MS:
            self._into -= _HOUR_MS
            self._bucket = bucket = (self._bucket + 1) % _BUCKETS
            self._bytes_used -= self._bytes[bucket]
            self._bytes[bucket] = 0
            self._largest -= self._largest // 16
            frames, used = self._frames, self._used
            for pool in range(_POOLS):
                if frames[bucket]:
                    used[pool] -= frames[bucket]
                    frames[bucket] = 0
                bucket += _BUCKETS

    def may(self, pool, now_ms, size=0):
        """Whether one more frame fits; `size` in bytes, 0 = not known: then it is taken to be the largest of late."""
        if self._used[pool] >= self._room(pool):
            return False
        ring = self._recent
        if now_ms - ring[(self._next - self._hourly[pool]) % len(ring)] < _HOUR_MS:
            return False
        return self._bytes_used + (size or self._largest) <= self._byte_limits[pool]

    def _room(self, pool):
        """Frames that the pool may have: novel ones borrow a third of what rare events have left."""
        limit = self.limits[pool]
        if pool == RARE:
            return limit - max(0, self._used[NOVEL] - self.limits[NOVEL])
        return limit + max(0, self.limits[RARE] - self._used[RARE]) // 3 if pool == NOVEL else limit

    def take(self, pool, now_ms):
        """A frame is kept at the expense of `pool`."""
        self._used[pool] += 1
        self._frames[pool * _BUCKETS + self._bucket] += 1
        self._recent[self._next] = now_ms
        self._next = (self._next + 1) % len(self._recent)

    def take_bytes(self, size):
        self._bytes_used += size
        self._bytes[self._bucket] += size
        self._largest = max(size, self._largest)

    def under_pressure(self, pool):
        """More than half of the pool is gone, a quarter of it within this hour and the one before."""
        first = pool * _BUCKETS
        lately = self._frames[first + self._bucket] + self._frames[first + (self._bucket - 1) % _BUCKETS]
        return self.scarce(pool) and 4 * lately > self.limits[pool]

    def scarce(self, pool):
        """More than half of the pool is gone."""
        return 2 * self._used[pool] > self._room(pool)

    def rebase(self, ms):
        for i in range(len(self._recent)):
            self._recent[i] = max(_LONG_AGO, self._recent[i] - ms)

    def dump(self, now_ms):
        """As values for JSON."""
        order = list(range(self._bucket + 1, _BUCKETS)) + list(range(self._bucket + 1))  # oldest first
        return {
            "frames": [[self._frames[pool * _BUCKETS + i] for i in order] for pool in range(_POOLS)],
            "bytes": [self._bytes[i] for i in order],
            "into": self._into,
            "ago": [now_ms - time for time in self._recent if now_ms - time < _HOUR_MS],
            "largest": self._largest,
        }

    def restore(self, dumped):
        """What dump() gave, as of now_ms 0; to a new object. Raises ValueError, KeyError, TypeError."""
        for pool in range(_POOLS):
            for i in range(_BUCKETS):
                self._frames[pool * _BUCKETS + i] = min(65535, _count(dumped["frames"][pool][i]))
            self._used[pool] = sum(self._frames[pool * _BUCKETS + i] for i in range(_BUCKETS))
        self._bytes = [_count(dumped["bytes"][i]) for i in range(_BUCKETS)]
        self._bytes_used = sum(self._bytes)
        self._bucket = _BUCKETS - 1
        self._into = min(_HOUR_MS - 1, _count(dumped["into"]))
        self._largest = _count(dumped["largest"])
        for ago in sorted([_count(ago) for ago in dumped["ago"]], reverse=True)[-len(self._recent):]:
            self._recent[self._next] = max(_LONG_AGO, -ago)
            self._next = (self._next + 1) % len(self._recent)


def _count(value):
    if not isinstance(value, int) or value < 0:
        raise ValueError("not a count: " + repr(value))
    return value
