"""The strip of all frames' labels, in order, at the bottom of the window."""

import tkinter as tk

from PIL import Image, ImageTk

from annotation.colours import rgb

_HEIGHT = 20  # pixels before scaling


def strip_image(labels, colours, empty, other, width, height):
    """An RGB image `width` x `height`: frame i of n takes the columns from i*width/n.

    labels: label or None of every frame; colours: {label: "#rrggbb"}; empty: colour of None;
    other: colour of a label that `colours` lacks.
    """
    row = Image.new("RGB", (max(1, len(labels)), 1), empty)
    if labels:
        known = {None: rgb(empty), **{label: rgb(colour) for label, colour in colours.items()}}
        unknown = rgb(other)
        row.putdata([known.get(label, unknown) for label in labels])
    return row.resize((width, height), Image.Resampling.NEAREST)


class Strip(tk.Canvas):
    """Calls `go(position)` when it is clicked or dragged along."""

    def __init__(self, parent, theme, colours, other, go):
        super().__init__(parent, highlightthickness=0, width=200, height=theme.px(_HEIGHT), cursor="hand2")
        self._theme, self._colours, self._other = theme, colours, other
        self._go = go
        self._labels, self._position = [], 0
        self.restyle()
        self.bind("<Configure>", lambda _event: self._draw())
        self.bind("<Button-1>", self._clicked)
        self.bind("<B1-Motion>", self._clicked)

    def restyle(self):
        self.configure(background=self._theme.palette.panel)

    def show(self, labels, position):
        self._labels, self._position = labels, position
        self._draw()

    def _clicked(self, event):
        if self._labels:
            self._go(max(0, min(event.x, self.winfo_width() - 1)) * len(self._labels) // self.winfo_width())

    def _draw(self):
        self.delete("all")
        width, height, frames = self.winfo_width(), self.winfo_height(), len(self._labels)
        if not frames or width < 2:
            return
        palette = self._theme.palette
        row = strip_image(self._labels, self._colours, palette.empty, self._other, width - 2, height - 8)
        self._photo = ImageTk.PhotoImage(row, master=self)
        self.create_rectangle(0, 3, width - 1, height - 4, outline=palette.line)
        self.create_image(1, 4, image=self._photo, anchor="nw")
        left, right = self._position * width // frames, (self._position + 1) * width // frames
        right, middle = max(right, left + 3), (left + right) // 2
        self.create_rectangle(left, 1, right - 1, height - 2, outline=palette.accent, width=2)
        self.create_polygon(middle - 6, 0, middle + 6, 0, middle, 8, fill=palette.accent)
