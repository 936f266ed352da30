"""The latest lines of the log, bounded in number and in characters; equal ones that follow each other are one, counted."""

from camera_firmware.portable import const
from contract.clock import utc_text

_LINES = const(200)
_CHARACTERS = const(24576)  # of all texts together
_LONGEST = const(2000)      # of one text: of a longer one, a traceback, beginning and end


class Line:
    """`number` counts from 1 since the start; `count`: how often it came, from `first_ms` to `last_ms` (UTC or None)."""

    def __init__(self, number, level, area, text, now_ms):
        self.number = number
        self.level = level
        self.area = area
        self.text = text
        self.count = 1
        self.first_ms = self.last_ms = now_ms

    def again(self, now_ms):
        self.count += 1
        self.last_ms = now_ms

    def as_dictionary(self):
        return {"number": self.number, "level": self.level, "area": self.area, "text": self.text, "count": self.count,
                "first": _text(self.first_ms), "last": _text(self.last_ms)}


class RecentLines:
    """Oldest first."""

    def __init__(self):
        self._lines = []
        self._characters = 0
        self._number = 0

    def add(self, level, area, text, now_ms):
        """The Line that `text` is now part of."""
        text = _shortened(text)
        newest = self._lines[-1] if self._lines else None
        if newest and (newest.level, newest.area, newest.text) == (level, area, text):
            newest.again(now_ms)
            return newest
        self._number += 1
        line = Line(self._number, level, area, text, now_ms)
        self._lines.append(line)
        self._characters += len(text)
        while len(self._lines) > _LINES or self._characters > _CHARACTERS:
            self._characters -= len(self._lines.pop(0).text)
        return line

    def after(self, number, levels):
        """The lines of these levels with a higher number."""
        return [line for line in self._lines if line.number > number and line.level in levels]


def _shortened(text):
    if len(text) <= _LONGEST:
        return text
    return text[:_LONGEST // 4] + " ... " + text[5 - _LONGEST + _LONGEST // 4:]


def _text(time_ms):
    return None if time_ms is None else utc_text(time_ms)
