"""What keys do to the session. Every action returns what there is to say about it, or None."""

from annotation import filter_text, goto
from annotation.commands import PAGE_FRAMES
from annotation.errors import ViewError
from annotation.view import ORDERS

_ORDERS = {"time": "in order of time", "uncertainty": "the least certain first", "select": "those that select chose first"}

_SURE_PERCENT = 95  # of a suggestion that is accepted with all others, unless the person types another share


class Actions:
    """session: annotation.session.Session; bars: annotation.bars.Bars; ask: annotation.ask_bar.AskBar;
    run: called with an action that a bar was open for, shows what came of it; states: list of str."""

    def __init__(self, session, bars, ask, run, states):
        self._session, self._bars, self._ask, self._run, self._states = session, bars, ask, run, states
        self._sure = "%d" % _SURE_PERCENT

    def all(self):
        """{name: callable}, as in annotation.commands."""
        session = self._session
        return {
            "unlabel": session.unlabel, "undo": lambda: _unless(session.undo(), "There is nothing to undo."),
            "redo": lambda: _unless(session.redo(), "There is nothing to do again."),
            "accept": self._accept, "accept_group": lambda: self.label_more(None),
            "accept_all": self._accept_all, "skip": self._skip,
            "note": self._note, "delete": self._delete,
            "back": lambda: session.step(-1), "on": lambda: session.step(1),
            "page_back": lambda: session.step(-PAGE_FRAMES), "page_on": lambda: session.step(PAGE_FRAMES),
            "first": lambda: session.go(0), "last": lambda: session.go(len(session.paths)),
            "next_unlabelled": lambda: None if session.next_unlabelled() else session.done(),
            "last_annotated": lambda: _unless(session.last_annotated(), "No frame has a label yet."),
            "disagreement": lambda: self._disagreement(False), "disagreement_back": lambda: self._disagreement(True),
            "transition": lambda: self._transition(False), "transition_back": lambda: self._transition(True),
            "day_back": lambda: self._day(-1), "day_on": lambda: self._day(1), "go_to": self._go_to,
            "order": self._order, "filter": self._filter,
        }

    # -- labels

    def label(self, label):
        """Labels the current frame and goes on."""
        number, there, left = self._session.position + 1, self._session.path, self._session.counts()[1]
        self._session.label(label)
        if left and not self._session.counts()[1]:
            return self._session.done()
        return "frame %d: %s" % (number, label) if there else None

    def label_more(self, label):
        """The near-duplicates too, or, of a frame that has none, all since the one labelled last; None: as suggested."""
        return self._labelled(label, self._session.label_more)

    def label_range(self, label):
        return self._labelled(label, self._session.label_range)

    def _labelled(self, label, give):
        given = label or (self._session.suggestion or [""])[0]
        number, count = self._session.position + 1, give(label)
        return "frame %d and %d more: %s" % (number, count - 1, given) if count > 1 else \
            "frame %d: %s" % (number, given) if count else None

    def _accept(self):
        suggestion, number = self._session.suggestion, self._session.position + 1
        if not self._session.accept():
            return "There is no suggestion for this frame: press a label's key."
        return "frame %d: %s, as suggested" % (number, suggestion[0])

    def _accept_all(self):
        self._ask.open("Accept all, at least so sure (%)", "", self._accepted, self._sure, self._accepting)

    def _accepting(self, text):
        """What Return would do."""
        try:
            return "Return labels %d frames as suggested; one undo takes all of them back." \
                % len(self._session.sure(_share(text)))
        except ViewError as error:
            return str(error)

    def _accepted(self, text):
        share, self._sure = _share(text), text.strip()
        self._run(lambda: "%d frames labelled as suggested" % self._session.accept_all(share))

    def _skip(self):
        return _unless(self._session.skip(), self._session.done())

    def _note(self):
        entry = self._session.entry
        if entry:
            self._ask.open("Note", "Kept with the frame; an empty one takes it away.",
                           lambda text: self._run(lambda: self._session.note(text.strip())), entry.note or "")

    def _delete(self):
        if self._session.path:
            self._session.delete()
            return "In the bin, with its picture; Z brings it back."
        return None

    # -- moves

    def _disagreement(self, back):
        return _unless(self._session.next_disagreement(back), "No label differs from what is suggested.")

    def _transition(self, back):
        return _unless(self._session.next_transition(back), "The state never changes.")

    def _day(self, days):
        number = self._bars.day(self._session)
        position = self._bars.day_start(self._session, (number or 0) + days)
        if position is not None:
            self._session.go(position)

    def _go_to(self):
        self._ask.open("Go to", goto.HINT, self._gone)

    def _gone(self, text):
        session = self._session
        entries = session.index.entries
        position = goto.find(text, session.position, [entries[path].time_ms for path in session.paths])
        self._run(lambda: session.go(position))

    # -- which are shown

    def _order(self):
        order = ORDERS[(ORDERS.index(self._session.order) + 1) % len(ORDERS)]
        self._session.show(order=order)
        return "Shown %s." % _ORDERS[order]

    def _filter(self):
        self._ask.open("Show only", filter_text.HINT, self._filtered, filter_text.text(self._session.filter))

    def _filtered(self, text):
        where = filter_text.parse(text, self._states)
        self._run(lambda: _unless(self._session.show(where=where), "No frame is like that; the same ones stay shown."))


def _share(text):
    """0..1 of a percentage. Raises ViewError."""
    try:
        share = float(text.strip().rstrip("%")) / 100
    except ValueError:
        share = -1.0
    if not 0 < share <= 1:
        raise ViewError("%r is no percentage from 1 to 100." % text)
    return share


def _unless(done, sentence):
    return None if done else sentence
