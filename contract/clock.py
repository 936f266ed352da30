"""Time: integer milliseconds since the Unix epoch in code, ISO 8601 UTC in JSON that people read."""

_MS_PER_DAY = 86400000
# Days before each month in a common year.
_BEFORE_MONTH = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)


def _leap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _days_before_year(year):
    """Days from 1970-01-01 to 1 January of `year`."""
    before = year - 1
    return 365 * (year - 1970) + (before // 4 - 492) - (before // 100 - 19) + (before // 400 - 4)


def utc_text(time_ms):
    """1772360430500 -> "2026-03-01T10:20:30.500Z"."""
    days, ms = divmod(time_ms, _MS_PER_DAY)
    year = 1970 + days // 366
    while _days_before_year(year + 1) <= days:
        year += 1
    day = days - _days_before_year(year)
    month = 12
    while month > 1 and day < _BEFORE_MONTH[month - 1] + (1 if month > 2 and _leap(year) else 0):
        month -= 1
    day -= _BEFORE_MONTH[month - 1] + (1 if month > 2 and _leap(year) else 0)
    seconds, ms = divmod(ms, 1000)
    return "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ" % (
        year, month, day + 1, seconds // 3600, seconds // 60 % 60, seconds % 60, ms)


def utc_ms(text):
    """"2026-03-01T10:20:30.500Z" or "2026-03-01T10:20:30Z" or "2026-03-01" -> milliseconds.

    Raises ValueError for anything else.
    """
    date, _, clock = text.partition("T")
    year, month, day = [int(part) for part in date.split("-")]
    if not (1970 <= year <= 9999 and 1 <= month <= 12 and 1 <= day <= 31):
        raise ValueError("not a UTC time: " + text)
    days = _days_before_year(year) + _BEFORE_MONTH[month - 1] + day - 1
    if month > 2 and _leap(year):
        days += 1
    if not clock:
        return days * _MS_PER_DAY
    if not clock.endswith("Z"):
        raise ValueError("not a UTC time (it must end in Z): " + text)
    hour, minute, second = clock[:-1].split(":")
    whole, _, fraction = second.partition(".")
    ms = int((fraction + "000")[:3])
    return days * _MS_PER_DAY + ((int(hour) * 60 + int(minute)) * 60 + int(whole)) * 1000 + ms
