"""Changes of the index that are not on disk yet, and those that the journal tells of."""

import time
from dataclasses import dataclass, field

from annotation import entry as entries_of
from annotation.entry import Entry
from contract.clock import utc_text

ADD, LABEL, BIN, RETURN, OPINION = "add", "label", "bin", "return", "opinion"


@dataclass
class Change:
    """op: one of the above; before, after: Entry, None where there is none."""

    op: str
    path: str
    before: Entry | None
    after: Entry | None


@dataclass
class Decision:
    """What a person, or a program, decided at once, and takes back at once.

    do: "label", "note", "undo"... of an annotator at work, None of a program; who: their name; of: the decision that is
    undone or done again; changes: {(op, path): Change}; number: in the journal, None until it is there.
    """

    do: str | None = None
    who: str | None = None
    of: int | None = None
    changes: dict = field(default_factory=dict)
    number: int | None = None

    def note(self, op, path, before, after):
        """A change; a second one of a frame becomes one with the first."""
        known = self.changes.setdefault((op, path), Change(op, path, before, after))
        known.after = after

    def paths(self):
        return {path for _, path in self.changes}

    def records(self, number):
        """The journal's lines; `number` stands for the decision's among those that are written together."""
        when = utc_text(time.time_ns() // 1000000)
        for change in self.changes.values():
            yield {"op": change.op, "path": change.path, "who": self.who or _annotator(change), "when": when,
                   "decision": number, "do": self.do, **({} if self.of is None else {"of": self.of}),
                   "from": _json(change.op, change.before), "to": _json(change.op, change.after)}


def _annotator(change):
    return change.after.annotator if change.after and change.op == LABEL else None


def _json(op, entry):
    if entry is None:
        return None
    return entries_of.to_json(entry) if op == ADD else entries_of.facts(entry)


class Frames:
    """The frames of a project, and those in its bin: {path: Entry} each, and how many have which label."""

    def __init__(self, entries, binned):
        self.entries, self.bin, self.counts = entries, binned, {}
        self.in_order = False  # are the entries sorted?
        for entry in entries.values():
            self._count(entry, 1)

    def apply(self, op, path, after):
        """Makes a change: `after` is the Entry whose facts hold then (of ADD: the whole). It never fails: what another
        process did to the frame meanwhile decides what comes of it."""
        if op == ADD and path not in self.entries and path not in self.bin:
            self._put(path, after)
        elif op == BIN and path in self.entries:
            self.bin[path] = self.entries.pop(path)
            self._count(self.bin[path], -1)
            self.in_order = False
        elif op == RETURN and path in self.bin:
            self._put(path, self.bin.pop(path))
        elif op == LABEL and path in self.bin:
            self.bin[path] = entries_of.adopt(self.bin[path], after)
        elif op == LABEL:
            self._put(path, entries_of.adopt(self.entries.get(path) or Entry(), after))

    def find(self, path):
        """The Entry of a frame, in the bin or not; None if there is none."""
        return self.entries.get(path) or self.bin.get(path)

    def revert(self, change):
        """Takes back a Change that `apply` made."""
        if change.op == ADD and change.path in self.entries:
            self._count(self.entries.pop(change.path), -1)
            self.in_order = False
        elif change.op == LABEL:
            self.apply(LABEL, change.path, change.before)
        elif change.op in (BIN, RETURN):
            self.apply(RETURN if change.op == BIN else BIN, change.path, None)

    def replay(self, record):
        """Makes the change of a line of the journal. Raises ValueError for a line that is none."""
        op, path = record["op"], entries_of.checked_path(record["path"])
        if op not in (ADD, LABEL, BIN, RETURN, OPINION):
            raise ValueError("an unknown change, %r" % op)
        to = record["to"]
        after = None if to is None else entries_of.from_json(to) if op == ADD else entries_of.with_facts(Entry(), to)
        self.apply(op, path, after)

    def sort(self):
        """Whether the order, and with it the mapping, had to be made anew."""
        if self.in_order:
            return False
        self.entries = dict(sorted(self.entries.items(), key=entries_of.sort_key))
        self.in_order = True
        return True

    def rebase(self, decision):
        """Makes the changes of a Decision again after others were made; those without an object now are dropped."""
        for key, change in list(decision.changes.items()):
            op, path = key
            gone = path in (self.bin if op == BIN else self.entries) if op in (BIN, RETURN) else (
                op == ADD and self.find(path) is not None)
            if gone or self.find(path) is None and op in (BIN, RETURN):
                del decision.changes[key]
                continue
            if op == LABEL:
                change.before = self.find(path) or change.before
            self.apply(op, path, change.after)

    def _put(self, path, entry):
        known = self.entries.get(path)
        if known is None:
            self.in_order = False
        else:
            self._count(known, -1)
        self.entries[path] = entry
        self._count(entry, 1)

    def _count(self, entry, frames):
        if entry.label is not None:
            self.counts[entry.label] = self.counts.get(entry.label, 0) + frames
