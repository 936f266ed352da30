"""The strip of all frames' labels, in order, at the bottom of the window."""

import tkinter as tk

from PIL import Image, ImageTk

from annotation.colours import rgb

_MARKER = "#d00000"


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

    def __init__(self, parent, colours, empty, other, background, go, height):
        super().__init__(parent, background=background, highlightthickness=0, height=height, cursor="hand2")
        self._style = (colours, empty, other)
        self._go = go
        self._labels, self._position = [], 0
        self.bind("<Configure>", lambda _event: self._draw())
        self.bind("<Button-1>", self._clicked)
        self.bind("<B1-Motion>", self._clicked)

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
        self._photo = ImageTk.PhotoImage(strip_image(self._labels, *self._style, width, height - 8), master=self)
        self.create_image(0, 4, image=self._photo, anchor="nw")
        left, right = self._position * width // frames, (self._position + 1) * width // frames
        right, middle = max(right, left + 3), (left + right) // 2
        self.create_rectangle(left, 1, right - 1, height - 2, outline=_MARKER, width=2)
        self.create_polygon(middle - 6, 0, middle + 6, 0, middle, 8, fill=_MARKER)
