"""Local time by a POSIX time zone (IEEE 1003.1, TZ; RFC 9636, section 3.3.1): "CET-1CEST,M3.5.0,M10.5.0/3"."""

from contract.clock import utc_ms, utc_text

_DAY_S = 86400
_HOURS = 167          # the most that RFC 9636 allows in the time of a change
_CHANGE_S = 7200      # 02:00, when a change does not say when
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


class TimeZone:
    """Raises ValueError, one sentence, for a text that is no POSIX time zone."""

    def __init__(self, text):
        try:
            self._parse(_Reader(text))
        except (ValueError, IndexError):
            raise ValueError("%s is not a POSIX time zone such as CET-1CEST,M3.5.0,M10.5.0/3" % (text or "an empty text"))
        self._year = None
        self._span = None

    def _parse(self, reader):
        reader.name()
        self._standard_s = -reader.time(24)
        self._changes = None
        if reader.rest:
            reader.name()
            self._summer_s = self._standard_s + 3600 if reader.next_is(",") else -reader.time(24)
            self._changes = reader.change(), reader.change()
        if reader.rest:
            raise ValueError

    def local_ms(self, time_ms):
        """The milliseconds since 1970 that a local clock without a zone shows at the UTC time `time_ms`."""
        return time_ms + 1000 * (self._summer_s if self._is_summer(time_ms) else self._standard_s)

    def _is_summer(self, time_ms):
        if not self._changes:
            return False
        year = int(utc_text(time_ms + 1000 * self._standard_s)[:4])
        if year != self._year:
            begin, end = [_change_ms(change, year) for change in self._changes]
            self._year, self._span = year, (begin - 1000 * self._standard_s, end - 1000 * self._summer_s)
        begin, end = self._span
        return begin <= time_ms < end if begin < end else not end <= time_ms < begin


class _Reader:
    """Takes the parts of the text, one after the other, off `rest`. ValueError, IndexError: it is not what was to come."""

    def __init__(self, text):
        self.rest = text

    def next_is(self, mark):
        return self.rest[:1] == mark

    def _take(self, mark):
        if not self.next_is(mark):
            raise ValueError
        self.rest = self.rest[1:]

    def _while(self, allowed):
        length = 0
        while length < len(self.rest) and self.rest[length] in allowed:
            length += 1
        taken, self.rest = self.rest[:length], self.rest[length:]
        return taken

    def name(self):
        """Three letters or more, or anything but a sign of its own between < and >."""
        quoted = self.next_is("<")
        if quoted:
            self._take("<")
        name = self._while(_LETTERS + "0123456789+-" if quoted else _LETTERS)
        if quoted:
            self._take(">")
        if len(name) < 3:
            raise ValueError

    def number(self, lowest, highest):
        value = int(self._while("0123456789"))
        if not lowest <= value <= highest:
            raise ValueError
        return value

    def time(self, hours):
        """[+-]hh[:mm[:ss]] in seconds."""
        sign = -1 if self.next_is("-") else 1
        if self.next_is("-") or self.next_is("+"):
            self.rest = self.rest[1:]
        seconds, unit = 3600 * self.number(0, hours), 60
        while unit and self.next_is(":"):
            self._take(":")
            seconds += unit * self.number(0, 59)
            unit //= 60
        return sign * seconds

    def change(self):
        """(kind, numbers, second of the day) of ",Mm.w.d/time", ",Jn/time" or ",n/time"."""
        self._take(",")
        if self.next_is("M"):
            self._take("M")
            month = self.number(1, 12)
            self._take(".")
            week = self.number(1, 5)
            self._take(".")
            kind, numbers = "M", (month, week, self.number(0, 6))
        elif self.next_is("J"):
            self._take("J")
            kind, numbers = "J", (self.number(1, 365),)
        else:
            kind, numbers = "", (self.number(0, 365),)
        if not self.next_is("/"):
            return kind, numbers, _CHANGE_S
        self._take("/")
        return kind, numbers, self.time(_HOURS)


def _change_ms(change, year):
    """When the change comes in `year`, by the local clock before it."""
    kind, numbers, second = change
    if kind == "M":
        day = _weekday_of_month(year, *numbers)
    else:
        day = _day(year, 1) + numbers[0]
        if kind == "J":  # 29 February is not counted
            day += -1 if numbers[0] < 60 or _day(year, 3) - _day(year, 2) == 28 else 0
    return 1000 * (day * _DAY_S + second)


def _weekday_of_month(year, month, week, weekday):
    """The day of the week-th weekday (0 = Sunday) of the month; week 5: the last one."""
    first = _day(year, month)
    after = _day(year, month + 1) if month < 12 else _day(year + 1, 1)
    day = first + (weekday - (first + 4)) % 7 + 7 * (week - 1)  # 1970-01-01 was a Thursday
    return day if day < after else day - 7


def _day(year, month):
    """Days from 1970-01-01 to the first day of the month."""
    return utc_ms("%04d-%02d-01" % (year, month)) // (1000 * _DAY_S)
