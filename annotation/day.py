"""A day of frames on a line: which belong to it, what part of it is shown, where nothing was recorded."""

from typing import NamedTuple

DAY_MS = 86400000
_HOUR_MS = 3600000
_LEAST_SPAN_MS = _HOUR_MS // 4
_GAP = 5           # times the usual distance between two frames, and...
_LEAST_GAP_MS = 60000  # ...at least this long: an irregular camera is not full of gaps
_TICKS_MS = tuple(minutes * 60000 for minutes in (1, 2, 5, 10, 15, 30, 60, 120, 180, 360))


class Day(NamedTuple):
    """positions: of its frames in the session, by time; times: theirs in ms; low, high: the shown span in ms."""

    start: int
    positions: list
    times: list
    low: int
    high: int

    def x(self, time_ms, width):
        """The time's place on a line of `width` pixels, a float; outside 0..width beyond the span."""
        return (time_ms - self.low) * width / (self.high - self.low)

    def nearest(self, x, width):
        """The position of the frame nearest to pixel `x` of `width`."""
        time = self.low + x * (self.high - self.low) / width
        return self.positions[min(range(len(self.times)), key=lambda i: abs(self.times[i] - time))]


def days(times):
    """The Days of frames whose times (ms or None, by position) these are, in order of time."""
    found = {}
    for position, time in enumerate(times):
        if time is not None:
            found.setdefault(time // DAY_MS * DAY_MS, []).append((time, position))
    return [_day(start, sorted(frames)) for start, frames in sorted(found.items())]


def _day(start, frames):
    times = [time for time, _ in frames]
    low = times[0] // _LEAST_SPAN_MS * _LEAST_SPAN_MS
    high = -(-(times[-1] + 1) // _LEAST_SPAN_MS) * _LEAST_SPAN_MS
    return Day(start, [position for _, position in frames], times, low, high)


def usual_step(times):
    """The median distance between neighbours of rising `times`, in ms; a minute where there are none."""
    steps = sorted(after - before for before, after in zip(times, times[1:]))
    return steps[len(steps) // 2] if steps else 60000


def gaps(times):
    """[(from, to)] in ms: between which frames much more time passed than usual."""
    longest = max(_GAP * usual_step(times), _LEAST_GAP_MS)
    return [(before, after) for before, after in zip(times, times[1:]) if after - before > longest]


def columns(day, width, values):
    """What each of `width` pixels shows: list of the value of the frame there, or None where there is no frame.

    values: by the day's frames; a frame lasts until the next, except over a gap. Where several share a pixel,
    one whose value is not "" wins over those with "".
    """
    row = [None] * width
    step = max(usual_step(day.times), 1)
    longest = max(_GAP * step, _LEAST_GAP_MS)
    for only_empty in (True, False):
        for number, (time, value) in enumerate(zip(day.times, values)):
            if (value == "") is only_empty:
                after = day.times[number + 1] if number + 1 < len(day.times) else time + step
                end = after if after - time <= longest else time + step
                first = min(int(day.x(time, width)), width - 1)
                last = max(first + 1, min(int(day.x(end, width)), width))
                row[first:last] = [value] * (last - first)
    return row


def ticks(day, width, least):
    """[(x, "14:00")] along a line of `width` pixels, at least `least` pixels apart."""
    step = next((step for step in _TICKS_MS if day.x(day.low + step, width) >= least), _TICKS_MS[-1])
    first = -(-day.low // step) * step
    return [(day.x(time, width), clock(time)) for time in range(first, day.high + 1, step)]


def clock(time_ms):
    minutes = time_ms % DAY_MS // 60000
    return "%02d:%02d" % divmod(minutes, 60)
