"""Which frames are shown, and in which order."""

import json
from dataclasses import dataclass

from annotation.errors import ViewError
from annotation.index import BLOCKED
from contract.clock import utc_text

TIME, UNCERTAINTY, SELECT = ORDERS = ("time", "uncertainty", "select")
UNLABELLED, LABELLED = "unlabelled", "labelled"
_HOUR_MS = 3600000


@dataclass(frozen=True)
class Filter:
    """Frames that fulfil all that is not None.

    state: a label, "blocked", "unlabelled" or "labelled"; hours: (first, last) of the frame's time, UTC, both 0..23
    and included, last may be before first: over midnight; camera; reason: why the frame was kept, as its sidecar says;
    annotator: who labelled it; day: "2026-03-01", UTC.
    """

    state: str | None = None
    hours: tuple | None = None
    camera: str | None = None
    reason: str | None = None
    annotator: str | None = None
    day: str | None = None

    def __post_init__(self):
        if self.hours is not None and not (len(self.hours) == 2 and all(
                isinstance(hour, int) and 0 <= hour <= 23 for hour in self.hours)):
            raise ViewError("hours are two whole numbers from 0 to 23, not %r" % (self.hours,))

    def takes(self, entry, reason=None):
        """Does an Entry, kept for `reason`, fulfil all?"""
        return (self._state(entry) and self._hour(entry)
                and self.camera in (None, entry.camera)
                and self.annotator in (None, entry.annotator)
                and self.reason in (None, reason)
                and (self.day is None or entry.time_ms is not None and utc_text(entry.time_ms)[:10] == self.day))

    def _state(self, entry):
        if self.state in (None, entry.label):
            return True
        return (entry.label is None if self.state == UNLABELLED else entry.label is not None if self.state == LABELLED
                else self.state == BLOCKED == entry.detail)

    def _hour(self, entry):
        if self.hours is None:
            return True
        if entry.time_ms is None:
            return False
        first, last = self.hours
        hour = entry.time_ms // _HOUR_MS % 24
        return first <= hour <= last if first <= last else hour >= first or hour <= last


def arrange(entries, order=TIME, where=Filter(), queue=(), suggestions=None, reason=lambda path: None):
    """Paths of {path: Entry}, which is in order of time, that `where` takes, in an order of ORDERS.

    "uncertainty": the least confident first, by `suggestions.get(path)`, a Suggestion; those without one last; "select": those of `queue`
    first, in its order. reason: function from a path to why the frame was kept. Raises ViewError.
    """
    if order not in ORDERS:
        raise ViewError("no order %r; there are %s" % (order, ", ".join(ORDERS)))
    if where == Filter():
        paths = list(entries)
    else:
        asked = where.reason is not None
        paths = [path for path, entry in entries.items() if where.takes(entry, reason(path) if asked else None)]
    if order == UNCERTAINTY:
        known = {} if suggestions is None else suggestions
        paths.sort(key=lambda path: (known.get(path) or ("", 2.0))[1])
    elif order == SELECT:
        rank = {path: number for number, path in enumerate(queue)}
        paths.sort(key=lambda path: rank.get(path, len(rank)))
    return paths


class Reasons:
    """Why frames were kept, from their sidecars, each read once. project: Path."""

    def __init__(self, project):
        self._project, self._known = project, {}

    def __call__(self, path):
        """The reason, None without a sidecar that says one."""
        if path not in self._known:
            self._known[path] = self._read(path)
        return self._known[path]

    def _read(self, path):
        try:
            reason = json.loads((self._project / path).with_suffix(".json").read_bytes()).get("reason")
        except (OSError, ValueError, AttributeError, RecursionError):
            return None
        return reason if isinstance(reason, str) else None
