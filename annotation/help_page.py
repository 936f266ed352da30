"""The page of keys, over the window."""

import tkinter as tk
from tkinter import ttk

from annotation.commands import COMMANDS, SECTIONS
from annotation.sheet import Sheet

_MORE = (("Shift+key", "label all that look alike; without any, in"), ("", "order of time all since the last label"),
         ("Ctrl+Shift+key", "label all since the last label"))
_COLUMNS = ((SECTIONS[:1], SECTIONS[1:2], SECTIONS[2:]), (SECTIONS[:2], SECTIONS[2:]), (SECTIONS,))  # the first that fits
_MARGIN = 10  # between the page and the window, before scaling
_SCROLL = {"up": (-1, "units"), "down": (1, "units"), "prior": (-1, "pages"), "next": (1, "pages")}


class HelpPage(Sheet):
    """`labels`: [(keys, label)]. All commands are on it, in as many columns as fit; what is too long is scrolled."""

    def __init__(self, parent, theme, labels):
        super().__init__(parent, theme, 0)
        px = theme.px
        self._view = tk.Canvas(self.page, highlightthickness=0, yscrollincrement=px(40))
        self._body = ttk.Frame(self._view, padding=px(20))
        self._view.create_window(0, 0, window=self._body, anchor="nw")
        self._view.pack()
        self._hint = ttk.Label(self.page, style="Quiet.TLabel", foreground="", padding=(px(20), px(6), px(20), px(10)))
        self._hint.pack(anchor="w")
        sections = {name: [(command.shown, command.text) for command in COMMANDS if command.section == name]
                    for name in SECTIONS}
        sections["Label"][:0] = [*((keys, "label %s and go on" % label) for keys, label in labels), *_MORE]
        ttk.Label(self._body, text="Keys", style="Title.TLabel").grid(sticky="w")
        self._columns = [ttk.Frame(self._body) for _ in _COLUMNS[0]]
        self._sections = {name: self._section(name, rows) for name, rows in sections.items()}
        for event, units in (("<Button-4>", -1), ("<Button-5>", 1)):
            parent.bind(event, lambda _event, units=units: self.is_shown() and self._view.yview_scroll(units, "units"), add="+")

    def _section(self, name, rows):
        px, frame = self._theme.px, ttk.Frame(self._body)
        ttk.Label(frame, text=name, style="Bold.TLabel").grid(columnspan=2, sticky="w", pady=(px(8), px(2)))
        for row, (keys, text) in enumerate(rows, 1):
            ttk.Label(frame, text=keys, style="Help.TLabel").grid(row=row, column=0, sticky="w", padx=(px(6), px(10)))
            ttk.Label(frame, text=text, style="Help.TLabel").grid(row=row, column=1, sticky="w", padx=(0, px(12)), pady=1)
        return frame

    def restyle(self):
        super().restyle()
        if hasattr(self, "_view"):
            self._view.configure(background=self._theme.palette.panel)

    def toggle(self):
        """Shows the page as large as the window has room for it, or hides it."""
        if self.is_shown():
            return self.hide()
        margin = 2 * self._theme.px(_MARGIN)
        width, height = self.master.winfo_width() - margin, self.master.winfo_height() - margin
        for font, columns in (("body", _COLUMNS[0]), ("small", _COLUMNS[0]), *(("body", columns) for columns in _COLUMNS[1:])):
            self._arrange(columns, font)
            if self._body.winfo_reqwidth() <= width:
                break
        hint = self._hint.winfo_reqheight()
        shown = min(self._body.winfo_reqheight(), height - hint)
        self._view.configure(width=min(self._body.winfo_reqwidth(), width), height=shown,
                             scrollregion=(0, 0, 0, self._body.winfo_reqheight()))
        self._view.yview_moveto(0)
        self._hint.configure(text="Any key closes this page." if shown == self._body.winfo_reqheight() else
                             "\N{UPWARDS ARROW}  \N{DOWNWARDS ARROW}  Page Up  Page Down: the rest; any other key closes this page.")
        return self.show(relx=0.5, rely=0.5, anchor="center")

    def key(self, name):
        """What a key does while the page is shown."""
        if name in _SCROLL and self._view.yview() != (0.0, 1.0):
            self._view.yview_scroll(*_SCROLL[name])
        else:
            self.hide()

    def _arrange(self, columns, font):
        ttk.Style(self).configure("Help.TLabel", font=self._theme.fonts[font])
        for number, frame in enumerate(self._columns):
            frame.grid_remove()
            for name in columns[number] if number < len(columns) else ():
                frame.grid(row=1, column=number, sticky="n")
                self._sections[name].pack(in_=frame, anchor="w")
        self.update_idletasks()

    def texts(self):
        """All texts of the page."""
        return [widget.cget("text") for frame in (self._body, *self._sections.values())
                for widget in frame.winfo_children() if isinstance(widget, ttk.Label)]
