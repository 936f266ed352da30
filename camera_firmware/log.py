"""One line a message on stderr: time, level, area, sentence."""

import sys

from camera_firmware.clock import wall_ms
from camera_firmware.portable import traceback_text
from contract.clock import utc_text

LEVELS = ("error", "warning", "info", "debug")
_REPEAT_MS = 600000  # the same complaint at most every ten minutes


class Log:
    """`monotonic` is a clock.Monotonic; `write` takes one line of text."""

    def __init__(self, level, monotonic, write=sys.stderr.write):
        self._threshold = LEVELS.index(level)
        self._monotonic = monotonic
        self._write = write
        self._told = {}  # area -> (text, when, repetitions left out)

    def _line(self, level, area, text):
        if LEVELS.index(level) <= self._threshold:
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
        said, when, left_out = self._told.get(area, (None, 0, 0))
        if said == text and now - when < _REPEAT_MS:
            self._told[area] = (said, when, left_out + 1)
            return
        self._told[area] = (text, now, 0)
        self._line("warning", area, text + (" (and %d more of the last kind)" % left_out if left_out else ""))

    def recovered(self, area, text):
        """Ends a `repeated`; silent if there was none."""
        if self._told.pop(area, None):
            self._line("info", area, text)
