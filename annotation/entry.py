"""One frame of the index, in memory and as JSON."""

import posixpath
from dataclasses import dataclass

from annotation.errors import FramePathError
from contract.clock import utc_ms, utc_text

UNKNOWN_TIME = "unknown"
_KEYS = {"label", "annotator", "annotated", "source", "time", "camera"}


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
    """

    label: str | None = None
    annotator: str | None = None
    annotated_ms: int | None = None
    source: str | None = None
    time_ms: int | None = None
    camera: str = ""


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
        "label": entry.label,
        "annotator": entry.annotator,
        "annotated": None if entry.annotated_ms is None else utc_text(entry.annotated_ms),
        "source": entry.source,
        "time": UNKNOWN_TIME if entry.time_ms is None else utc_text(entry.time_ms),
        "camera": entry.camera,
    }


def from_json(record):
    """The Entry of a JSON object; raises ValueError with a short reason."""
    if not isinstance(record, dict) or set(record) != _KEYS:
        raise ValueError("it must have exactly the keys " + ", ".join(sorted(_KEYS)))
    for key in ("label", "annotator", "annotated", "source"):
        if record[key] is not None and (not isinstance(record[key], str) or not record[key]):
            raise ValueError("%s must be a text or null" % key)
    if not isinstance(record["camera"], str) or not isinstance(record["time"], str):
        raise ValueError("camera and time must be texts")
    annotated, time = record["annotated"], record["time"]
    return Entry(
        record["label"], record["annotator"],
        None if annotated is None else utc_ms(annotated), record["source"],
        None if time == UNKNOWN_TIME else utc_ms(time), record["camera"])
