"""What was decided about the labels, by whom and when; what can be taken back and done again. Read from the journals."""

from annotation import entry as entries_of
from annotation import journal
from annotation.changes import ADD, BIN, LABEL, OPINION, RETURN, Change, Decision
from annotation.entry import Entry

UNDO, REDO = "undo", "redo"


def of(project, path):
    """Lines of the journals about a frame, oldest first: dicts as annotation.journal says. Raises IndexFileError.

    project: Path. Labels that are older than the first journal are not in it; the first change's "from" tells the last of them.
    """
    return [record for record in journal.read_all(project) if record["path"] == path]


def decisions(project, before=None):
    """The Decisions in the journals, oldest first, of the lines before a journal.Mark. Raises IndexFileError."""
    found = {}
    for record in journal.read_all(project):
        if before is not None and record["n"] >= before.line:
            break
        decision = found.setdefault(record["decision"], Decision(
            record["do"], record["who"], record.get("of"), number=record["decision"]))
        op, path = record["op"], record["path"]
        decision.changes[op, path] = Change(op, path, _entry(op, record["from"]), _entry(op, record["to"]))
    return list(found.values())


def _entry(op, record):
    if record is None:
        return None
    return entries_of.from_json(record) if op == ADD else entries_of.with_facts(Entry(), record)


class Stacks:
    """One annotator's decisions that can be undone and done again, without limit, those of former sessions too.

    They are read from the journal when this session's own are used up. `project`: Path; `mark`: the journal's end when
    the session began.
    """

    def __init__(self, project, annotator, mark):
        self._project, self._annotator, self._mark = project, annotator, mark
        self.done, self.undone = [], []  # latest last
        self._own = self._read = False   # was there a decision in this session? was the journal read?

    def decided(self, decision):
        """A new decision: what was undone before cannot be done again."""
        self.done.append(decision)
        self.undone, self._own = [], True

    def last_done(self):
        """The Decision to undo next, None if there is none. Raises IndexFileError."""
        if not self.done:
            self._remember()
        return self.done[-1] if self.done else None

    def last_undone(self):
        """The Decision to do again next, None if there is none. Raises IndexFileError."""
        if not self.undone and not self._own:
            self._remember()
        return self.undone[-1] if self.undone else None

    def undo(self):
        self.undone.append(self.done.pop())

    def redo(self):
        self.done.append(self.undone.pop())

    def drop(self, stack):
        """Forgets the last of a stack: others have changed all its frames since."""
        stack.pop()

    def _remember(self):
        if self._read:
            return
        self._read = True
        done, undone = [], []
        for decision in decisions(self._project, self._mark):
            if decision.who == self._annotator and decision.do not in (None, OPINION):
                _sort(decision, done, undone)
        self.done = done + self.done
        if not self._own:
            self.undone = undone + self.undone


def _sort(decision, done, undone):
    source, target = {UNDO: (done, undone), REDO: (undone, done)}.get(decision.do, (None, done))
    if source is None:
        done.append(decision)
        undone.clear()
    elif source and source[-1].number == decision.of:
        target.append(source.pop())
    else:  # of another window of the same person: it is not on top
        for known in [known for known in source if known.number == decision.of]:
            source.remove(known)
            target.append(known)


def take_back(index, decision):
    """Makes the opposite of a Decision; returns the paths that are changed by it.

    A frame that somebody has changed since stays as it is. Nothing is saved. May be called again after a failed save.
    """
    return [change.path for change in reversed(list(decision.changes.values()))
            if _replace(index, change, change.after, change.before, RETURN if change.op == BIN else BIN)]


def do_again(index, decision):
    """Makes a Decision again that was taken back; the same otherwise as `take_back`."""
    return [change.path for change in decision.changes.values()
            if _replace(index, change, change.before, change.after, change.op)]


def _replace(index, change, expected, wanted, op):
    path = change.path
    if change.op == LABEL:
        entry = index.entries.get(path)
        if entry is None or not _same(entry, expected):
            return False
        index.restore(path, wanted)
    elif op == BIN and path in index.entries:
        index.throw_away(path)
    elif op == RETURN and path in index.binned:
        index.take_back(path)
    else:
        return False
    return True


def _same(entry, other):
    return entries_of.facts(entry) == entries_of.facts(other or Entry())
