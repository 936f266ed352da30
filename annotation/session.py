"""A person's way through the index: where they are, what they labelled, what they take back. No widgets."""


class Session:
    """Begins at the first frame without a label; every change is on disk when its method returns.

    queue: paths that are to be labelled before all others, in that order.

    A method that changes or moves raises IndexFileError if the index cannot be saved or read; the
    position is then unchanged and the change waits in `index.unsaved` for the next save.
    """

    def __init__(self, index, annotator, queue=()):
        self.index = index
        self.annotator = annotator
        self.position = 0
        self._queue = list(queue)
        self._undo = []  # (path, its Entry before), oldest first
        self._unsaved_path = None
        self._entries = None
        self._renumber()
        if not self.next_unlabelled(from_start=True):
            self.last_annotated()

    def queued(self):
        """Paths of the queue that have no label yet, in its order."""
        entries = self.index.entries
        return [path for path in self._queue if path in entries and entries[path].label is None]

    @property
    def path(self):
        """The current frame's path; None while the index is empty."""
        return self.paths[self.position] if self.paths else None

    @property
    def entry(self):
        """The current frame's Entry; None while the index is empty."""
        return self.index.entries[self.path] if self.paths else None

    def go(self, position):
        """Moves to a frame number, 0 is the first; beyond an end, to that end."""
        self.position = max(0, min(position, len(self.paths) - 1))

    def step(self, frames):
        self.go(self.position + frames)

    def next_unlabelled(self, from_start=False):
        """Moves to the next frame without a label, first those of the queue, round the end; False if there is none."""
        waiting = [path for path in self.queued() if from_start or path != self.path]
        if waiting:
            after = self._queue.index(self.path) if self.path in self._queue and not from_start else -1
            self.position = self._positions[next((path for path in waiting if self._queue.index(path) > after), waiting[0])]
            return True
        start = 0 if from_start else self.position + 1
        entries = self.index.entries
        for position in [*range(start, len(self.paths)), *range(min(start, len(self.paths)))]:
            if entries[self.paths[position]].label is None:
                self.position = position
                return True
        return False

    def last_annotated(self):
        """Moves to the frame that was annotated last, in this session or before; False if none was."""
        annotated = [(entry.annotated_ms or 0, position) for position, entry in
                     enumerate(self.index.entries.values()) if entry.label is not None]
        if annotated:
            self.position = max(annotated)[1]
        return bool(annotated)

    def label(self, label):
        """Labels the current frame, saves, then advances: in the queue, or to the next frame. Raises LabelError."""
        if not self.paths:
            return
        before = self.entry
        self.index.label(self.path, label, self.annotator)
        self._save(before)
        if self.path in self._queue and self.queued():
            self.next_unlabelled()
        else:
            self.step(1)

    def unlabel(self):
        """Takes the current frame's label away and saves."""
        if not self.paths:
            return
        before = self.entry
        self.index.unlabel(self.path)
        self._save(before)

    def undo(self):
        """Takes the last change of this session back and moves to its frame; False if there is none."""
        if not self._undo:
            return False
        path, before = self._undo[-1]
        self.index.restore(path, before)
        self.index.save()
        self._undo.pop()
        self._renumber()
        self.position = self._positions[path]
        return True

    def refresh(self):
        """Takes over frames and labels of other processes; True if there were any."""
        path = self.path
        self.index.refresh()
        return self._renumber(path)

    def counts(self):
        """({label: frames}, frames without a label)."""
        counts = self.index.counts()
        return counts, len(self.paths) - sum(counts.values())

    def labels(self):
        """The label (or None) of every frame, in order."""
        return [entry.label for entry in self.index.entries.values()]

    def _save(self, before):
        path = self.path
        if self._unsaved_path != path:  # else it is another try, one step of undo with the first
            self._undo.append((path, before))
        self._unsaved_path = path
        self.index.save()
        self._unsaved_path = None
        self._renumber(path)

    def _renumber(self, path=None):
        """Follows `path` to its new position when frames were added. True if entries were replaced."""
        entries = self.index.entries
        if entries is self._entries:
            return False
        self._entries = entries
        self.paths = list(entries)
        self._positions = {path: position for position, path in enumerate(self.paths)}
        self.position = self._positions.get(path, self.position)
        return True
