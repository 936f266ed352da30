"""The row of labels: a button each, with its key, its colour and how many frames have it."""

import tkinter as tk
from tkinter import ttk

from PIL import Image, ImageDraw, ImageTk

from annotation.colours import rgb, text_on

_SUPERSAMPLING = 4
_GAP = 6


class LabelBar(ttk.Frame):
    """`keys`: {label: text on its keycap}; calls `choose(label)` on a click."""

    def __init__(self, parent, theme, keys, colours, choose):
        super().__init__(parent)
        self._theme, self._font = theme, theme.fonts["body"]
        self._colours, self._images = colours, []
        self._buttons = {}  # label -> (button, the bar under it)
        for label, key in keys.items():
            keycap = self._keycap(key, colours[label])
            button = ttk.Button(self, text=label, image=keycap, compound="left", takefocus=False,
                                command=lambda label=label: choose(label))
            self._buttons[label] = button, tk.Frame(self, height=theme.px(4))
        self._columns = self._current = None
        self.restyle()
        self._arrange(len(keys))
        self.bind("<Configure>", lambda event: self._fit(event.width))

    def show(self, counts, current):
        """counts: {label: frames}; current: the shown frame's label, whose button is underlined."""
        for label, (button, _) in self._buttons.items():
            button.configure(text="%s  %d" % (label, counts.get(label, 0)))
        if current != self._current:
            self._current = current
            self.restyle()

    def restyle(self):
        for label, (_, underline) in self._buttons.items():
            chosen = label == self._current
            underline.configure(background=self._colours[label] if chosen else self._theme.palette.panel)

    def least_width(self):
        """Pixels in which all labels stand in one row."""
        return len(self._buttons) * self._widest()

    def _widest(self):
        return max(button.winfo_reqwidth() for button, _ in self._buttons.values()) + _GAP

    def _fit(self, width):
        self._arrange(min(len(self._buttons), max(1, width // self._widest())))

    def _arrange(self, columns):
        if columns == self._columns:
            return
        self._columns = columns
        for number, (button, underline) in enumerate(self._buttons.values()):
            row, column = divmod(number, columns)
            button.grid(row=2 * row, column=column, padx=(0, _GAP), sticky="ew")
            underline.grid(row=2 * row + 1, column=column, padx=(2, 2 + _GAP), pady=(2, 4), sticky="ew")

    def _keycap(self, key, colour):
        """A rounded square in the label's colour; the letter is the toolkit's own font, drawn by Pillow."""
        size = self._font.metrics("linespace") + 6
        image = Image.new("RGBA", (size * _SUPERSAMPLING,) * 2, (0, 0, 0, 0))
        draw = ImageDraw.Draw(image)
        edge = size * _SUPERSAMPLING - 1
        draw.rounded_rectangle((0, 0, edge, edge), edge // 5, fill=(*rgb(colour), 255))
        draw.text((edge / 2, edge / 2), key.upper(), anchor="mm", fill=(*rgb(text_on(colour)), 255),
                  font_size=edge * 0.68)
        photo = ImageTk.PhotoImage(image.resize((size, size), Image.Resampling.BOX), master=self)
        self._images.append(photo)
        return photo
