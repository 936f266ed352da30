"""The timer armed, moved and called off, for memcheck: prints ok. MicroPython only."""

import watchdog

for seconds in (100, 86400, 1, 0):
    watchdog.feed(seconds)
for wrong in (-1, 86401):
    try:
        watchdog.feed(wrong)
    except ValueError as error:
        assert str(error) == "watchdog: seconds must be 0 to 86400"
    else:
        raise AssertionError(wrong)
print("ok")
