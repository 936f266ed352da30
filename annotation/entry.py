"""One frame of the index, in memory and as JSON."""

import posixpath
import re
from dataclasses import dataclass
from functools import lru_cache

from annotation.errors import FramePathError
from contract.clock import utc_ms, utc_text

UNKNOWN_TIME = "unknown"
_KEYS = {"label", "annotator", "annotated", "source", "time", "camera"}
_OPTIONAL = {"detail", "note"}  # written only where there is something to say
_TEXTS = ("label", "annotator", "annotated", "source", "detail", "note")
_ORDINARY = re.compile(r"(?:[\w-][\w.-]*/)*[\w-][\w.-]*")  # of a path that needs no second look
_DAY_MS = 86400000


@dataclass(frozen=True)
class Entry:
    """What is known about a frame.

    label         a state of the project, "unusable", or None while nobody has labelled it
    annotator     who labelled it, or None
    annotated_ms  when it was labelled, or None
    source        where the label comes from ("human", "simulator", "folder"...);
                  before that, where the frame comes from; or None
    time_ms       the frame's own time, or None where the camera's clock was not set
    camera        name of the camera
    detail        what kind of its label the frame is: "blocked" of "unusable"; or None
    note          what a person wrote about the frame, or None
    """

    label: str | None = None
    annotator: str | None = None
    annotated_ms: int | None = None
    source: str | None = None
    time_ms: int | None = None
    camera: str = ""
    detail: str | None = None
    note: str | None = None


def checked_path(path):
    """Returns `path`, relative to the project with forward slashes; raises FramePathError otherwise."""
    if isinstance(path, str) and _ORDINARY.fullmatch(path):
        return path
    if not isinstance(path, str) or not path or path.startswith("/") or "\\" in path or "\0" in path:
        raise FramePathError("not a path relative to the project: %r" % (path,))
    if posixpath.normpath(path) != path or path == "." or path.split("/")[0] == "..":
        raise FramePathError("path leaves the project or is not in its shortest form: %r" % path)
    return path


def sort_key(item):
    """Order of (path, Entry): by the frame's time, then path; frames without a time come last."""
    path, entry = item
    return (entry.time_ms is None, entry.time_ms or 0, path)


def to_json(entry):
    return {
        **facts(entry),
        "time": UNKNOWN_TIME if entry.time_ms is None else _text(entry.time_ms),
        "camera": entry.camera,
    }


def from_json(record):
    """The Entry of a JSON object; raises ValueError with a short reason."""
    if not isinstance(record, dict) or record.keys() - _OPTIONAL != _KEYS:
        raise ValueError("it must have exactly the keys " + ", ".join(sorted(_KEYS)))
    if not isinstance(record["camera"], str) or not isinstance(record["time"], str):
        raise ValueError("camera and time must be texts")
    time = record["time"]
    return _entry(record, None if time == UNKNOWN_TIME else _ms(time), record["camera"])


def facts(entry):
    """As JSON: what people said about the frame, without what the frame itself is."""
    found = {
        "label": entry.label,
        "annotator": entry.annotator,
        "annotated": None if entry.annotated_ms is None else _text(entry.annotated_ms),
        "source": entry.source,
    }
    if entry.detail is not None:
        found["detail"] = entry.detail
    if entry.note is not None:
        found["note"] = entry.note
    return found


def with_facts(entry, record):
    """The Entry with the facts of a JSON object; raises ValueError with a short reason."""
    return _entry(record, entry.time_ms, entry.camera)


def adopt(entry, other):
    """The Entry with the facts of another Entry."""
    return Entry(other.label, other.annotator, other.annotated_ms, other.source, entry.time_ms, entry.camera,
                 other.detail, other.note)


def _entry(record, time_ms, camera):
    for key in _TEXTS:
        value = record.get(key)
        if value is not None and (not isinstance(value, str) or not value):
            raise ValueError("%s must be a text or null" % key)
    annotated = record.get("annotated")
    return Entry(record.get("label"), record.get("annotator"), None if annotated is None else _ms(annotated),
                 record.get("source"), time_ms, camera, record.get("detail"), record.get("note"))


# contract.clock's, of which a large index needs hundreds of thousands: each day is worked out once.

@lru_cache(4096)
def _day_text(day):
    return utc_text(day * _DAY_MS)[:11]


@lru_cache(4096)
def _day_ms(text):
    return utc_ms(text)


def _text(time_ms):
    day, ms = divmod(time_ms, _DAY_MS)
    return "%s%02d:%02d:%02d.%03dZ" % (_day_text(day), ms // 3600000, ms // 60000 % 60, ms // 1000 % 60, ms % 1000)


def _ms(text):
    if len(text) == 24 and text[10:20:3] == "T::." and text[23] == "Z":
        return _day_ms(text[:10]) + (int(text[11:13]) * 60 + int(text[14:16])) * 60000 + int(text[17:19]) * 1000 + int(text[20:23])
    return utc_ms(text)
