"""Going to a frame by its number or its time, as a person types it."""

from annotation.day import DAY_MS
from annotation.errors import AnnotationError
from contract.clock import utc_ms

HINT = "Frame number, or time: 14:30, or 2026-03-01 14:30 (UTC)"


class GoToError(AnnotationError):
    """A sentence on what was typed."""


def find(text, position, times):
    """The position that `text` means: "1234" counts from 1, a time finds the nearest frame.

    times: ms or None of every frame; a time without a date is on the day of the frame at `position`.
    Raises GoToError.
    """
    text = text.strip()
    if text.isdecimal():
        if not 1 <= int(text) <= len(times):
            raise GoToError("There is no frame %s: they are 1 to %d." % (text, len(times)))
        return int(text) - 1
    known = [(time, number) for number, time in enumerate(times) if time is not None]
    if not known:
        raise GoToError("No frame has a time.")
    current = times[position] if times[position] is not None else known[0][0]
    wanted = _time(text, current // DAY_MS * DAY_MS)
    return min(known, key=lambda item: abs(item[0] - wanted))[1]


def _time(text, day):
    date, _, clock = text.replace("T", " ").rstrip("Z").rpartition(" ")
    try:
        if not date and clock.count("-") == 2:
            return utc_ms(clock)
        hours, minutes, *seconds = [int(part) for part in clock.split(":")]
        if not (0 <= hours < 24 and 0 <= minutes < 60 and len(seconds) < 2 and all(0 <= s < 60 for s in seconds)):
            raise ValueError
        return (utc_ms(date.strip()) if date else day) + (hours * 60 + minutes) * 60000 + sum(seconds) * 1000
    except ValueError:
        raise GoToError("%r is neither a frame's number nor a time such as 14:30 or 2026-03-01 14:30." % text) from None
