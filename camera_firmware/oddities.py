"""What a source does that is no failure and yet worth a line and a count: another size, pictures of one grey, jumping times."""

from array import array

from camera_firmware.portable import const

_BLANK = const(128)  # standard deviation, 1/256 grey levels, below which a picture shows nothing: a decoder's filling
_JUMP_MS = const(60000)  # the frames' clock against the monotonic one
_BACK_MS = const(1000)


class Oddities:
    """`statistics(pixels, out)` is imgprep.luma_statistics."""

    def __init__(self, statistics, log, metrics):
        self._statistics = statistics
        self._log = log
        self._metrics = metrics
        self._spread = array("H", [0, 0])
        self._width = self._height = 0
        self._time_ms = self._now_ms = None

    def look(self, looker, time_ms, now_ms):
        """Of one frame; False if it shows nothing and is not worth keeping. `looker`: inference.Looker that has looked."""
        if looker.frame_width != self._width or looker.frame_height != self._height:
            if self._width:
                self._odd("frame_size_changes", "size", "the pictures' size changes")
            self._width, self._height = looker.frame_width, looker.frame_height
        self._pass_time(time_ms, now_ms)
        self._statistics(looker.small, self._spread)
        if self._spread[1] < _BLANK:
            self._odd("frames_blank", "picture", "pictures are of one grey; they are not kept")
            return False
        self._log.recovered("picture", "pictures show something again")
        return True

    def _pass_time(self, time_ms, now_ms):
        before, self._time_ms = self._time_ms, time_ms
        last, self._now_ms = self._now_ms, now_ms
        if before is None or time_ms is None:
            return
        step = time_ms - before
        if step < -_BACK_MS or step - (now_ms - last) > _JUMP_MS:
            self._odd("time_jumps", "clock", "the frames' time jumps")

    def _odd(self, counter, area, text):
        self._metrics.count(counter)
        self._log.repeated(area, text)
