"""The annotator's window: it turns keys into calls of a Session and shows where that stands."""

import sys
import tkinter as tk
import traceback
from tkinter import messagebox

from annotation import filter_text
from annotation.actions import Actions
from annotation.arrivals import Arrivals
from annotation.colours import UNDECLARED
from annotation.commands import bindings, key_name
from annotation.index import BLOCKED
from annotation.keys import blocked_key, digit_keys, label_keys
from annotation.layout import Layout
from annotation.looks import Looks
from annotation.session import GROUP, RANGE
from annotation.theme import Theme
from annotation.view import TIME
from annotation.views import Views
from contract.errors import DoorlensError

_REFRESH_MS = 1000  # how often frames of a running ingest and other windows' labels are looked for
_REST_DELAY_MS = 12  # after the picture: time for the next key to come first
_AHEAD, _BEHIND = 5, 2  # pictures that are decoded before they are asked for
_MORE = {GROUP: "Shift: %d alike", RANGE: "Shift: %d since the last label"}
_NO_FRAMES = "This project has no frames yet.\n\nFetch some with doorlens ingest; they appear here by themselves."


class Window:
    """Made on a tk.Tk. states: list of str; region: four integers in 1/10000 or None; views: Views;
    configured: {state: key letter} that overrides the chosen letters; scale: of everything, None = the display's."""

    def __init__(self, root, session, states, region=None, title="Doorlens", configured=None, dark=False,
                 views=Views(), scale=None):
        self.root, self.session, self.views, self._closed = root, session, views, False
        root.title(title)
        letters, digits, blocked = label_keys(states, configured), digit_keys(states), blocked_key(states, configured)
        self.theme = Theme(root, dark, scale)
        self.arrivals = Arrivals(session, views)
        self.layout = Layout(root, self.theme, states, region, letters, digits, blocked, self)
        self.picture, self.bars = self.layout.picture, self.layout.bars
        self.looks = Looks(self.layout, session, views, self._show_picture)
        self._direction, self._resting = 1, None
        self._session_actions = Actions(session, self.bars, self.layout.ask, self.do, states)
        self._actions = self._all_actions()
        self._keys = bindings(self._actions, {**self._label_keys(digits), **self._label_keys(letters),
                                              **self._label_keys({BLOCKED: blocked})})
        root.bind("<Key>", self._key)
        root.bind("<<ThemeChanged>>", lambda event: event.widget is root and self._restyle(), add="+")
        root.bind("<Configure>", lambda event: event.widget is self.bars and self._rest_soon(), add="+")
        root.bind("<Destroy>", self._destroyed)
        root.protocol("WM_DELETE_WINDOW", self.close)
        root.report_callback_exception = self._failed
        self._refreshing = root.after(_REFRESH_MS, self._refresh)
        self.show()

    # -- what keys do

    def _all_actions(self):
        return {**{name: lambda action=action: self.do(action) for name, action in self._session_actions.all().items()},
                **{name: lambda action=action: self._try(action) for name, action in self.looks.all().items()},
                "close": self.close}

    def _label_keys(self, keys):
        """{key name: callable} that give these labels: {label: key}."""
        actions, found = self._session_actions, {}
        for label, key in keys.items():
            for name, give in (("", actions.label), ("shift+", actions.label_more), ("ctrl+shift+", actions.label_range)):
                if key:
                    found[name + key] = lambda label=label, give=give: self.do(lambda: give(label))
        return found

    def _key(self, event):
        name = key_name(event.keysym, event.state)
        self.arrivals.rest()
        if self.layout.help.is_shown():
            self.layout.help.key(name)
        elif isinstance(event.widget, tk.Entry):  # somebody is typing
            return None
        elif self.looks.editor.active:
            self._try(lambda: self.looks.editor.key(name))
        elif action := self._keys.get(name) or self._keys.get(name.removeprefix("shift+")):
            action()
        return "break"

    def run(self, name):
        """One of commands.COMMANDS, by its action, as its key would."""
        self._actions[name]()

    def do(self, action):
        """Runs an action of the session, shows its outcome, and any error as a sentence in the window."""
        before = self.session.position
        self.looks.flicker.stop()
        self._try(action)
        if not self._closed:
            self._direction = -1 if self.session.position < before else 1
            self.show()

    def _try(self, action):
        self.say("")
        try:
            self.say(action() or "")
        except DoorlensError as error:
            lead = "Not saved; press the key again to retry. " if self.session.index.unsaved else ""
            self.say(lead + str(error), error=True)

    def label(self, label):
        """As the label's key."""
        self.do(lambda: self._session_actions.label(label))

    def go(self, position):
        self.do(lambda: self.session.go(position))

    def step(self, frames):
        self.do(lambda: self.session.step(frames))

    def close(self):
        try:
            self.session.close()
        except DoorlensError as error:
            if self.session.index.unsaved and not messagebox.askokcancel(
                    "Not saved", "%s\n\nQuit and lose the last label?" % error):
                return
        self.root.destroy()

    def _destroyed(self, event):
        if event.widget is self.root and not self._closed:
            self._closed = True
            self.looks.flicker.stop()
            for timer in (self._refreshing, self._resting):
                if timer:
                    self.root.after_cancel(timer)
            self.layout.cache.close()
            self.arrivals.close()

    def look(self, file, region):
        """What the network sees of a picture, an annotation.views.Look."""
        return self.views.look(file, region)

    def prediction(self, path):
        """(label, confidence 0..1) that is suggested for a frame, or None."""
        return self.session.suggestions.get(path)

    # -- what the window shows

    def show(self):
        """Draws the session's current frame at once; the next pictures are decoded, and the bars drawn, after it."""
        session, heading = self.session, self.layout.heading
        counts, left = session.counts()
        self.arrivals.labelled(len(session.index.entries) - left)
        heading.show_frame(session.entry)
        heading.show_counts(session.position, len(session.paths), left, len(session.queued()), self._shown())
        self.layout.labels.show(counts, session.entry.label if session.path else None)
        self.layout.footing.show(session.path, session.entry)
        self._show_picture()
        self.root.update_idletasks()
        self._prefetch()
        self._rest_soon()

    def _rest_soon(self):
        if self._resting:
            self.root.after_cancel(self._resting)
        self._resting = self.root.after(_REST_DELAY_MS, self._show_rest)

    def _shown(self):
        """Which frames are shown in which order, where that is not all of them in order of time."""
        words = filter_text.text(self.session.filter)
        order = "" if self.session.order == TIME else "by " + self.session.order
        return ", ".join(part for part in (words and "only " + words, order) if part)

    def _show_picture(self, previous=False):
        session = self.session
        if session.path is None:
            return self.picture.show(None, "", None, _NO_FRAMES)
        path = session.paths[session.position - 1] if previous else session.path
        label = session.labels()[session.position - 1] if previous else session.entry.label
        blocked = not previous and session.entry.detail == BLOCKED
        colour = self.layout.colours.get(label, UNDECLARED if label else None)
        guess, (kind, paths) = session.suggestion, session.more()
        texts = {"note": "the frame before"} if previous else {
            "suggestion": "suggested: %s %.0f %%" % (guess[0], 100 * guess[1]) if guess else None,
            "more": _MORE[kind] % len(paths) if kind in _MORE else None}
        self.picture.show(session.index.file(path), (label or "no label") + (": blocked" if blocked else ""), colour, **texts)

    def _prefetch(self):
        session, step = self.session, self._direction
        near = [*range(1, _AHEAD + 1), *range(-1, -_BEHIND - 1, -1)]
        positions = [session.position + step * distance for distance in near]
        files = [session.index.file(session.paths[i]) for i in positions if 0 <= i < len(session.paths)]
        requests = [request for request in map(self.picture.request, files) if request]
        small = self.bars.filmstrip.requests(lambda i: session.index.file(session.paths[i]), len(session.paths),
                                             session.position) if self.bars.winfo_manager() else []
        self.layout.cache.prefetch([*requests[:1], *small, *requests[1:]])

    def _show_rest(self):
        self._resting = None
        self._prefetch()  # of the sizes that the window has by now
        self.bars.show(self.session)
        self.arrivals.ask()

    def _refresh(self):
        self._refreshing = self.root.after(_REFRESH_MS, self._refresh)
        news = self.arrivals.take()
        if news.text:
            self.say(news.text, news.error)
        if news.frames:
            self.show()
        elif news.guesses:
            if not self.looks.flicker.running:
                self._show_picture()
            self._show_rest()

    def say(self, text, error=False):
        if not self._closed:
            self.layout.footing.say(text, error)

    def _failed(self, kind, error, trace):
        if not isinstance(error, DoorlensError):
            traceback.print_exception(kind, error, trace, file=sys.stderr)
        self.say(str(error) or kind.__name__, error=True)

    def _restyle(self):
        self.layout.restyle()
        self.show()
