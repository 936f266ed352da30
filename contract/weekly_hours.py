"""Hours of the week, written as OpenStreetMap writes opening hours: "Mo-Fr 07:00-12:00,13:00-19:00; Sa 09:00-13:00".

No days: every day. A span that ends before it begins goes on into the next day. Parts between semicolons add up.
"""

_DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
_DAY = 1440  # minutes
_WEEK = 7 * _DAY


class WeeklyHours:
    """Raises ValueError, one sentence, for a text that it cannot read."""

    def __init__(self, text):
        self._spans = []  # (first minute of the week, minutes)
        for part in text.split(";"):
            try:
                self._add(part.split())
            except (ValueError, IndexError):
                raise ValueError("%s is not hours such as Mo-Fr 07:00-19:00; Sa 09:00-13:00" % (part.strip() or "an empty text"))

    def _add(self, words):
        if len(words) not in (1, 2):
            raise ValueError
        days = _days(words[0].lower()) if len(words) == 2 else range(7)
        for span in words[-1].split(","):
            begin, end = [_minute(time) for time in span.split("-")]
            if begin == end or begin == _DAY:
                raise ValueError
            self._spans += [(day * _DAY + begin, (end - begin) % _DAY or _DAY) for day in days]

    def contain(self, local_ms):
        """local_ms: what TimeZone.local_ms returns."""
        minute = (local_ms // 60000 + 3 * _DAY) % _WEEK  # 1970-01-01 was a Thursday
        return any((minute - begin) % _WEEK < length for begin, length in self._spans)


def _days(text):
    """Numbers of the days, 0 = Monday, of "mo-fr,su"."""
    days = set()
    for part in text.split(","):
        ends = [_DAYS.index(name) for name in part.split("-")]
        if len(ends) > 2:
            raise ValueError
        days.update((ends[0] + after) % 7 for after in range((ends[-1] - ends[0]) % 7 + 1))
    return sorted(days)


def _minute(text):
    """Of the day; 24:00 is its end."""
    hour, minute = text.split(":")
    if len(hour) != 2 or len(minute) != 2 or not (hour + minute).isdigit():
        raise ValueError
    value = 60 * int(hour) + int(minute)
    if int(minute) > 59 or value > _DAY:
        raise ValueError
    return value
