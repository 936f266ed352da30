"""Frames in time: asks the clock, renders, repeats the last frame at the end, renders ahead in lock step."""

import threading
from concurrent.futures import ThreadPoolExecutor

_AHEAD = 4


class Frames:
    """Frames of `source` by `clock`; used from one thread.

    `hold_event` is set while the clock holds and somebody has asked beyond the end.
    """

    def __init__(self, source, clock):
        self.source, self.clock = source, clock
        self.hold_event = threading.Event()
        self.served, self.time_ms = 0, None
        self._pool = ThreadPoolExecutor(1, "simcam-render")
        self._ahead = {}
        self._last = (None, None)

    def next(self, size, quality):
        """(future of bytes, time_ms, held). Each call ticks the clock."""
        time_ms, held = self.clock.tick()
        if held:
            self.hold_event.set()
        key = (time_ms, size, quality)
        if self._last[0] != key:
            self._last = (key, self._ahead.pop(key, None) or self._submit(key))
        self._render_ahead(size, quality)
        return self._last[1], time_ms, held

    def _submit(self, key):
        return self._pool.submit(self.source.jpeg, *key)

    def _render_ahead(self, size, quality):
        times = self.clock.ahead(_AHEAD)
        for key in [key for key in self._ahead if key[0] not in times]:
            self._ahead.pop(key).cancel()
        for time_ms in times:
            key = (time_ms, size, quality)
            if key not in self._ahead:
                self._ahead[key] = self._submit(key)

    def count(self, time_ms):
        """Notes that the frame of `time_ms` has been sent."""
        self.served += 1
        self.time_ms = time_ms

    def resume(self, until_ms, step_ms):
        """Lets the clock run on; see the clocks."""
        self.hold_event.clear()
        self.clock.resume(until_ms, step_ms)

    def close(self):
        self._pool.shutdown(wait=True, cancel_futures=True)
