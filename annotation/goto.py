"""Going to a frame by its number or its time: what a person types, and the bar to type it in."""

from tkinter import ttk

from annotation.day import DAY_MS
from annotation.errors import AnnotationError
from annotation.sheet import Sheet
from contract.clock import utc_ms

_HINT = "Frame number, or time: 14:30, or 2026-03-01 14:30 (UTC)"


class GoToError(AnnotationError):
    """A sentence on what was typed."""


def find(text, position, times):
    """The position that `text` means: "1234" counts from 1, a time finds the nearest frame.

    times: ms or None of every frame; a time without a date is on the day of the frame at `position`.
    Raises GoToError.
    """
    text = text.strip()
    if text.isdecimal():
        if not 1 <= int(text) <= len(times):
            raise GoToError("There is no frame %s: they are 1 to %d." % (text, len(times)))
        return int(text) - 1
    known = [(time, number) for number, time in enumerate(times) if time is not None]
    if not known:
        raise GoToError("No frame has a time.")
    current = times[position] if times[position] is not None else known[0][0]
    wanted = _time(text, current // DAY_MS * DAY_MS)
    return min(known, key=lambda item: abs(item[0] - wanted))[1]


def _time(text, day):
    date, _, clock = text.replace("T", " ").rstrip("Z").rpartition(" ")
    try:
        if not date and clock.count("-") == 2:
            return utc_ms(clock)
        hours, minutes, *seconds = [int(part) for part in clock.split(":")]
        if not (0 <= hours < 24 and 0 <= minutes < 60 and len(seconds) < 2 and all(0 <= s < 60 for s in seconds)):
            raise ValueError
        return (utc_ms(date.strip()) if date else day) + (hours * 60 + minutes) * 60000 + sum(seconds) * 1000
    except ValueError:
        raise GoToError("%r is neither a frame's number nor a time such as 14:30 or 2026-03-01 14:30." % text) from None


class GoToBar(Sheet):
    """Over the window; calls `go(text)` on Return, which raises AnnotationError for what it cannot find."""

    def __init__(self, parent, theme, go):
        super().__init__(parent, theme, theme.px(12))
        self._go, self._parent = go, parent
        ttk.Label(self.page, text="Go to", style="Bold.TLabel").grid(row=0, column=0, padx=(0, theme.px(10)))
        self.entry = ttk.Entry(self.page, width=24, font=theme.fonts["body"])
        self.entry.grid(row=0, column=1)
        self._hint = ttk.Label(self.page, text=_HINT, style="Quiet.TLabel", wraplength=theme.px(420))
        self._hint.grid(row=1, columnspan=2, sticky="w", pady=(theme.px(6), 0))
        self.entry.bind("<Return>", lambda _event: self._entered())
        self.entry.bind("<KP_Enter>", lambda _event: self._entered())
        self.entry.bind("<Escape>", lambda _event: self.hide())

    def open(self):
        self.entry.delete(0, "end")
        self._say(_HINT, "Quiet")
        self.show(relx=0.5, rely=0.12, anchor="n")
        self.entry.focus_set()

    def hide(self):
        super().hide()
        self._parent.focus_set()

    def _entered(self):
        try:
            self._go(self.entry.get())
        except AnnotationError as error:
            return self._say(str(error), "Error")
        self.hide()

    def _say(self, text, style):
        self._hint.configure(text=text, style=style + ".TLabel", foreground="")
