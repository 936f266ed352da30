"""A person at work on the index: what they label, what they take back, where they are. No widgets."""

from annotation import bin as bin_of
from annotation import history
from annotation.errors import LabelError
from annotation.groups import SOURCE as GROUP
from annotation.view import TIME
from annotation.way import Way

HUMAN, SUGGESTION, RANGE = "human", "suggestion", "range"  # where a label comes from: index.Entry.source
_SPREAD = (GROUP, RANGE)  # labels that nobody gave to the very frame: a later decision replaces them


class Session(Way):
    """Begins where this annotator stopped, else at the first frame without a label; every change is on disk when its
    method returns.

    index: annotation.index.Index; queue: paths that are to be labelled before all others, in that order; groups: {path:
    paths of its near-duplicates}, as annotation.groups reads them; suggestions: see `suggest`; resume: False begins at
    the first frame without a label.

    A method that changes or moves raises IndexFileError if the index cannot be saved or read; the
    position is then unchanged and the change waits in `index.unsaved` for the next save.
    """

    def __init__(self, index, annotator, queue=(), groups=None, suggestions=None, resume=True):
        super().__init__(index, annotator, queue, suggestions)
        self.groups = {} if groups is None else groups
        self._stacks = history.Stacks(index.project, annotator, index.journal_end)
        self._unsaved = []  # decisions
        if not (resume and self.resume()) and not self.next_unlabelled(from_start=True):
            self.last_annotated()

    # -- labels

    def label(self, label, source=HUMAN):
        """Labels the current frame, saves, then advances: to the next in order of time, else, and in the queue, to the next
        without a label. Raises LabelError."""
        if self.paths:
            self._label("label", [self.path], label, source)
            self._advance()

    def accept(self):
        """Labels the current frame as suggested and advances; False without a suggestion."""
        if self.suggestion is None:
            return False
        self.label(self.suggestion[0], SUGGESTION)
        return True

    def sure(self, confidence):
        """{path: suggested label} of the shown frames without a label whose suggestion is at least so sure, 0..1."""
        entries, found = self.index.entries, {}
        for path in self.paths:
            suggestion = self.suggestions.get(path)
            if entries[path].label is None and suggestion is not None and suggestion[1] >= confidence:
                found[path] = suggestion[0]
        return found

    def accept_all(self, confidence):
        """Labels all `sure` frames as suggested, one decision, and moves to the next to label; returns their number."""
        known = self.sure(confidence)
        if known:
            self._decide("accept", list(known), lambda path: self.index.label(path, known[path], self.annotator, SUGGESTION))
            self.next_to_label()
        return len(known)

    def group(self):
        """Paths that a label for the whole group would be given to, the current one first."""
        return [self.path, *self._free(path for path in self.groups.get(self.path, ()) if path != self.path)] if self.paths else []

    def range(self):
        """Paths from the frame labelled last to the current one, which comes first; without a human's labels of their own.

        As they are shown; back or forth. Only the current one where none was labelled yet.
        """
        start = self._positions.get(self._anchor)
        if not self.paths or start is None:
            return [self.path] if self.paths else []
        between = self.paths[start + 1:self.position] if start < self.position else self.paths[self.position + 1:start]
        return [self.path, *self._free(between)]

    def more(self):
        """(GROUP, `group`) of a frame with near-duplicates, else (RANGE, `range`) in order of time; otherwise ("label", the
        current frame): between frames of the queue, or of another order, are such as nobody has seen."""
        group = self.group()
        if len(group) > 1 or self.order != TIME or self.path in self._rank and self.queued():
            return (GROUP if len(group) > 1 else "label"), group
        between = self.range()
        return (RANGE if len(between) > 1 else "label"), between

    def label_more(self, label=None):
        """Labels what `more` says; otherwise as `label_group`."""
        kind, paths = self.more()
        return self._label_many(paths, label, kind)

    def label_group(self, label=None):
        """Labels the current frame and its near-duplicates, one decision, and moves to the next to label.

        label None: the suggested one. Returns the number of labelled frames. Raises LabelError.
        """
        return self._label_many(self.group(), label, GROUP)

    def label_range(self, label=None):
        """Labels all frames since the one labelled last; otherwise as `label_group`."""
        return self._label_many(self.range(), label, RANGE)

    def unlabel(self):
        """Takes the current frame's label away and saves."""
        if self.paths:
            self._decide("unlabel", [self.path], self.index.unlabel)

    def note(self, text):
        """Writes a note to the current frame, "" takes it away, and saves."""
        if self.paths:
            self._decide("note", [self.path], lambda path: self.index.annotate(path, text))

    def delete(self):
        """Puts the current frame into the bin, with its picture, and saves; the next frame becomes current."""
        if self.paths:
            self._decide("delete", [self.path], self.index.throw_away)
            bin_of.tidy(self.index)
            self._moved()

    # -- undo

    def undo(self):
        """Takes this annotator's last decision back, of former sessions too, and moves to its frame; False if there is none.

        Frames that somebody else has labelled since keep that label.
        """
        return self._turn(history.UNDO, self._stacks.last_done, self._stacks.undo, history.take_back)

    def redo(self):
        """Makes the decision again that was undone last, and moves to its frame; False if there is none."""
        return self._turn(history.REDO, self._stacks.last_undone, self._stacks.redo, history.do_again)

    def refresh(self):
        """Takes over frames and labels of other processes; True if there were any."""
        path = self.path
        self.index.refresh()
        return self._renumber(path)

    def close(self):
        """Saves and writes index.json; the next session begins here. Raises IndexFileError."""
        self._moved()
        self.index.close()

    def _turn(self, do, last, move, change):
        while (decision := last()) is not None:
            own = self.index.begin(do, self.annotator, decision.number, decision.paths())
            if change(self.index, decision) or own.changes:
                self.index.save()
                move()
                self._follow(decision)
                return True
            (self._stacks.done if do == history.UNDO else self._stacks.undone).pop()  # others changed all of it since
        return False

    def _follow(self, decision):
        """Moves to the first frame of a decision that is shown."""
        bin_of.tidy(self.index)
        self._renumber(self.path)
        for _, path in decision.changes:
            if self.go_to_path(path):
                break

    def _label(self, do, paths, label, source, others=None):
        def change(path):
            self.index.label(path, label, self.annotator, source if path == paths[0] else others)
        self._decide(do, paths, change)
        self._anchor = paths[0]
        for path in paths:
            self._skipped.pop(path, None)

    def _label_many(self, paths, label, source):
        if not paths:
            return 0
        if label is None and self.suggestion is None:
            raise LabelError("there is no suggestion for this frame yet: press a label's key")
        given = HUMAN if label is not None else SUGGESTION
        self._label(source, paths, label if label is not None else self.suggestion[0], given, source)
        if not self.next_to_label():
            self._moved()
        return len(paths)

    def _decide(self, do, paths, change):
        """Changes every one of `paths` and saves: one decision."""
        path = self.path
        decision = self.index.begin(do, self.annotator, paths=paths)
        for one in paths:
            change(one)
        if decision not in self._unsaved:
            self._unsaved.append(decision)
        self.index.save()
        while self._unsaved:
            self._stacks.decided(self._unsaved.pop(0))
        self._renumber(path)

    def _advance(self):
        if self.path in self._rank and self.queued() or self.order != TIME:
            self.next_to_label()
        else:
            self.step(1)

    def _free(self, paths):
        """Those of `paths` that nobody has labelled by themselves."""
        entries = self.index.entries
        return [path for path in paths if path in entries and (entries[path].label is None or entries[path].source in _SPREAD)]
