"""What can go wrong while measuring, and the exit status that comes of it."""

import sys

from contract.errors import DoorlensError

INTERRUPTED = 130  # exit status of a program that was stopped by Ctrl-C


class BenchError(Exception):
    """One line that says what to do."""


def status_of(name, work):
    """Exit status of the command `name` after work(): errors are one line on standard error, what was measured is kept."""
    try:
        work()
    except KeyboardInterrupt:
        print(f"{name}: stopped; what was measured is kept, the same command goes on", file=sys.stderr)
        return INTERRUPTED
    except (BenchError, DoorlensError) as error:
        print(f"{name}: {error}", file=sys.stderr)
        return 1
    return 0
