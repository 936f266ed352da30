"""A slice of the labelled frames shown again, blind: a second opinion, which changes no label. No widgets."""

import hashlib
from dataclasses import replace

from annotation import agreement
from annotation.changes import OPINION
from annotation.errors import AnnotationError, LabelError
from annotation.index import BLOCKED, UNUSABLE
from annotation.session import HUMAN, Session


class SecondOpinion(Session):
    """A Session on `count` labelled frames in an order of no meaning; it shows neither their labels nor suggestions.

    The same seed draws the same frames; those that this annotator has given an opinion on are not asked again. of: only
    labels of that annotator. `label` puts down the opinion and shows the next frame; what is said twice of a frame, by
    going back, counts as said last. Raises AnnotationError if there is no labelled frame.
    """

    def __init__(self, index, annotator, count=50, seed=1, of=None):
        self._given = {pair.path: pair.second for pair in agreement.pairs(index, annotator)}
        drawn = sorted((path for path, entry in index.labelled().items() if of in (None, entry.annotator)),
                       key=lambda path: hashlib.sha256(("%d %s" % (seed, path)).encode()).digest())
        self._drawn = drawn[:count]
        if not self._drawn:
            raise AnnotationError("there is no labelled frame to have a second opinion on")
        super().__init__(index, annotator, resume=False)

    @property
    def entry(self):
        """The current frame's Entry without anything that a person has said about it."""
        return replace(self.index.entries[self.path], label=self._given.get(self.path), annotator=None, annotated_ms=None,
                       source=None, detail=None, note=None) if self.paths else None

    @property
    def suggestion(self):
        return None

    def queued(self):
        return []

    def labels(self):
        """This annotator's opinion (or None) of every frame, in order."""
        return [self._given.get(path) for path in self.paths]

    def counts(self):
        """({label: opinions}, frames without one)."""
        given = [label for label in self.labels() if label is not None]
        return ({label: given.count(label) for label in dict.fromkeys((*(self.index.labels or ()), *given))},
                len(self.paths) - len(given))

    def agreement(self):
        """annotation.agreement.Agreement of the opinions on these frames, None before the first."""
        return agreement.agreement([pair for pair in agreement.pairs(self.index, self.annotator) if pair.path in self._positions])

    def done(self):
        return "Every frame has your opinion: %s." % self.agreement()

    def next_unlabelled(self, from_start=False):
        """Moves to the next frame without an opinion, round the end; False if there is none."""
        return self._go_if(self._find(lambda position: self.paths[position] not in self._given, from_start))

    def label(self, label, source=HUMAN):
        """Puts down the opinion, which is on disk then, and shows the next frame without one. Raises LabelError."""
        if not self.paths:
            return
        if label == BLOCKED and BLOCKED not in (self.index.labels or ()):
            label = UNUSABLE
        self.index.begin(OPINION, self.annotator, paths=[self.path])
        self.index.opinion(self.path, label, self.annotator)
        self.index.save()
        self._given[self.path] = label
        self._last = self.path
        if not self.next_unlabelled():
            self.step(1)

    def last_annotated(self):
        """Moves to the frame of the last opinion of this session."""
        return self.go_to_path(getattr(self, "_last", None))

    def undo(self):
        """Moves to the frame of the last opinion, which may be given anew."""
        return self.last_annotated()

    def redo(self):
        return False

    def group(self):
        """The current frame only: an opinion is about what is seen."""
        return [self.path] if self.paths else []

    range = group

    def more(self):
        return "label", self.group()

    def label_group(self, label=None):
        """As `label`; returns the number of opinions. Raises LabelError."""
        if label is None:
            raise LabelError("there are no suggestions in a second opinion: press a label's key")
        self.label(label)
        return len(self.group())

    label_range = label_more = label_group

    def accept_all(self, confidence):
        """Does nothing: there are no suggestions."""
        return 0

    def unlabel(self):
        """Does nothing, as `note` and `delete`: labels, notes and the bin are out of reach here."""

    def note(self, text):
        """Does nothing."""

    delete = unlabel

    def resume(self):
        return False

    def _moved(self):
        """The annotator's place in the project stays."""

    def _arranged(self):
        return [path for path in self._drawn if path in self.index.entries]
