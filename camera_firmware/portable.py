"""What differs between MicroPython and CPython, decided by feature, in one place."""

import os
import sys
import time

try:
    from micropython import const
except ImportError:
    def const(value):
        return value

SEPARATORS = (",", ":")  # JSON on the wire and on disk carries no spaces


def ticks_ms():
    """Milliseconds of a clock that never jumps; wraps on MicroPython, see ticks_since."""
    if hasattr(time, "ticks_ms"):
        return time.ticks_ms()
    return time.monotonic_ns() // 1000000


def ticks_since(earlier):
    """Milliseconds since `earlier`, right across one wrap of the counter."""
    if hasattr(time, "ticks_diff"):
        return time.ticks_diff(time.ticks_ms(), earlier)
    return ticks_ms() - earlier


def ticks_us():
    """Microseconds of the same clock; wraps on MicroPython, see us_since."""
    if hasattr(time, "ticks_us"):
        return time.ticks_us()
    return time.monotonic_ns() // 1000


def us_since(earlier):
    """Microseconds since `earlier`, right for the first eight minutes, never below 0."""
    if hasattr(time, "ticks_diff"):
        return max(0, time.ticks_diff(time.ticks_us(), earlier))
    return ticks_us() - earlier


def names(directory):
    """The names in `directory`, one after the other where that saves memory. Raises OSError."""
    if hasattr(os, "ilistdir"):
        return (entry[0] for entry in os.ilistdir(directory))
    return iter(os.listdir(directory))


def sync_file(file):
    """The file's bytes are on the disk when this returns. Raises OSError."""
    file.flush()  # MicroPython's flush of a file is fsync
    if hasattr(os, "fsync"):
        os.fsync(file.fileno())


def traceback_text(error):
    """The traceback of `error` as one string of several lines."""
    try:
        from traceback import format_exception
    except ImportError:
        import io
        text = io.StringIO()
        sys.print_exception(error, text)
        return text.getvalue()
    return "".join(format_exception(type(error), error, error.__traceback__))
