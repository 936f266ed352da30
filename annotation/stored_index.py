"""An index between its memory and its two files: index.json, and index.journal, which says what came since."""

import contextlib

from annotation import index_file, journal
from annotation.changes import ADD, Frames
from annotation.errors import FramePathError, IndexFileError, NewerIndexError
from annotation.index_file import Snapshot

_JOURNAL_BYTES = 1 << 20  # after which the journal is history, and another begins
_COMPACT_LINES = 1000  # of the journal at least, and a line for every fourth frame, before a save writes index.json


class StoredIndex:
    """The part of annotation.index.Index that reads and writes. project: Path; Raises IndexFileError.

    version: a number that grows with every change that another process made.
    """

    def __init__(self, project):
        self.project = project
        self.version = 0
        self._pending = []  # Decisions that are in memory only
        self._load()

    @property
    def unsaved(self):
        """Whether there are changes that are not on disk."""
        return any(decision.changes for decision in self._pending)

    @property
    def journal_end(self):
        """The journal.Mark up to which this index knows the journal, None without a journal."""
        return self._mark

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
                self._take_over_index()
            except NewerIndexError:
                raise
            except IndexFileError:  # index.json is damaged: what follows does not touch it
                if not self.unsaved:
                    raise
            self._take_over_journal()
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
        if self._behind():
            with index_file.locked(self.project):
                self._catch_up()
                self._compact()

    def _behind(self):
        """Does the journal hold more than index.json?"""
        return bool(self._mark) and self._mark.line != (self._compacted.line if self._compacted else 0)

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
        self._journal_stamp = journal.stamp(self.project)
        first = self._mark.line - len(records)
        for decision in self._pending:
            decision.number, first = first, first + len(decision.changes)
        self._pending = []

    def _load(self):
        """Reads index.json and what the journal says beyond it."""
        stamp, snapshot = index_file.stamp(self.project), index_file.read(self.project)
        journal_stamp = journal.stamp(self.project)
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
        self._journal_stamp = journal_stamp
        self._old = snapshot.format < index_file.FORMAT
        self._due = max(_COMPACT_LINES, len(frames.entries) // 4)

    def _catch_up(self):
        """Takes over what others wrote. Own changes that are not on disk yet come last."""
        self._take_over_index()
        self._take_over_journal()

    def _take_over_index(self):
        stamp = index_file.stamp(self.project)
        if stamp is None or stamp == self._seen:
            return
        if self._includes(index_file.peek(self.project)):
            self._seen = stamp  # another process compacted what is known here
        else:
            self._lifted(self._load)

    def _take_over_journal(self):
        stamp = journal.stamp(self.project)
        if stamp != self._journal_stamp:
            self._lifted(self._read_on)
            self._journal_stamp = stamp

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
        if self._behind():
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
        self._turn_over()

    def _turn_over(self):
        """A journal that grew long becomes history: index.json holds all of it. It may also stay, where it cannot be moved."""
        if self._mark and self._mark.bytes >= _JOURNAL_BYTES:
            with contextlib.suppress(IndexFileError):
                self._mark = journal.turn_over(self.project, self._mark)
                self._journal_stamp = journal.stamp(self.project)


def _replay(project, frames, records):
    for record in records:
        try:
            frames.replay(record)
        except (FramePathError, ValueError, KeyError, TypeError) as error:
            raise IndexFileError("change %d of %s is none (%s): written by another version, or edited"
                                 % (record["n"], project / journal.NAME, error))
