"""A line to type something in, over the window."""

from tkinter import ttk

from annotation.errors import AnnotationError
from annotation.sheet import Sheet


class AskBar(Sheet):
    """`open` asks; Return hands the text over, Escape puts the bar away."""

    def __init__(self, parent, theme):
        super().__init__(parent, theme, theme.px(12))
        self._parent, self._answer, self._preview = parent, None, None
        self._title = ttk.Label(self.page, style="Bold.TLabel")
        self._title.grid(row=0, column=0, padx=(0, theme.px(10)))
        self.entry = ttk.Entry(self.page, width=34, font=theme.fonts["body"])
        self.entry.grid(row=0, column=1)
        self._hint = ttk.Label(self.page, style="Quiet.TLabel", wraplength=theme.px(480))
        self._hint.grid(row=1, columnspan=2, sticky="w", pady=(theme.px(6), 0))
        self.entry.bind("<Return>", lambda _event: self._entered())
        self.entry.bind("<KP_Enter>", lambda _event: self._entered())
        self.entry.bind("<Escape>", lambda _event: self.hide())
        self.entry.bind("<KeyRelease>", lambda event: event.keysym in ("Return", "KP_Enter") or self._foresee())

    def open(self, title, hint, answer, text="", preview=None):
        """answer: called with what was typed; an AnnotationError that it raises is said and the bar stays.

        preview: text -> the hint for it, while it is typed.
        """
        self._answer, self._preview = answer, preview
        self._title.configure(text=title)
        self.entry.delete(0, "end")
        self.entry.insert(0, text)
        self.entry.selection_range(0, "end")
        self._say(hint, "Quiet")
        self._foresee()
        self.show(relx=0.5, rely=0.12, anchor="n")
        self.entry.focus_set()

    def hide(self):
        super().hide()
        self._parent.focus_set()

    def _foresee(self):
        if self._preview:
            self._say(self._preview(self.entry.get()), "Quiet")

    def _entered(self):
        try:
            self._answer(self.entry.get())
        except AnnotationError as error:
            return self._say(str(error), "Error")
        self.hide()

    def _say(self, text, style):
        self._hint.configure(text=text, style=style + ".TLabel", foreground="")
