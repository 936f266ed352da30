"""What went wrong with a connection or a file: in words for one log line, and as one of metrics.CAUSES."""

import asyncio

# MicroPython's OSError carries a bare number; these are Linux's, on every architecture we build for.
_WORDS = {
    1: "not permitted",
    2: "no such file or folder",
    5: "the disk or the device fails",
    8: "no executable of this machine's",
    13: "not permitted",
    20: "not a folder",
    21: "a folder, not a file",
    24: "too many open files",
    28: "the disk is full",
    30: "the disk can only be read",
    32: "the other side closed the connection",
    98: "the address is in use",
    99: "the address is not one of this machine",
    101: "no route to the network",
    104: "connection reset",
    110: "no answer in time",
    111: "connection refused",
    113: "no route to host",
    -2: "the host's name is not known",
    -3: "the name service does not answer",
    -5: "the host's name has no address",
}

_CAUSES = {110: "timeout", 111: "refused", 99: "unreachable", 101: "unreachable", 113: "unreachable", 32: "closed",
           104: "closed", -2: "name", -3: "name", -5: "name"}


def cause(error):
    """Why an attempt to get a frame failed; errors of ours say it themselves."""
    if hasattr(error, "cause"):
        return error.cause
    if isinstance(error, asyncio.TimeoutError):
        return "timeout"
    if isinstance(error, EOFError):
        return "closed"
    if not isinstance(error, OSError):
        return "answer"
    return _CAUSES.get(error.args[0] if error.args else None, "other")


def reason(error):
    if isinstance(error, EOFError):
        return "the other side closed the connection"
    if isinstance(error, asyncio.TimeoutError):
        return "no answer in time"
    code = error.args[0] if error.args else None
    return _WORDS.get(code, str(error) or repr(error))
