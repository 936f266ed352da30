"""The same bytes on every interpreter."""


def noise(size, seed=1):
    """Pseudo-random bytes from a linear congruential generator."""
    state, out = seed, bytearray(size)
    for i in range(size):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        out[i] = state >> 16 & 0xFF
    return out
