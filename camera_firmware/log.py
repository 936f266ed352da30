"""One line a message on stderr: time, level, area, sentence. The latest ones stay in memory for the control API."""

import sys

from camera_firmware.clock import wall_ms
from camera_firmware.portable import const, traceback_text
from camera_firmware.recent_lines import RecentLines
from contract import api
from contract.clock import utc_text

LEVELS = api.LOG_LEVELS
_REPEAT_MS = const(600000)  # the same complaint at most every ten minutes
_IN_A_ROW = const(3)        # so many equal lines, one behind the other, are written


class Log:
    """`monotonic` is a clock.Monotonic; `write` takes one line of text.

    `counts`: messages of each level, also those that were not written. `recent`: a RecentLines.
    """

    def __init__(self, level, monotonic, write=sys.stderr.write):
        self.counts = {name: 0 for name in LEVELS}
        self.recent = RecentLines()
        self._threshold = LEVELS.index(level)
        self._monotonic = monotonic
        self._write = write
        self._told = {}      # area -> (text, when, repetitions left out, its entry in `recent`)
        self._last = None    # (level, area, text) of the newest line
        self._equal = 0      # how often it has come, one behind the other
        self._since = 0

    def _line(self, level, area, text):
        """The entry in `recent`; None for a level that is not wanted."""
        self.counts[level] += 1
        if LEVELS.index(level) > self._threshold:
            return None
        now, entry = self._monotonic.now(), self.recent.add(level, area, text, wall_ms())
        if (level, area, text) != self._last or now - self._since >= _REPEAT_MS:
            self._left_out()
            self._last, self._equal, self._since = (level, area, text), 0, now
        self._equal += 1
        if self._equal <= _IN_A_ROW:
            self._write_line(level, area, text)
        return entry

    def _left_out(self):
        if self._equal > _IN_A_ROW:
            level, area, text = self._last
            self._write_line(level, area, text + " (and %d more of these)" % (self._equal - _IN_A_ROW))

    def _write_line(self, level, area, text):
        now = wall_ms()
        stamp = utc_text(now) if now is not None else "+%dms" % self._monotonic.now()
        try:
            self._write("%s %s %s: %s\n" % (stamp, level, area, text))
        except OSError:
            pass  # the log itself may lie on a full disk, or its reader be gone

    def error(self, area, text):
        self._line("error", area, text)

    def warning(self, area, text):
        self._line("warning", area, text)

    def info(self, area, text):
        self._line("info", area, text)

    def debug(self, area, text):
        self._line("debug", area, text)

    def crash(self, area, error):
        self._line("error", area, "unexpected: " + traceback_text(error).rstrip())

    def repeated(self, area, text):
        """A warning that may come with every frame: said once, then counted until it changes."""
        now = self._monotonic.now()
        said, when, left_out, entry = self._told.get(area, (None, 0, 0, None))
        if said == text and now - when < _REPEAT_MS:
            self._told[area] = (said, when, left_out + 1, entry)
            self.counts["warning"] += 1
            if entry:
                entry.again(wall_ms())
            return
        entry = self._line("warning", area, text + (" (and %d more of the last kind)" % left_out if left_out else ""))
        self._told[area] = (text, now, 0, entry)

    def recovered(self, area, text):
        """Ends a `repeated`; silent if there was none."""
        if self._told.pop(area, None):
            self._line("info", area, text)
