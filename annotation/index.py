"""The index: which frames a project has, and who labelled each of them how and when.

    index = Index.open("my-door", states=["open", "closed"])
    index.add("frames/cam/2026-03-01/0badcafe-00000001.jpg", time_ms=1772360430500, camera="cam")
    index.label("frames/cam/2026-03-01/0badcafe-00000001.jpg", "open", annotator="ada")
    index.save()

Standard library only. Several processes may work on one project: `save` appends what this one changed to the journal,
under a lock, after it has taken over what others wrote there. index.json is the sum of the journal up to some line of it.
"""

import contextlib
import time
from dataclasses import replace
from pathlib import Path

from annotation import index_file
from annotation.changes import ADD, BIN, LABEL, OPINION, RETURN, Decision
from annotation.entry import Entry, adopt, checked_path
from annotation.errors import (AnnotationError, FramePathError, IndexFileError, LabelError,
                               NewerIndexError)
from annotation.stored_index import StoredIndex

__all__ = ["Index", "Entry", "UNUSABLE", "BLOCKED", "AnnotationError", "FramePathError", "IndexFileError",
           "LabelError", "NewerIndexError"]

UNUSABLE = "unusable"  # the label of a frame that shows no state: blocked, blinded, black
BLOCKED = "blocked"    # which of these it is: something stands in the way


class Index(StoredIndex):
    """Made by `Index.open`. Nothing is on disk before `save`."""

    def __init__(self, project, states=None):
        self.labels = None if states is None else tuple(states) + (UNUSABLE,)
        super().__init__(project)

    @classmethod
    def open(cls, project, states=None, compact=True):
        """The index of the project folder `project`, empty if it has none yet.

        With `states`, `label` accepts only these, "unusable" and "blocked". What the journal holds beyond index.json is
        written there, if the folder can be written, unless not `compact`: what only reads, beside a person at work, keeps
        nobody waiting so. Raises IndexFileError (damaged, or NewerIndexError).
        """
        project = Path(project)
        if not project.is_dir():
            raise IndexFileError("no project folder at %s: make one with doorlens init" % project)
        index = cls(project, states)
        if compact and index._behind():
            with contextlib.suppress(IndexFileError), index_file.locked(project, wait=False):
                index._catch_up()
                index._compact()
        return index

    @property
    def entries(self):
        """{path: Entry}, by the frame's time, then path; frames without a time last. Do not modify."""
        self._frames.sort()
        return self._frames.entries

    @property
    def binned(self):
        """{path: Entry} of the frames in the bin. Do not modify."""
        return self._frames.bin

    # -- changes

    def begin(self, do=None, who=None, of=None, paths=()):
        """The changes from here to the next `begin` or `save` are one annotation.changes.Decision, which is returned.

        do, who, of: as there. A person's decision that could not be saved and is about the same `paths` is gone on with:
        it is another try.
        """
        last = self._pending[-1] if self._pending else None
        if not (last and last.do is not None and last.of == of and last.paths() == set(paths)):
            self._pending.append(Decision(do, who, of))
        return self._pending[-1]

    def add(self, path, time_ms=None, camera="", source=None):
        """Adds an unlabelled frame; a path that is already there, or in the bin, stays as it is.

        Returns True if it is new. Raises FramePathError for a path that leaves the project.
        """
        if checked_path(path) in self._frames.entries or path in self._frames.bin:
            return False
        self._change(ADD, path, None, Entry(time_ms=time_ms, camera=camera, source=source))
        return True

    def label(self, path, label, annotator, source="human", annotated_ms=None):
        """Labels a frame of the index; `annotated_ms` is now unless given.

        "blocked", where it is no state, is "unusable" with that detail. Raises LabelError (not declared by the
        project), FramePathError (not in the index).
        """
        detail = None
        if label == BLOCKED and self.labels and BLOCKED not in self.labels:
            label, detail = UNUSABLE, BLOCKED
        if not isinstance(label, str) or not label or (self.labels and label not in self.labels):
            raise LabelError("no label %r in this project; it has %s"
                             % (label, ", ".join(self.labels or ("none",))))
        if annotated_ms is None:
            annotated_ms = time.time_ns() // 1000000
        before = self._known(path)
        self._change(LABEL, path, before, replace(before, label=label, annotator=annotator, annotated_ms=annotated_ms,
                                                  source=source, detail=detail))

    def unlabel(self, path):
        """Takes a frame's label away. Raises FramePathError."""
        before = self._known(path)
        self._change(LABEL, path, before, replace(before, label=None, annotator=None, annotated_ms=None, source=None,
                                                  detail=None))

    def annotate(self, path, note):
        """Writes a note (text, "" or None for none) to a frame. Raises FramePathError."""
        before = self._known(path)
        self._change(LABEL, path, before, replace(before, note=(note or "").strip() or None))

    def restore(self, path, entry):
        """Gives a frame the label, annotator, time, source, detail and note of `entry`, as undo needs. FramePathError."""
        before = self._known(path)
        self._change(LABEL, path, before, adopt(before, entry))

    def throw_away(self, path):
        """Puts a frame into the bin; its picture stays where it is (annotation.bin moves it). Raises FramePathError."""
        self._change(BIN, path, self._known(path), None)

    def take_back(self, path):
        """Takes a frame out of the bin, with its label. Raises FramePathError."""
        if path not in self._frames.bin:
            raise FramePathError("the bin has no frame %r" % (path,))
        self._change(RETURN, path, None, self._frames.bin[path])

    def opinion(self, path, label, annotator):
        """Puts down what a person says about a frame that has a label, which stays. Raises FramePathError, LabelError."""
        if self.labels and label not in (*self.labels, BLOCKED):
            raise LabelError("no label %r in this project; it has %s" % (label, ", ".join(self.labels)))
        before = self._known(path)
        self._change(OPINION, path, before, Entry(label, annotator, time.time_ns() // 1000000, "opinion"))

    def _known(self, path):
        if path not in self._frames.entries:
            raise FramePathError("the index has no frame %r" % (path,))
        return self._frames.entries[path]

    def _change(self, op, path, before, after):
        if not self._pending:
            self.begin()
        self._pending[-1].note(op, path, before, after)
        self._frames.apply(op, path, after)

    # -- what it holds

    def labelled(self):
        """{path: Entry} of the labelled frames, in order."""
        return {path: entry for path, entry in self.entries.items() if entry.label is not None}

    def unlabelled(self):
        """{path: Entry} of the frames without a label, in order."""
        return {path: entry for path, entry in self.entries.items() if entry.label is None}

    def counts(self):
        """{label: number of frames}: every declared label, then any other that the index holds."""
        return {**dict.fromkeys(self.labels or (), 0),
                **{label: count for label, count in self._frames.counts.items() if count}}

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
