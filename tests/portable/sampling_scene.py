"""Pictures and days for the tests of sampling: small, exact, without a camera."""

from contract.sampling import Look

SIDE = 8
HOUR_MS, DAY_MS = 3600000, 86400000
START_MS = 1772323200000  # 2026-03-01T00:00:00Z

try:
    from imgprep import mean_abs_diff as difference, nearest
except ImportError:
    from host_tools.native.imgprep import mean_abs_diff as difference, nearest


class Lcg:
    """A linear congruential generator, the same on both interpreters; as a function 0 <= x < 1."""

    def __init__(self, seed):
        self.state = seed

    def __call__(self):
        self.state = (self.state * 1103515245 + 12345) & 0x7FFFFFFF
        return (self.state >> 8) / (1 << 23)

    def below(self, n):
        return int(self() * n)


def flat(grey):
    return bytearray([grey] * (SIDE * SIDE))


_random = Lcg(7)
_NOISE = bytes([_random.below(256) for _ in range(4096)])


def pattern(seed):
    """A picture unlike that of any other seed up to 4000: distances near 85 grey levels."""
    start = seed * 61 % (len(_NOISE) - SIDE * SIDE)
    return bytearray(_NOISE[start:start + SIDE * SIDE])


def most(times, span):
    """The most of `times` (ascending) that lie within any span."""
    first = best = 0
    for i, time in enumerate(times):
        while time - times[first] >= span:
            first += 1
        best = max(best, i - first + 1)
    return best


def look(picture, state=None, lead=100, smoothed=None):
    """`state` is the verdict and, unless given, the smoothed state."""
    return Look(picture, picture, picture[:16], state, None if state is None else lead, smoothed or state)
