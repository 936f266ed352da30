"""The day of the current frame: labels, the model's predictions and gaps along the clock."""

import tkinter as tk

from PIL import Image, ImageTk

from annotation.colours import rgb
from annotation.day import columns, gaps, ticks

_GUTTER, _LABELS, _PREDICTIONS, _CLOCK, _TICK_DISTANCE = 84, 16, 10, 16, 64  # pixels before scaling


def band(day, width, values, colours, empty, other, background):
    """An RGB image `width` x 1: the colour of each pixel's frame.

    values: label, or "" for none, of the day's frames; colours: {label: "#rrggbb"}; empty: of ""; other: of a
    label that `colours` lacks; background: where no frame is.
    """
    known = {None: rgb(background), "": rgb(empty), **{label: rgb(colour) for label, colour in colours.items()}}
    unknown = rgb(other)
    row = Image.new("RGB", (width, 1))
    row.putdata([known.get(value, unknown) for value in columns(day, width, values)])
    return row


class Timeline(tk.Canvas):
    """Calls `go(position)` when it is clicked or dragged along."""

    def __init__(self, parent, theme, colours, other, go):
        super().__init__(parent, highlightthickness=0, cursor="hand2", width=200,
                         height=theme.px(_CLOCK + _LABELS + _PREDICTIONS + 8))
        self._theme, self._colours, self._other, self._go = theme, colours, other, go
        self._day, self._number, self._time = None, "", None
        self._labels = self._predictions = ()
        self._photos = []
        self.restyle()
        self.bind("<Configure>", lambda _event: self._draw())
        self.bind("<Button-1>", self._clicked)
        self.bind("<B1-Motion>", self._clicked)

    def restyle(self):
        self.configure(background=self._theme.palette.panel)

    def show(self, day, number, time_ms, labels, predictions):
        """day: a Day or None; number: a text such as "day 2 of 7"; labels, predictions: label or "", by its frames."""
        self._day, self._number, self._time = day, number, time_ms
        self._labels, self._predictions = labels, predictions
        self._draw()

    def x(self, time_ms):
        """Where a time of the shown day is on the canvas."""
        gutter = self._theme.px(_GUTTER)
        return gutter + self._day.x(time_ms, self._width())

    def _width(self):
        return max(1, self.winfo_width() - self._theme.px(_GUTTER))

    def _clicked(self, event):
        if self._day:
            x = min(max(event.x - self._theme.px(_GUTTER), 0), self._width() - 1)
            self._go(self._day.nearest(x, self._width()))

    def _draw(self):
        self.delete("all")
        self._photos = []
        if self.winfo_width() <= self._theme.px(_GUTTER) + 16:
            return
        palette, px = self._theme.palette, self._theme.px
        self._text(0, px(_CLOCK) // 2, self._number if self._day else "no time", palette.quiet)
        if not self._day:
            return
        top = px(_CLOCK)
        for name, values, height in (("labels", self._labels, _LABELS), ("model", self._predictions, _PREDICTIONS)):
            self._text(0, top + px(height) // 2, name, palette.quiet)
            self._band(top, px(height) - 2, values)
            top += px(height)
        self._draw_gaps(px(_CLOCK), top - 2)
        self._draw_clock()
        self._draw_marker(px(_CLOCK) - 2, top)

    def _band(self, top, height, values):
        palette = self._theme.palette
        row = band(self._day, self._width(), values, self._colours, palette.empty, self._other, palette.canvas)
        photo = ImageTk.PhotoImage(row.resize((self._width(), height)), master=self)
        self._photos.append(photo)
        left = self._theme.px(_GUTTER)
        self.create_image(left, top, image=photo, anchor="nw", tags="band")
        self.create_rectangle(left, top, left + self._width() - 1, top + height - 1, outline=palette.line)

    def _draw_gaps(self, top, bottom):
        for start, end in gaps(self._day.times):
            left, right = self.x(start), self.x(end)
            if right - left > 3:
                self.create_rectangle(left + 1, top, right, bottom, outline="", stipple="gray25",
                                      fill=self._theme.palette.quiet, tags="gap")

    def _draw_clock(self):
        width, palette = self._width(), self._theme.palette
        for x, text in ticks(self._day, width, self._theme.px(_TICK_DISTANCE)):
            x = self._theme.px(_GUTTER) + x
            anchor = "w" if x < self._theme.px(_GUTTER) + 20 else "e" if x > self.winfo_width() - 24 else "center"
            self._text(x, self._theme.px(_CLOCK) // 2 - 1, text, palette.quiet, anchor)

    def _draw_marker(self, top, bottom):
        if self._time is not None:
            x, half = self.x(self._time), self._theme.px(5)
            accent = self._theme.palette.accent
            self.create_line(x, top, x, bottom, fill=accent, width=2, tags="marker")
            self.create_polygon(x - half, top - half, x + half, top - half, x, top + 2, fill=accent, tags="marker")

    def _text(self, x, y, text, fill, anchor="w"):
        self.create_text(x, y, text=text, fill=fill, anchor=anchor, font=self._theme.fonts["small"])
