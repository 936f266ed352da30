"""The picture of the latest transition, kept until the broker has it."""

from camera_firmware.portable import const

MAX_PICTURE_BYTES = const(4194304)
_ATTEMPTS = const(3)  # then a connection that breaks at every picture is left to the states

class Evidence:
    """Two places of `size` bytes, made by `allocate` at the first picture: one may be on its way while the next one comes."""

    def __init__(self, size, allocate, log, metrics):
        self._size = size
        self._allocate = allocate
        self._log = log
        self._metrics = metrics
        self._places = None
        self._lengths = [0, 0]
        self._newest = None   # the place of the newest picture
        self._sending = None  # the place that must not be touched
        self._failures = 0    # of the newest picture, in a row
        self.waiting = False

    @property
    def unsettled(self):
        """A picture waits or is on its way."""
        return self.waiting or self._sending is not None

    def offer(self, jpeg):
        """Copies the picture, in place of one that still waits."""
        if len(jpeg) > self._size or not self._made():
            self._metrics.count("pictures_dropped")
            return
        place = 0 if self._sending != 0 else 1
        # Of the exact slice: to assign to a part of a view moves what lies behind it onto itself, which on ARM touches it all.
        self._places[place][:len(jpeg)][:] = jpeg
        self._lengths[place] = len(jpeg)
        self._newest, self._failures, self.waiting = place, 0, True

    def _made(self):
        """Memory is taken once, and only where pictures are told."""
        if self._places is None:
            try:
                view = memoryview(self._allocate(2 * self._size))
            except MemoryError:
                self._log.repeated("evidence", "no memory for pictures of transitions")
                return False
            self._places = view[:self._size], view[self._size:]
        return True

    def begin(self):
        """The newest picture's bytes, which stay what they are until `end`."""
        self._sending, self.waiting = self._newest, False
        return self._places[self._newest][:self._lengths[self._newest]]

    def end(self, told):
        """`told`: the other side has it. Otherwise it is tried again with the next connection, three times in all."""
        if self._sending == self._newest:
            self._failures = 0 if told else self._failures + 1
        self._sending = None

    def again(self):
        """Another connection: the newest picture is to be told again."""
        self.waiting = self._newest is not None and self._failures < _ATTEMPTS
