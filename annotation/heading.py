"""The rows of text at the window's edges."""

from tkinter import ttk

from contract.clock import utc_text


def readable(time_ms):
    """"2026-03-01 10:20:30 UTC": a person labels by the second."""
    return "time unknown" if time_ms is None else utc_text(time_ms)[:19].replace("T", " ") + " UTC"


def history(entry):
    """Who labelled an Entry, when, and the note to it."""
    if entry.label is None:
        return "note: %s" % entry.note if entry.note else ""
    when = "" if entry.annotated_ms is None else ", " + readable(entry.annotated_ms)[:16]
    note = "   note: %s" % entry.note if entry.note else ""
    return "by %s%s%s" % (entry.annotator or entry.source or "?", when, note)


class Heading(ttk.Frame):
    """Time and camera of the frame; which one of how many, and what is left to label."""

    def __init__(self, parent, theme):
        super().__init__(parent, padding=(theme.px(14), theme.px(8)))
        self.columnconfigure(2, weight=1)
        self._time, self._camera = _label(self, "Title", 0), _label(self, "Quiet", 1)
        self._shown = _label(self, "Bold", 2)
        self.left, self.number = _label(self, "Quiet", 3), _label(self, "Title", 4)

    def show_frame(self, entry):
        self._time.configure(text=readable(entry.time_ms) if entry else "")
        self._camera.configure(text=entry.camera if entry else "")

    def show_counts(self, position, frames, left, chosen, shown=""):
        """left: frames without a label; chosen: those of them that select chose; shown: which frames, if not all."""
        self._shown.configure(text=shown)
        self.number.configure(text="%d of %d" % (position + 1, frames) if frames else "")
        self.left.configure(text=("%d chosen, " % chosen if chosen else "") + "%d to label" % left if left
                            else "all labelled" if frames else "")


class Footing(ttk.Frame):
    """The frame's path and who labelled it, or what there is to say about the last key."""

    def __init__(self, parent, theme):
        super().__init__(parent, padding=(theme.px(14), 0, theme.px(14), theme.px(8)))
        self.columnconfigure(0, weight=1)
        self.message = _label(self, "Quiet", 0)
        self.message.grid(columnspan=2, sticky="ew")
        self._path, self._who = _label(self, "Small", 0, row=1), _label(self, "Small", 3, row=1)
        self._who.grid(sticky="se")
        self.bind("<Configure>", lambda event: self.message.configure(wraplength=max(100, event.width - 40)))

    def show(self, path, entry):
        self._path.configure(text=path or "")
        self._who.configure(text=history(entry) if entry else "")

    def say(self, text, error=False):
        self.message.configure(text=text, style="Error.TLabel" if error else "Quiet.TLabel")


def _label(parent, style, column, row=0):
    label = ttk.Label(parent, style=style + ".TLabel", foreground="")  # else the theme's, from the option database
    label.grid(row=row, column=column, padx=(0, 16) if column < 3 else (16, 0), sticky="sw")
    return label
