"""Seeded randomness that needs no state: everything is drawn from a key."""

import zlib
from functools import lru_cache

import numpy

_MASK = (1 << 64) - 1


def _integers(key):
    return [zlib.crc32(part.encode()) if isinstance(part, str) else int(part) & _MASK for part in key]


def generator(*key):
    """A numpy Generator that depends on `key` (strings and integers) and on nothing else."""
    return numpy.random.Generator(numpy.random.PCG64(numpy.random.SeedSequence(_integers(key))))


def number(*key):
    """A 64-bit hash of `key`; far cheaper than `generator` where one number is wanted."""
    state = 0x9E3779B97F4A7C15
    for part in _integers(key):
        state = (state ^ part) * 0xBF58476D1CE4E5B9 & _MASK
        state = (state ^ (state >> 27)) * 0x94D049BB133111EB & _MASK
        state ^= state >> 31
    return state


_named = lru_cache(maxsize=512)(number)


def _at(cell, base):
    state = (base + cell * 0x9E3779B97F4A7C15) & _MASK
    state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9 & _MASK
    state = (state ^ (state >> 27)) * 0x94D049BB133111EB & _MASK
    return (state ^ (state >> 31)) / 2.0 ** 64


def unit(*key):
    """A float in [0, 1) that depends on `key` only."""
    return number(*key) / 2.0 ** 64


def wave(position, *key):
    """Smooth noise in [0, 1] along a line; `position` is in lattice steps (any real number)."""
    base = _named(*key)
    cell = int(position // 1)
    part = position - cell
    part = part * part * (3.0 - 2.0 * part)
    return _at(cell, base) * (1.0 - part) + _at(cell + 1, base) * part
