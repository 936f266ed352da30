"""One frame of the index, in memory and as JSON."""

import posixpath
from dataclasses import dataclass, replace

from annotation.errors import FramePathError
from contract.clock import utc_ms, utc_text

UNKNOWN_TIME = "unknown"
_KEYS = {"label", "annotator", "annotated", "source", "time", "camera"}
_OPTIONAL = ("detail", "note")  # written only where there is something to say


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
        "time": UNKNOWN_TIME if entry.time_ms is None else utc_text(entry.time_ms),
        "camera": entry.camera,
    }


def from_json(record):
    """The Entry of a JSON object; raises ValueError with a short reason."""
    if not isinstance(record, dict) or set(record) - set(_OPTIONAL) != _KEYS:
        raise ValueError("it must have exactly the keys " + ", ".join(sorted(_KEYS)))
    if not isinstance(record["camera"], str) or not isinstance(record["time"], str):
        raise ValueError("camera and time must be texts")
    time = record["time"]
    return with_facts(Entry(time_ms=None if time == UNKNOWN_TIME else utc_ms(time), camera=record["camera"]), record)


def facts(entry):
    """As JSON: what people said about the frame, without what the frame itself is."""
    found = {
        "label": entry.label,
        "annotator": entry.annotator,
        "annotated": None if entry.annotated_ms is None else utc_text(entry.annotated_ms),
        "source": entry.source,
    }
    found.update((key, getattr(entry, key)) for key in _OPTIONAL if getattr(entry, key) is not None)
    return found


def with_facts(entry, record):
    """The Entry with the facts of a JSON object; raises ValueError with a short reason."""
    for key in ("label", "annotator", "annotated", "source", *_OPTIONAL):
        value = record.get(key)
        if value is not None and (not isinstance(value, str) or not value):
            raise ValueError("%s must be a text or null" % key)
    annotated = record.get("annotated")
    return replace(entry, label=record.get("label"), annotator=record.get("annotator"),
                   annotated_ms=None if annotated is None else utc_ms(annotated), source=record.get("source"),
                   **{key: record.get(key) for key in _OPTIONAL})


def adopt(entry, other):
    """The Entry with the facts of another Entry."""
    return replace(entry, label=other.label, annotator=other.annotator, annotated_ms=other.annotated_ms,
                   source=other.source, detail=other.detail, note=other.note)
