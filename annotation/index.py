"""The index: which frames a project has, and who labelled each of them how and when.

    index = Index.open("my-door", states=["open", "closed"])
    index.add("frames/cam/2026-03-01/0badcafe-00000001.jpg", time_ms=1772360430500, camera="cam")
    index.label("frames/cam/2026-03-01/0badcafe-00000001.jpg", "open", annotator="ada")
    index.save()

Standard library only. Several processes may work on one project: `save` merges what this one
changed into what is on disk by then, under a lock, and takes over what others changed.
"""

import time
from dataclasses import replace
from pathlib import Path

from annotation import index_file
from annotation.entry import Entry, checked_path, sort_key
from annotation.errors import (AnnotationError, FramePathError, IndexFileError, LabelError,
                               NewerIndexError)

__all__ = ["Index", "Entry", "UNUSABLE", "AnnotationError", "FramePathError", "IndexFileError",
           "LabelError", "NewerIndexError"]

UNUSABLE = "unusable"  # the label of a frame that shows no state: blocked, blinded, black


class Index:
    """Made by `Index.open`. Nothing is on disk before `save`."""

    def __init__(self, project, states, entries, stamp):
        self.project = project
        self.labels = None if states is None else tuple(states) + (UNUSABLE,)
        self._entries = entries
        self._sorted = False
        self._stamp = stamp
        self._written = {}  # what index_file.serialise remembers
        self._added = {}    # path -> Entry, not yet on disk
        self._labelled = {}  # path -> Entry whose label fields are not yet on disk

    @classmethod
    def open(cls, project, states=None):
        """The index of the project folder `project`, empty if it has none yet.

        With `states`, `label` accepts only these and "unusable". Raises IndexFileError (damaged,
        or NewerIndexError).
        """
        project = Path(project)
        if not project.is_dir():
            raise IndexFileError("no project folder at %s: make one with doorlens init" % project)
        stamp = index_file.stamp(project)
        return cls(project, states, index_file.read(project), stamp)

    @property
    def entries(self):
        """{path: Entry}, by the frame's time, then path; frames without a time last. Do not modify."""
        if not self._sorted:
            self._entries = dict(sorted(self._entries.items(), key=sort_key))
            self._sorted = True
        return self._entries

    def add(self, path, time_ms=None, camera="", source=None):
        """Adds an unlabelled frame; a path that is already there stays as it is.

        Returns True if it is new. Raises FramePathError for a path that leaves the project.
        """
        if checked_path(path) in self._entries:
            return False
        entry = Entry(time_ms=time_ms, camera=camera, source=source)
        self._entries[path] = self._added[path] = entry
        self._sorted = False
        return True

    def label(self, path, label, annotator, source="human", annotated_ms=None):
        """Labels a frame of the index; `annotated_ms` is now unless given.

        Raises LabelError (not declared by the project), FramePathError (not in the index).
        """
        if not isinstance(label, str) or not label or (self.labels and label not in self.labels):
            raise LabelError("no label %r in this project; it has %s"
                             % (label, ", ".join(self.labels or ("none",))))
        if annotated_ms is None:
            annotated_ms = time.time_ns() // 1000000
        self._change(path, label, annotator, annotated_ms, source)

    def unlabel(self, path):
        """Takes a frame's label away. Raises FramePathError."""
        self._change(path, None, None, None, None)

    def restore(self, path, entry):
        """Gives a frame the label, annotator, time and source of `entry`, as undo needs. FramePathError."""
        self._change(path, entry.label, entry.annotator, entry.annotated_ms, entry.source)

    def _change(self, path, label, annotator, annotated_ms, source):
        if path not in self._entries:
            raise FramePathError("the index has no frame %r" % (path,))
        entry = replace(self._entries[path], label=label, annotator=annotator,
                        annotated_ms=annotated_ms, source=source)
        self._entries[path] = self._labelled[path] = entry

    def labelled(self):
        """{path: Entry} of the labelled frames, in order."""
        return {path: entry for path, entry in self.entries.items() if entry.label is not None}

    def unlabelled(self):
        """{path: Entry} of the frames without a label, in order."""
        return {path: entry for path, entry in self.entries.items() if entry.label is None}

    def counts(self):
        """{label: number of frames}: every declared label, then any other that the index holds."""
        counts = dict.fromkeys(self.labels or (), 0)
        for entry in self._entries.values():
            if entry.label is not None:
                counts[entry.label] = counts.get(entry.label, 0) + 1
        return counts

    def undeclared(self):
        """Paths whose label the project does not declare (its states were changed since)."""
        return [path for path, entry in self.labelled().items()
                if self.labels and entry.label not in self.labels]

    def file(self, path):
        """Where the picture of `path` lies on disk."""
        return self.project / checked_path(path)

    def missing(self):
        """Paths of the frames whose picture is not on disk."""
        return [path for path in self.entries if not self.file(path).is_file()]

    @property
    def unsaved(self):
        """Whether there are changes that are not on disk."""
        return bool(self._added or self._labelled)

    def refresh(self):
        """Takes over what other processes saved since; one stat() if nobody did. IndexFileError."""
        self._take_over()

    def save(self):
        """Writes what changed since the last save; on return it is on disk, whatever happens next.

        Entries that another process wrote meanwhile are kept and show up in `entries`; where both
        labelled one frame, the later save wins. Raises IndexFileError; the changes are then kept
        for another try.
        """
        if not self.unsaved and index_file.stamp(self.project) is not None:
            return
        with index_file.locked(self.project):
            self._take_over()
            index_file.replace(self.project, index_file.serialise(self.entries, self._written))
            self._stamp = index_file.stamp(self.project)
        self._added, self._labelled = {}, {}

    def _take_over(self):
        """Replays this process's changes on what is on disk now."""
        stamp = index_file.stamp(self.project)
        if stamp == self._stamp or stamp is None:  # nobody wrote, or it was removed: memory is all there is
            return
        entries = index_file.read(self.project)
        for path, entry in self._added.items():
            entries.setdefault(path, entry)
        for path, mine in self._labelled.items():
            entries[path] = replace(
                entries.get(path, mine), label=mine.label, annotator=mine.annotator,
                annotated_ms=mine.annotated_ms, source=mine.source)
        self._entries, self._sorted, self._stamp = entries, False, stamp
