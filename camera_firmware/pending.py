"""Samples that are not on the disk yet: copies in one buffer that is made once and emptied as a whole."""

from camera_firmware.portable import const

_MAX_SAMPLES = const(64)


class Sample:
    """`jpeg` and `text`, the sidecar's JSON, are bytes-like; `rank` as in camera_firmware.spool_index."""

    def __init__(self, name, rank, jpeg, text):
        self.name = name
        self.rank = rank
        self.jpeg = jpeg
        self.text = text

    @property
    def size(self):
        return len(self.jpeg) + len(self.text)


class Pending:
    """`buffer` is writable memory; what is longer does not fit."""

    def __init__(self, buffer):
        self.samples = []  # in the order of their coming
        self.capacity = len(buffer)
        self._view = memoryview(buffer)
        self._used = 0

    def __len__(self):
        return len(self.samples)

    def add(self, sample):
        """Copies it. False if there is no room."""
        if self._used + sample.size > self.capacity or len(self.samples) >= _MAX_SAMPLES:
            return False
        self.samples.append(Sample(sample.name, sample.rank, self._copy(sample.jpeg), self._copy(sample.text)))
        return True

    def _copy(self, data):
        begin, self._used = self._used, self._used + len(data)
        view = self._view[begin:self._used]
        view[:] = data
        return view

    def clear(self):
        self.samples = []
        self._used = 0
