"""A person's way through the frames: which are shown, in which order, and where the person is. No widgets."""

from itertools import chain

from annotation import place, view
from annotation.place import Place
from annotation.view import Filter


class Way:
    """paths: list of the shown frames, another list whenever they change; position: the current one's number in it.

    Moves return False, and move nowhere, where there is no such frame. All of them remember where they end.
    """

    def __init__(self, index, annotator, queue=(), suggestions=None):
        self.index, self.annotator = index, annotator
        self.position, self.paths = 0, []
        self.order, self.filter = view.TIME, Filter()
        self.suggestions = {} if suggestions is None else suggestions
        self._queue = list(queue)
        self._rank = {path: number for number, path in enumerate(self._queue)}
        self._reasons = view.Reasons(index.project)
        self._entries = self._version = self._anchor = None
        self._skipped = {}  # an ordered set
        self._arrange()

    # -- what is there

    @property
    def path(self):
        """The current frame's path; None while there is none."""
        return self.paths[self.position] if self.paths else None

    @property
    def entry(self):
        """The current frame's Entry; None while there is none."""
        return self.index.entries[self.path] if self.paths else None

    @property
    def suggestion(self):
        """The current frame's annotation.suggestions.Suggestion, or None."""
        return self.suggestions.get(self.path) if self.paths else None

    def queued(self):
        """Paths of the queue that have no label yet, in its order."""
        entries = self.index.entries
        return [path for path in self._queue if path in entries and entries[path].label is None]

    def counts(self):
        """({label: frames}, frames without a label), of the whole index."""
        counts = self.index.counts()
        return counts, len(self.index.entries) - sum(counts.values())

    def done(self):
        """What there is to say when no shown frame is without a label."""
        return "Every frame has a label." if self.filter == Filter() else "Every frame of these has a label."

    def labels(self):
        """The label (or None) of every shown frame, in order."""
        entries = self.index.entries
        return [entries[path].label for path in self.paths]

    # -- which are shown

    def show(self, order=None, where=None):
        """Shows the frames that a view.Filter takes, in an order of view.ORDERS; None leaves that as it is.

        The current frame stays current if it is among them; else the first without a label is. Returns whether there is
        any; if there is none, everything stays as it was. Frames that are labelled meanwhile stay until the next call.
        Raises ViewError.
        """
        former, path = (self.order, self.filter), self.path
        self.order, self.filter = order or self.order, self.filter if where is None else where
        found = self._arranged()
        if not found and self.index.entries:
            self.order, self.filter = former
            return False
        self._set(found, path)
        if path not in self._positions and not self.next_unlabelled(from_start=True):
            self.position = 0
        self._moved()
        return True

    def suggest(self, suggestions):
        """Takes other suggestions, anything with get(path) -> (label, confidence) or None; sorts anew where it matters."""
        self.suggestions = suggestions
        if self.order == view.UNCERTAINTY:
            self._arrange(self.path)

    # -- moves

    def go(self, position):
        """Moves to a frame number, 0 is the first; beyond an end, to that end."""
        self.position = max(0, min(position, len(self.paths) - 1))
        self._moved()

    def step(self, frames):
        """Moves on by a number of frames, back if it is negative."""
        self.go(self.position + frames)

    def go_to_path(self, path):
        """Moves to a frame."""
        return self._go_if(self._positions.get(path))

    def next_unlabelled(self, from_start=False):
        """Moves to the next frame without a label, in order of time first those of the queue, round the end.

        Skipped frames come when there are no others.
        """
        waiting = [path for path in self.queued() if (from_start or path != self.path) and path in self._positions
                   and path not in self._skipped] if self.order == view.TIME else []
        if waiting:
            after = -1 if from_start else self._rank.get(self.path, -1)
            return self.go_to_path(next((path for path in waiting if self._rank[path] > after), waiting[0]))
        entries = self.index.entries
        for skipped in (False, True):
            found = self._find(lambda position: entries[self.paths[position]].label is None
                               and (skipped or self.paths[position] not in self._skipped), from_start)
            if found is not None:
                return self._go_if(found)
        return False

    def next_to_label(self):
        """Moves to the frame whose label is wanted next: the next without one, in order of uncertainty the least certain."""
        return self.next_unlabelled(from_start=self.order == view.UNCERTAINTY)

    def last_annotated(self):
        """Moves to the shown frame that was annotated last, in this session or before."""
        entries = self.index.entries
        return self._go_if(max(((entries[path].annotated_ms or 0, position) for position, path in enumerate(self.paths)
                                if entries[path].label is not None), default=(0, None))[1])

    def next_disagreement(self, back=False):
        """Moves to the next frame whose label is not the suggested one, round the end; `back`: to the one before."""
        entries, known = self.index.entries, self.suggestions

        def disagrees(position):
            label, suggestion = entries[self.paths[position]].label, known.get(self.paths[position])
            return label is not None and suggestion is not None and suggestion[0] != label
        return self._go_if(self._find(disagrees, back=back))

    def next_transition(self, back=False):
        """Moves to the next frame whose state is not that of the shown frame before it, round the end.

        The state is the label, or the suggested one where there is none; frames without either are passed over.
        """
        states = [self._state(path) for path in self.paths]
        changes, former = set(), None
        for position, state in enumerate(states):
            if state is not None:
                if former is not None and state != former:
                    changes.add(position)
                former = state
        return self._go_if(self._find(changes.__contains__, back=back))

    def skip(self):
        """Leaves the current frame for later and moves to the next to label."""
        if not self.paths:
            return False
        self._skipped[self.path] = True
        return self.next_to_label()

    def _state(self, path):
        label, suggestion = self.index.entries[path].label, self.suggestions.get(path)
        return label if label is not None else suggestion and suggestion[0]

    def _find(self, wanted, from_start=False, back=False):
        """The first position after the current one, round the end and with it last, that is `wanted`; None without."""
        count, start = len(self.paths), 0 if from_start else self.position + 1
        around = chain(range(start, count), range(min(start, count)))
        if back:
            around = chain(range(self.position - 1, -1, -1), range(count - 1, self.position - 1, -1))
        return next((position for position in around if wanted(position)), None)

    def _go_if(self, position):
        if position is None:
            return False
        self.position = position
        self._moved()
        return True

    # -- keeping place

    def resume(self):
        """Moves to where this annotator stopped last; False without such a frame, or if the queue is another by now."""
        found = place.read(self.index.project, self.annotator)
        self._anchor = found.anchor
        self._skipped = dict.fromkeys(found.skipped)
        if self.queued() and found.queue != place.digest(self._queue):
            return False
        if found.order in view.ORDERS and found.order != self.order and found.path in self.index.entries:
            self.order = found.order
            self._arrange(found.path)
        return self.go_to_path(found.path)

    def _moved(self):
        if self.paths:
            place.write(self.index.project, self.annotator, Place(
                self.path, self._anchor, self.order, place.digest(self._queue), list(self._skipped)))

    def _arranged(self):
        return view.arrange(self.index.entries, self.order, self.filter, self._queue, self.suggestions, self._reasons)

    def _arrange(self, path=None):
        self._set(self._arranged(), path)
        self._entries, self._version = self.index.entries, self.index.version

    def _set(self, paths, path):
        self.paths = paths
        self._positions = {path: position for position, path in enumerate(paths)}
        self.position = self._positions.get(path, max(0, min(self.position, len(paths) - 1)))

    def _renumber(self, path=None):
        """Follows `path` to its new position when frames came or went. True if another process changed anything."""
        changed = self._version != self.index.version
        if self.index.entries is not self._entries:
            self._arrange(path)
            return True
        self._version = self.index.version
        return changed
