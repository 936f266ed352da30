"""A kept frame: `<id>.jpg`, the camera's own bytes, and `<id>.json`, what is known about it."""

from contract.clock import utc_ms, utc_text
from contract.errors import DoorlensError

UNKNOWN_TIME = "unknown"  # a camera without a set clock says so; a time is never guessed
REASONS = ("periodic", "change", "first")
_KEYS = ("schema", "id", "camera", "time", "sequence", "reason", "width", "height", "bytes",
         "state", "score", "model")
SCHEMA = 1


class SampleError(DoorlensError):
    pass


def sample_id(boot, sequence):
    """Unique on a camera for ever: `boot` (32-bit, random at start) and a counter since then."""
    return "%08x-%08d" % (boot, sequence)


def is_sample_id(text):
    return (len(text) == 17 and text[8] == "-" and text[9:].isdigit()
            and all(c in "0123456789abcdef" for c in text[:8]))


def sidecar(boot, sequence, camera, time_ms, reason, width, height, size, state=None, score=None, model=None):
    """The sidecar's dictionary. time_ms None = the clock was not set; model = its sequence number."""
    return {
        "schema": SCHEMA,
        "id": sample_id(boot, sequence),
        "camera": camera,
        "time": UNKNOWN_TIME if time_ms is None else utc_text(time_ms),
        "sequence": sequence,
        "reason": reason,
        "width": width,
        "height": height,
        "bytes": size,
        "state": state,
        "score": score,
        "model": model,
    }


def check(record):
    """Returns `record` if it is a sidecar of this schema; raises SampleError otherwise."""
    if not isinstance(record, dict) or record.get("schema") != SCHEMA:
        raise SampleError("not a sample sidecar of schema %d" % SCHEMA)
    missing = [key for key in _KEYS if key not in record]
    if missing:
        raise SampleError("sidecar lacks " + ", ".join(missing))
    if not is_sample_id(str(record["id"])):
        raise SampleError("sidecar has a malformed id: " + repr(record["id"]))
    try:
        time_ms(record)
    except ValueError:
        raise SampleError("sidecar has a malformed time: " + repr(record["time"]))
    return record


def time_ms(record):
    """The frame's time in milliseconds, or None where the camera did not know it."""
    return None if record["time"] == UNKNOWN_TIME else utc_ms(record["time"])
