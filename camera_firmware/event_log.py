"""The events on disk: lines of JSON in two files, numbered without a gap. What is here is there for good; the rest never was.

`events.jsonl` grows to LOG_BYTES, then it becomes `events.previous.jsonl` and the one before that is gone. A line that a power
cut has torn is written over by the next one.
"""

import json
import os

from camera_firmware.portable import const, sync_file
from contract import durable

LOG_BYTES = const(262144)  # of each of the two files
MAX_LINE_BYTES = const(2048)
_MISSING = const(2)  # ENOENT


class EventLog:
    """`last` is the number of the newest line. Opened by the first call; every call may raise OSError."""

    def __init__(self, directory, limit=LOG_BYTES):
        self.last = 0
        self._path = directory + "/events.jsonl"
        self._previous = directory + "/events.previous.jsonl"
        self._limit = limit
        self._turns = 0   # how often the file became the previous one
        self._end = 0     # behind the last whole line of the file
        self._opened = False

    def open(self):
        """Finds the end. Until it could be read nothing can be appended: its numbers would be given twice."""
        if self._opened:
            return
        self._end, last = _end(self._path)
        self.last = last or _end(self._previous)[1]
        self._opened = True

    def append(self, line, number):
        """`line` (bytes without its end, the JSON of the event that has this number) is on the disk when it returns."""
        self.open()
        if len(line) >= MAX_LINE_BYTES:
            raise OSError("an event of %d bytes is too long" % len(line))
        size = _size(self._path)
        if size is not None and self._end + len(line) >= self._limit:
            durable.rename(self._path, self._previous)
            self._turns += 1
            self._end, size = 0, None
        if size is None:
            durable.write(self._path, line + b"\n")
        else:
            line += b" " * (size - self._end - len(line) - 1)  # over all that is left of a torn line
            with open(self._path, "r+b") as file:
                file.seek(self._end)
                file.write(line + b"\n")
                sync_file(file)
        self._end += len(line) + 1
        self.last = number

    def after(self, number):
        """The place of the first event with a higher number: what `read` takes. Reads a few blocks, not the whole log."""
        self.open()
        offset = _search(self._previous, number)
        if offset is not None:
            return self._turns - 1, offset
        offset = _search(self._path, number)
        return self._turns, self._end if offset is None else offset

    def read(self, place):
        """(number, line, place behind it) of the event at `place`, or of the oldest one where that is gone; None at the end."""
        self.open()
        turn, offset = place
        if turn < self._turns - 1:
            turn, offset = self._turns - 1, 0
        if turn < self._turns:
            found = _read(self._previous, offset)
            if found:
                return found[0], found[1], (turn, found[2])
            turn, offset = self._turns, 0
        if offset >= self._end:
            return None
        found = _read(self._path, offset)
        return found and (found[0], found[1], (turn, found[2]))


def _size(path):
    """In bytes; None if there is no such file."""
    try:
        return os.stat(path)[6]
    except OSError as error:
        if error.args[0] != _MISSING:
            raise
        return None


def _number(line):
    """That of an event; None if the line is none."""
    try:
        number = json.loads(line)["sequence"]
    except (ValueError, KeyError, TypeError):
        return None
    return number if isinstance(number, int) else None


def _end(path):
    """(offset behind the last event, its number); (0, 0) where there is none. What lies behind it is torn."""
    start, end = _size(path) or 0, (0, 0)
    while start and not end[1]:
        start = max(0, start - MAX_LINE_BYTES)
        found = _read(path, _line_start(path, start))
        while found:
            end = found[2], found[0]
            found = _read(path, found[2])
    return end


def _line_start(path, offset):
    """Where the first line begins that does not begin before `offset`; the file's size if there is none."""
    if not offset:
        return 0
    with open(path, "rb") as file:
        at = offset - 1
        file.seek(at)
        while True:
            block = file.read(MAX_LINE_BYTES)
            newline = block.find(b"\n")
            if newline >= 0:
                return at + newline + 1
            if not block:
                return at
            at += len(block)


def _read(path, offset):
    """(number, line, offset behind it) of the first event at or behind `offset`, where a line begins; None if none is left."""
    try:
        file = open(path, "rb")
    except OSError as error:
        if error.args[0] != _MISSING:
            raise
        return None
    with file:
        file.seek(offset)
        rest = b""
        while True:
            block = file.read(MAX_LINE_BYTES)
            rest += block
            newline = rest.find(b"\n")
            while newline >= 0:
                line, rest = rest[:newline], rest[newline + 1:]
                offset += newline + 1
                number = _number(line)
                if number is not None:
                    return number, line, offset
                newline = rest.find(b"\n")
            if not block:
                return None
            if len(rest) > MAX_LINE_BYTES:  # a line that was written over a long torn one, or none of ours
                kept = rest.rstrip(b" ")
                kept = kept if len(kept) <= MAX_LINE_BYTES else kept[-1:]
                offset += len(rest) - len(kept)
                rest = kept


def _search(path, number):
    """Offset of the first line of an event with a number above `number`; None if there is none."""
    low, high = 0, _size(path) or 0
    while high - low > 2 * MAX_LINE_BYTES:  # all lines before `low` are at most `number`, those from `high` on above it
        middle = _line_start(path, (low + high) // 2)
        found = _read(path, middle)
        if found and found[0] <= number:
            low = found[2]
        else:
            high = (low + high) // 2
    while True:
        found = _read(path, low)
        if not found or found[0] > number:
            break
        low = found[2]
    return low if found else None
