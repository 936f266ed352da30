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

from annotation import index_file, journal
from annotation.changes import ADD, BIN, LABEL, OPINION, RETURN, Decision, Frames
from annotation.entry import Entry, adopt, checked_path
from annotation.errors import (AnnotationError, FramePathError, IndexFileError, LabelError,
                               NewerIndexError)
from annotation.index_file import Snapshot

__all__ = ["Index", "Entry", "UNUSABLE", "BLOCKED", "AnnotationError", "FramePathError", "IndexFileError",
           "LabelError", "NewerIndexError"]

UNUSABLE = "unusable"  # the label of a frame that shows no state: blocked, blinded, black
BLOCKED = "blocked"    # which of these it is: something stands in the way
_COMPACT_LINES = 1000  # of the journal at least, and a line for every fourth frame, before a save writes index.json


class Index:
    """Made by `Index.open`. Nothing is on disk before `save`.

    version: a number that grows with every change that another process made.
    """

    def __init__(self, project, states=None):
        self.project = project
        self.labels = None if states is None else tuple(states) + (UNUSABLE,)
        self.version = 0
        self._pending = []  # Decisions that are in memory only
        self._load()

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
        if compact and index._mark != index._compacted:
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

    @property
    def unsaved(self):
        """Whether there are changes that are not on disk."""
        return any(decision.changes for decision in self._pending)

    @property
    def journal_end(self):
        """The journal.Mark up to which this index knows the journal, None without a journal."""
        return self._mark

    # -- the disk

    def refresh(self):
        """Takes over what other processes saved since; two stat() if nobody did. Raises IndexFileError."""
        self._catch_up()

    def save(self):
        """Puts what changed since the last save on disk; on return it is there, whatever happens next.

        What other processes wrote meanwhile is kept and shows up in `entries`; where both labelled one frame, the later
        save wins. Raises IndexFileError; the changes are then kept for another try.
        """
        if not self.unsaved and index_file.stamp(self.project) is not None:
            return
        with index_file.locked(self.project):
            try:
                self._catch_up()
            except NewerIndexError:
                raise
            except IndexFileError:  # index.json is damaged: what follows does not touch it
                if not self.unsaved:
                    raise
            self._append()
            if self._mark is None or not self._written():
                self._write()
            elif self._old:  # which an earlier version would take for all there is
                self._compact_later()
            elif self._mark.line - (self._compacted.line if self._compacted else 1) >= self._due:
                self._compact_later()

    def close(self):
        """Saves, and writes index.json if the journal holds more. Raises IndexFileError."""
        self.save()
        if self._mark != self._compacted:
            with index_file.locked(self.project):
                self._catch_up()
                self._compact()

    def _written(self):
        return index_file.stamp(self.project) is not None

    def _append(self):
        """The pending decisions to the journal; frames that are added to a project without an index need none."""
        only_added = all(op == ADD for decision in self._pending for op, _ in decision.changes)
        if only_added and self._mark is None and not self._written() or not self.unsaved:
            self._pending = []
            return
        records = [record for number, decision in enumerate(self._pending) for record in decision.records(number)]
        self._mark = journal.append(self.project, self._mark, records, self._written())
        first = self._mark.line - len(records)
        for decision in self._pending:
            decision.number, first = first, first + len(decision.changes)
        self._pending = []

    def _load(self):
        """Reads index.json and what the journal says beyond it."""
        stamp, snapshot = index_file.stamp(self.project), index_file.read(self.project)
        if snapshot is None:
            head = journal.head(self.project)
            if head and head.index:
                raise IndexFileError("%s is missing, and %s goes on where it ended: put it back"
                                     % (self.project / index_file.NAME, journal.NAME))
            snapshot = Snapshot()
        frames = Frames(snapshot.entries, snapshot.bin)
        records, mark = journal.read(self.project, snapshot.mark)
        _replay(self.project, frames, records)
        self._frames, self._mark, self._compacted, self._stamp, self._seen = frames, mark, snapshot.mark, stamp, stamp
        self._old = snapshot.format < index_file.FORMAT
        self._due = max(_COMPACT_LINES, len(frames.entries) // 4)

    def _catch_up(self):
        """Takes over what others wrote. Own changes that are not on disk yet come last."""
        stamp = index_file.stamp(self.project)
        if stamp is not None and stamp != self._seen:
            if not self._includes(index_file.peek(self.project)):
                return self._lifted(self._load)
            self._seen = stamp  # another process compacted what is known here
        if journal.size(self.project) > (self._mark.bytes if self._mark else 0):
            self._lifted(self._read_on)
        return None

    def _includes(self, mark):
        return bool(mark and self._mark and mark.journal == self._mark.journal and mark.bytes <= self._mark.bytes)

    def _read_on(self):
        records, self._mark = journal.read(self.project, self._mark)
        _replay(self.project, self._frames, records)
        return records

    def _lifted(self, read):
        """Calls `read` without the pending changes and makes them again on top of what came."""
        pending = [change for decision in self._pending for change in decision.changes.values()]
        for change in reversed(pending):
            self._frames.revert(change)
        try:
            if read() != []:
                self.version += 1
        finally:
            for decision in self._pending:
                self._frames.rebase(decision)

    def _compact(self):
        """Writes index.json if the journal holds more. Needs the lock, and that nothing waits to be saved."""
        if index_file.stamp(self.project) != self._stamp and self._written():
            if index_file.peek(self.project) == self._mark:
                self._compacted = self._mark
                return
            self._load()  # somebody edited it by hand, or compacted less
            self.version += 1
        if self._mark != self._compacted:
            self._write()

    def _compact_later(self):
        """The labels are safe in the journal: an index that cannot be written now is written later."""
        try:
            self._compact()
        except IndexFileError:
            self._due += _COMPACT_LINES

    def _write(self):
        if self._mark is not None:
            journal.sync(self.project)
        self._frames.sort()
        index_file.replace(self.project, index_file.serialise(
            Snapshot(self._frames.entries, self._frames.bin, self._mark)))
        self._compacted, self._old = self._mark, False
        self._stamp = self._seen = index_file.stamp(self.project)


def _replay(project, frames, records):
    for record in records:
        try:
            frames.replay(record)
        except (FramePathError, ValueError, KeyError, TypeError) as error:
            raise IndexFileError("line %d of %s is no change (%s): written by another version, or edited"
                                 % (record["n"] + 1, project / journal.NAME, error))
