"""The page of keys, over the window."""

from tkinter import ttk

from annotation.commands import COMMANDS, SECTIONS
from annotation.sheet import Sheet

_MORE = (("Shift+key", "label all near-duplicates; without any,"), ("", "all frames since the one labelled last"),
         ("Ctrl+Shift+key", "label all since the one labelled last"))


class HelpPage(Sheet):
    """`labels`: [(keys, label)]. All commands are on it, in three columns."""

    def __init__(self, parent, theme, labels):
        super().__init__(parent, theme, theme.px(20))
        sections = {name: [(command.shown, command.text) for command in COMMANDS if command.section == name]
                    for name in SECTIONS}
        sections["Label"][:0] = [*((keys, "label %s and go on" % label) for keys, label in labels), *_MORE]
        ttk.Label(self.page, text="Keys", style="Title.TLabel").grid(columnspan=3, sticky="w")
        for column, names in enumerate((SECTIONS[:1], SECTIONS[1:2], SECTIONS[2:])):
            frame = ttk.Frame(self.page)
            frame.grid(row=1, column=column, sticky="n", padx=(0, theme.px(12) if column < 2 else 0))
            for name in names:
                self._section(frame, name, sections[name])
        ttk.Label(self.page, text="Any key closes this page.", style="Quiet.TLabel",
                  foreground="").grid(columnspan=3, sticky="w", pady=(theme.px(12), 0))

    def _section(self, frame, name, rows):
        px = self._theme.px
        ttk.Label(frame, text=name, style="Bold.TLabel").grid(columnspan=2, sticky="w", pady=(px(8), px(2)))
        for keys, text in rows:
            row = frame.grid_size()[1]
            ttk.Label(frame, text=keys, style="Help.TLabel").grid(row=row, column=0, sticky="w", padx=(px(6), px(10)))
            ttk.Label(frame, text=text, style="Help.TLabel").grid(row=row, column=1, sticky="w", pady=1)

    def toggle(self):
        if self.is_shown():
            return self.hide()
        self._set_font("body")
        if self.winfo_reqwidth() > self.master.winfo_width():
            self._set_font("small")
        return self.show(relx=0.5, rely=0.5, anchor="center")

    def _set_font(self, name):
        ttk.Style(self).configure("Help.TLabel", font=self._theme.fonts[name])
        self.update_idletasks()

    def texts(self):
        """All texts of the page."""
        return [widget.cget("text") for frame in (self.page, *self.page.winfo_children())
                for widget in frame.winfo_children() if isinstance(widget, ttk.Label)]
