"""Streams against plain decoding, on the host and on the camera: every difference is printed.

As a program, for MicroPython: ujpeg_stream_work.py FOLDER, where every file is a picture. A file whose name contains
"whole" is only decoded whole: damage in restart intervals above a region is not looked at by a stream.
"""

import os
import sys

try:
    import ujpeg
except ImportError:
    from host_tools.native import ujpeg

_MAX_JPEG = 16 << 20
# Damaged headers claim any size; beyond this the output buffer is too small, which both say.
_OUT_MAX = 400000


class Numbers:
    """The same pseudo-random numbers everywhere."""

    def __init__(self, seed):
        self._state = seed

    def below(self, limit):
        self._state = (self._state * 1103515245 + 12345) & 0x7FFFFFFF
        return (self._state >> 8) % limit


def parts(numbers, w, h):
    """The whole, a pixel, whole columns to the bottom, and two others."""
    x, y = numbers.below(w), numbers.below(h)
    yield None
    yield (x, y, 1, 1)
    yield (0, y, w, h - y)
    for _ in range(2):
        x, y = numbers.below(w), numbers.below(h)
        yield (x, y, 1 + numbers.below(w - x), 1 + numbers.below(h - y))


def outcome(decode, data, out, *arguments):
    """(w, h), or the error's text."""
    try:
        return decode(data, out, *arguments)
    except ValueError as error:
        return str(error)


def size_of(data):
    try:
        return ujpeg.info(data)[:2]
    except ValueError:
        return 16, 16


class Comparison:
    """Compares pictures one by one through one stream; `decoded` and `fast` count, `differences` says what differed."""

    def __init__(self):
        self.stream = ujpeg.Stream(_MAX_JPEG)
        self.decoded = self.fast = 0
        self.differences = []
        self._plain, self._streamed = bytearray(1), bytearray(1)

    def picture(self, name, data, only_whole=False):
        numbers = Numbers(len(data))
        width, height = size_of(data)
        self._reserve(min(width * height * 3, _OUT_MAX))
        for rgb in (False, True):
            for denominator in (1, 2, 4, 8):
                w, h = -(-width // denominator), -(-height // denominator)
                for region in (None,) if only_whole else parts(numbers, w, h):
                    self._one(name, data, (denominator, region, rgb))

    def _reserve(self, size):
        if len(self._plain) < size:
            self._plain, self._streamed = bytearray(size), bytearray(size)

    def _one(self, name, data, arguments):
        expected = outcome(ujpeg.decode, data, self._plain, *arguments)
        found = outcome(self.stream.decode, data, self._streamed, *arguments)
        self.decoded += 1
        self.fast += self.stream.fast
        if expected != found:
            self.differences.append((name, arguments, expected, found))
        elif not isinstance(expected, str):
            size = expected[0] * expected[1] * (3 if arguments[2] else 1)
            if memoryview(self._plain)[:size] != memoryview(self._streamed)[:size]:
                self.differences.append((name, arguments, "pixels differ"))


def main(folder):
    comparison = Comparison()
    for name in sorted(os.listdir(folder)):
        with open(folder + "/" + name, "rb") as file:
            comparison.picture(name, file.read(), "whole" in name)
    for difference in comparison.differences:
        print("differs", difference)
    print("decoded", comparison.decoded, "fast", comparison.fast, "differences", len(comparison.differences))


if __name__ == "__main__":
    main(sys.argv[1])
