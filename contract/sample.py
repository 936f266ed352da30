"""A kept frame: `<id>.jpg`, the camera's own bytes, and `<id>.json`, what is known about it.

Schema 2 says besides what schema 1 said how much the frame is worth and whether it may be used to train; `check` makes
the former of the latter.
"""

from contract.clock import utc_ms, utc_text
from contract.errors import DoorlensError

UNKNOWN_TIME = "unknown"  # a camera without a set clock says so; a time is never guessed
REASONS = (
    "first",         # the first frame since the start
    "periodic",      # time has passed
    "change",        # against the frame kept last
    "background",    # against the usual picture
    "shape",         # histogram of gradients unlike any kept one
    "colour",        # colour histogram unlike any kept one
    "flip",          # the state has changed
    "short",         # a state was held for an implausibly short time
    "disagreement",  # the frame's verdict is not the smoothed state
    "margin",        # the network hardly preferred its verdict
    "random",        # drawn by lot
    "roll",          # before or after a kept frame of a transition
)
SCHEMA = 2
MAX_VALUE = 255
MAX_FEATURES = 2048  # characters of base64
_KEYS = ("schema", "id", "camera", "time", "sequence", "reason", "width", "height", "bytes",
         "state", "score", "model")
_LATER = {"value": 0, "evaluation": False, "features": None}  # keys that schema 1 lacks, and what it meant


class SampleError(DoorlensError):
    pass


def sample_id(boot, sequence):
    """Unique on a camera for ever: `boot` (32-bit, random at start) and a counter since then."""
    return "%08x-%08d" % (boot, sequence)


def is_sample_id(text):
    return (len(text) == 17 and text[8] == "-" and text[9:].isdigit()
            and all(c in "0123456789abcdef" for c in text[:8]))


def sidecar(boot, sequence, camera, time_ms, reason, width, height, size, state=None, score=None, model=None,
            value=0, evaluation=False, features=None):
    """The sidecar's dictionary. time_ms None = the clock was not set; model = its sequence number.

    `value` 0..255: a full spool drops the least first. `evaluation`: drawn uniformly to measure with, never to train
    with. `features`: base64 text of what the sampler saw, or None.
    """
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
        "value": value,
        "evaluation": evaluation,
        "features": features,
    }


def check(record):
    """The sidecar with every key of the present schema; `record` itself if it is one. Raises SampleError."""
    if not isinstance(record, dict) or record.get("schema") not in (1, SCHEMA):
        raise SampleError("not a sample sidecar of schema 1 or %d" % SCHEMA)
    if record["schema"] == 1:
        record = _upgraded(record)
    missing = [key for key in _KEYS + tuple(_LATER) if key not in record]
    if missing:
        raise SampleError("sidecar lacks " + ", ".join(sorted(missing)))
    if not is_sample_id(str(record["id"])):
        raise SampleError("sidecar has a malformed id: " + repr(record["id"]))
    try:
        time_ms(record)
    except (ValueError, AttributeError):
        raise SampleError("sidecar has a malformed time: " + repr(record["time"]))
    _check_worth(record)
    return record


def _upgraded(record):
    upgraded = dict(_LATER)
    upgraded.update(record)
    upgraded["schema"] = SCHEMA
    return upgraded


def _check_worth(record):
    value, features = record["value"], record["features"]
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_VALUE:
        raise SampleError("sidecar has a value outside 0..%d: %r" % (MAX_VALUE, value))
    if not isinstance(record["evaluation"], bool):
        raise SampleError("sidecar has an evaluation that is not true or false: %r" % (record["evaluation"],))
    if features is not None and not (isinstance(features, str) and len(features) <= MAX_FEATURES):
        raise SampleError("sidecar has features that are not a text of at most %d characters" % MAX_FEATURES)


def time_ms(record):
    """The frame's time in milliseconds, or None where the camera did not know it."""
    return None if record["time"] == UNKNOWN_TIME else utc_ms(record["time"])
