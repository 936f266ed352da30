"""What comes to an open window from elsewhere: frames and labels of other programs, a model's suggestions."""

from typing import NamedTuple

from annotation import groups, suggestions
from annotation.learner import Learner
from annotation.predictions import Predictions


class News(NamedTuple):
    """frames: did frames, labels or their order change? guesses: is there more to suggest? text: for a person; error: is it
    one?"""

    frames: bool = False
    guesses: bool = False
    text: str = ""
    error: bool = False


class Arrivals:
    """session: annotation.session.Session, which gets the suggestions; views: annotation.views.Views. `close` ends the
    thread and the process that work on them."""

    def __init__(self, session, views):
        self._session, self._asked, self._judged = session, None, 0
        self._learner = Learner(views.prepare, len(session.index.labelled()))
        self._predictions = Predictions(views.score, session.suggestions) if views.score else None
        if self._predictions:
            session.suggest(self._predictions)

    @property
    def learning(self):
        """Whether groups and suggestions are being worked out anew."""
        return self._learner.running

    def rest(self):
        """Called at every key: for a moment the processor belongs to the window."""
        if self._predictions:
            self._predictions.rest()

    def labelled(self, frames):
        """Told how many frames have a label; begins to learn from them if that is worth while."""
        self._learner.labels_now(frames)

    def ask(self):
        """The model is to judge the shown frames, those after the current one first."""
        if self._predictions and self._asked is not self._session.paths:
            self._asked = self._session.paths
            self._predictions.ask(self._session.paths, self._session.position)

    def take(self):
        """Takes over what there is; the News of it. Raises IndexFileError."""
        if learned := self._learner.finished():
            self._take_over_learned()
        before = self._standing()
        if self._session.refresh():
            return News(frames=True, text=_changed(before, self._standing()))
        if self._predictions and self._predictions.number != self._judged:
            self._judged, error = self._predictions.number, self._predictions.error
            return News(learned, True, "The model cannot be asked: %s" % error if error else "", bool(error))
        return News(frames=learned)

    def close(self):
        self._learner.close()
        if self._predictions:
            self._predictions.close()

    def _take_over_learned(self):
        project = self._session.index.project
        learned, self._session.groups = suggestions.read(project), groups.read(project)
        if self._predictions:
            self._predictions.learned(learned)
        self._session.suggest(self._predictions or learned)

    def _standing(self):
        """(shown frames, frames without a label)"""
        return len(self._session.paths), self._session.counts()[1]


def _changed(before, after):
    """What another program changed, for a person."""
    (frames, left), (frames_now, left_now) = before, after
    labels = (frames_now - left_now) - (frames - left)
    if frames_now > frames:
        return "New frames: %d." % (frames_now - frames)
    if labels > 0:
        return "Another window labelled %d frame%s." % (labels, "" if labels == 1 else "s")
    return "Another program changed this project."
