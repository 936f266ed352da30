"""Executables started and ended, for memcheck: prints ok. MicroPython only."""

import time

import execute

NO_SUCH_FILE, NO_CHILD, ALARM, KILL = 2, 10, 14, 9


def refused(function, *arguments):
    """The error's number or text."""
    try:
        function(*arguments)
    except OSError as error:
        return error.args[0]
    except (ValueError, TypeError) as error:
        return str(error)
    raise AssertionError(arguments)


def end_of(arguments, seconds=60):
    number = execute.start(arguments, seconds)
    while True:
        status = execute.ended(number)
        if status is not None:
            assert refused(execute.ended, number) == NO_CHILD
            return status
        time.sleep(0.01)


assert execute.MACHINE in ("armv7", "x86_64", "other")
assert execute.own_path().startswith("/")
assert end_of(["/bin/sh", "-c", "exit 0"]) == 0
assert end_of(["/bin/sh", "-c", "exit 42"]) == 42
assert end_of(["/bin/sh", "-c", "kill -9 $$"]) == -KILL
assert end_of(["/bin/sh", "-c", "while :; do :; done"], 1) == -ALARM
number = execute.start(["/bin/sh", "-c", "while :; do :; done"], 60)
assert execute.ended(number) is None
execute.end(number)
assert refused(execute.ended, number) == NO_CHILD
assert refused(execute.start, ["/none"], 1) == NO_SUCH_FILE
assert refused(execute.replace, "/none", ["/none"]) == NO_SUCH_FILE
assert refused(execute.permit, "/none") == NO_SUCH_FILE
for seconds in (0, 3601):
    assert refused(execute.start, ["/bin/sh"], seconds) == "execute: seconds must be 1 to 3600"
assert refused(execute.start, [], 1) == "execute: there must be an argument"
assert refused(execute.replace, "/bin/sh", [3])
print("ok")
