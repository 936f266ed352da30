"""Filmstrip, timeline of the day and strip of all frames, brought up to date together when there is time."""

from tkinter import ttk

from annotation.colours import UNDECLARED
from annotation.day import DAY_MS, days
from annotation.filmstrip import Filmstrip
from annotation.strip import Strip
from annotation.timeline import Timeline


class Bars(ttk.Frame):
    """go: called with a position; step: with a number of frames. predictions: path -> (label, probability) or None."""

    def __init__(self, parent, theme, cache, colours, go, step, predictions):
        super().__init__(parent, padding=(theme.px(14), theme.px(4)))
        self._predictions = predictions
        self._paths, self._days, self._day_of = None, [], {}
        self.filmstrip = Filmstrip(self, cache, theme, colours, UNDECLARED, go, step)
        self.timeline = Timeline(self, theme, colours, UNDECLARED, go)
        self.strip = Strip(self, theme, colours, UNDECLARED, go)
        for bar in (self.filmstrip, self.timeline, self.strip):
            bar.pack(fill="x", pady=(0, theme.px(3)))

    def restyle(self):
        for bar in (self.filmstrip, self.timeline, self.strip):
            bar.restyle()

    def show(self, session):
        """Draws where the session stands."""
        self._follow(session)
        labels, position = session.labels(), session.position
        self.filmstrip.show(lambda i: session.index.file(session.paths[i]), labels, position)
        self.strip.show(labels, position)
        number = self.day(session)
        day = None if number is None else self._days[number]
        frames = day.positions if day else []
        guesses = [self._predictions(session.paths[i]) for i in frames]
        self.timeline.show(day, "" if day is None else "day %d of %d" % (number + 1, len(self._days)),
                           session.entry.time_ms if session.path else None, [labels[i] or "" for i in frames],
                           [guess[0] if guess else "" for guess in guesses])

    def day(self, session):
        """The number of the current frame's day, from 0; None where it has no time."""
        self._follow(session)
        time = session.entry.time_ms if session.path else None
        return None if time is None else self._day_of[time // DAY_MS * DAY_MS]

    def day_start(self, session, number):
        """The position of the first frame of a day, held at the first and the last; None without any."""
        self._follow(session)
        if not self._days:
            return None
        return self._days[max(0, min(number, len(self._days) - 1))].positions[0]

    def _follow(self, session):
        if session.paths is not self._paths:
            entries = session.index.entries
            self._paths = session.paths
            self._days = days([entries[path].time_ms for path in session.paths])
            self._day_of = {day.start: number for number, day in enumerate(self._days)}
