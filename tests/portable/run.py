"""Runs the portable tests without pytest: micropython tests/portable/run.py [part of a file name...]

Every function test_* of every file test_*.py beside this one. Exit status 1 if any of them fails.
"""

import os
import sys

_HERE = __file__.rsplit("/", 1)[0] if "/" in __file__ else "."
# The repository before anything frozen into the executable: the tests belong to this source.
sys.path[:0] = [_HERE, _HERE + "/../.."]


def test_files(parts):
    """Module names, sorted; only those whose name contains one of parts, if there are any."""
    names = [name[:-3] for name in os.listdir(_HERE) if name.startswith("test_") and name.endswith(".py")]
    return sorted(name for name in names if not parts or any(part in name for part in parts))


def run_file(name):
    """(passed, failed) of one file; a file that cannot be imported counts as one failure."""
    passed = failed = 0
    try:
        module = __import__(name)
    except Exception as error:
        report(name, error)
        return 0, 1
    for test in sorted(attribute for attribute in dir(module) if attribute.startswith("test_")):
        try:
            getattr(module, test)()
            passed += 1
        except Exception as error:
            report(name + "." + test, error)
            failed += 1
    return passed, failed


def report(where, error):
    print("FAILED", where)
    if hasattr(sys, "print_exception"):
        sys.print_exception(error)
    else:
        sys.excepthook(type(error), error, error.__traceback__)


def main():
    results = [run_file(name) for name in test_files(sys.argv[1:])]
    passed = sum(result[0] for result in results)
    failed = sum(result[1] for result in results)
    print("%d passed, %d failed on %s" % (passed, failed, sys.implementation.name))
    sys.exit(1 if failed or not passed else 0)


main()
