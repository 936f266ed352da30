"""The annotator's window: it turns keys into calls of a Session and shows where that stands."""

import sys
import tkinter as tk
import tkinter.font
import traceback
from tkinter import messagebox, ttk

import sv_ttk

from annotation.colours import UNDECLARED, label_colours
from annotation.help_page import HelpPage
from annotation.keys import digit_keys, label_keys
from annotation.label_bar import LabelBar
from annotation.picture_view import PictureView
from annotation.strip import Strip
from contract.clock import utc_text
from contract.errors import DoorlensError

PAGE_FRAMES = 20
_REFRESH_MS = 2000  # how often frames of a running ingest are looked for
_PREFETCH_DELAY_MS = 15
_CONTROL, _ALT = 0x4, 0x8  # bits of a Tk key event's state
_NO_FRAMES = "This project has no frames yet.\n\nFetch some with doorlens ingest; they appear here by themselves."
# background, foreground, quiet, error, strip without label: as in the themes of sv_ttk
_LIGHT = ("#e9e9e9", "#1c1c1c", "#5f5f5f", "#b00020", "#ffffff")
_DARK = ("#101010", "#fafafa", "#a0a0a0", "#ff7b72", "#3a3a3a")


class Window:
    """Made on a tk.Tk. states: list of str; region: four integers in 1/10000 or None;
    configured: {state: key letter} that overrides the chosen letters."""

    def __init__(self, root, session, states, region=None, title="Doorlens", configured=None, dark=False):
        self.root, self.session, self._closed = root, session, False
        self._colours = label_colours(states)
        self._letters, self._digits = label_keys(states, configured), digit_keys(states)
        self._set_style(dark)
        self._build(region, title, _DARK if dark else _LIGHT)
        self._actions = self._key_actions()
        root.bind("<Key>", self._key)
        root.protocol("WM_DELETE_WINDOW", self.close)
        root.report_callback_exception = self._failed
        root.bind("<Destroy>", self._destroyed)
        self._refreshing = root.after(_REFRESH_MS, self._refresh)
        self._prefetching = None
        self.show()

    # -- what keys do

    def _key_actions(self):
        session = self.session
        actions = {
            "left": lambda: session.step(-1), "right": lambda: session.step(1),
            "up": lambda: session.step(-1), "down": lambda: session.step(1),
            "prior": lambda: session.step(-PAGE_FRAMES), "next": lambda: session.step(PAGE_FRAMES),
            "home": lambda: session.go(0), "end": lambda: session.go(len(session.paths)),
            "n": self._next_unlabelled, "l": self._last_annotated, "z": self._undo,
            "backspace": session.unlabel, "q": self.close,
            "question": self._help.toggle, "f1": self._help.toggle,
        }
        for keys in (self._digits, self._letters):
            for label, key in keys.items():
                actions[key] = lambda label=label: self._label(label)
        return actions

    def _key(self, event):
        name = event.keysym.lower().removeprefix("kp_")
        if self._help.is_shown():
            return self._help.toggle()
        if event.state & (_CONTROL | _ALT) and not (event.state & _CONTROL and name in "zq"):
            return None
        if name in self._actions:
            self.do(self._actions[name])

    def do(self, action):
        """Runs an action of the session, shows its outcome, and any error as a sentence in the window."""
        self._say("")
        try:
            action()
        except DoorlensError as error:
            lead = "Not saved; press the key again to retry. " if self.session.index.unsaved else ""
            self._say(lead + str(error), error=True)
        if not self._closed:
            self.show()

    def _label(self, label):
        number = self.session.position + 1
        self.session.label(label)
        if self.session.path:
            self._say("frame %d: %s" % (number, label))

    def _next_unlabelled(self):
        if not self.session.next_unlabelled():
            self._say("Every frame has a label.")

    def _last_annotated(self):
        if not self.session.last_annotated():
            self._say("No frame has a label yet.")

    def _undo(self):
        if not self.session.undo():
            self._say("There is nothing to undo.")

    def close(self):
        try:
            if self.session.index.unsaved:
                self.session.index.save()
        except DoorlensError as error:
            if not messagebox.askokcancel("Not saved", "%s\n\nQuit and lose the last label?" % error):
                return
        self.root.destroy()

    def _destroyed(self, event):
        if event.widget is self.root and not self._closed:
            self._closed = True
            for timer in (self._refreshing, self._prefetching):
                if timer:
                    self.root.after_cancel(timer)

    # -- what the window shows

    def show(self):
        """Draws the session's current frame at once, then prefetches the next."""
        session = self.session
        counts, left = session.counts()
        self._labels.show(counts, session.entry.label if session.path else None)
        self._strip.show(session.labels(), session.position)
        total = len(session.paths)
        self._number.configure(text="%d of %d" % (session.position + 1, total) if total else "")
        queued = len(session.queued())
        self._left.configure(text=("%d chosen, " % queued if queued else "") + "%d to label" % left if left
                             else "all labelled" if total else "")
        self._show_frame()
        self.root.update_idletasks()
        if self._prefetching:
            self.root.after_cancel(self._prefetching)
        self._prefetching = self.root.after(_PREFETCH_DELAY_MS, self._prefetch)

    def _show_frame(self):
        path, entry = self.session.path, self.session.entry
        if path is None:
            return self._picture.show(None, "", None, _NO_FRAMES)
        self._time.configure(text=_readable(entry.time_ms))
        self._camera.configure(text=entry.camera)
        self._path.configure(text=path)
        self._who.configure(text=_history(entry))
        colour = self._colours.get(entry.label, UNDECLARED if entry.label else None)
        self._picture.show(self.session.index.file(path), entry.label or "no label", colour)

    def _prefetch(self):
        self._prefetching = None
        if self.session.position + 1 < len(self.session.paths):
            self._picture.prefetch(self.session.index.file(self.session.paths[self.session.position + 1]))

    def _refresh(self):
        self._refreshing = self.root.after(_REFRESH_MS, self._refresh)
        if self.session.refresh():
            self.show()

    def _say(self, text, error=False):
        self._message.configure(text=text, style="Error.TLabel" if error else "Quiet.TLabel")

    def _failed(self, kind, error, trace):
        if not isinstance(error, DoorlensError):
            traceback.print_exception(kind, error, trace, file=sys.stderr)
        self._say(str(error) or kind.__name__, error=True)

    # -- how it is made

    def _set_style(self, dark):
        # The theme recolours all widgets when its event arrives: let it arrive before there are any,
        # which takes a window that exists.
        self.root.winfo_id()
        sv_ttk.set_theme("dark" if dark else "light", self.root)
        self.root.update()
        colours, style = _DARK if dark else _LIGHT, ttk.Style(self.root)
        base = tkinter.font.nametofont("TkDefaultFont").actual()
        for name, size, weight in (("Title", 15, "bold"), ("Bold", 10, "bold")):
            style.configure(name + ".TLabel", font=(base["family"], size, weight))
        style.configure("Quiet.TLabel", font=(base["family"], 10), foreground=colours[2])
        style.configure("Error.TLabel", font=(base["family"], 10, "bold"), foreground=colours[3])

    def _build(self, region, title, colours):
        root = self.root
        root.title(title)
        root.geometry("1080x780")
        root.minsize(520, 400)
        root.columnconfigure(0, weight=1)
        root.rowconfigure(1, weight=1)
        self._build_heading()
        self._picture = PictureView(root, region, colours[0], colours[1])
        self._picture.grid(row=1, sticky="nsew")
        self._strip = Strip(root, self._colours, colours[4], UNDECLARED, colours[0],
                            lambda position: self.do(lambda: self.session.go(position)), height=30)
        self._strip.grid(row=2, sticky="ew", padx=16, pady=(10, 0))
        self._build_labels()
        self._build_footing()
        self._help = HelpPage(root, [(self._key_text(label, ", "), label) for label in self._letters], PAGE_FRAMES)

    def _build_heading(self):
        bar = ttk.Frame(self.root, padding=(16, 10))
        bar.grid(row=0, sticky="ew")
        bar.columnconfigure(2, weight=1)
        self._time = _label(bar, "Title", 0)
        self._camera = _label(bar, "Quiet", 1)
        self._left = _label(bar, "Quiet", 3)
        self._number = _label(bar, "Title", 4)

    def _build_labels(self):
        bar = ttk.Frame(self.root, padding=(16, 8, 16, 2))
        bar.grid(row=3, sticky="ew")
        keys = {label: letter or self._digits.get(label, "") for label, letter in self._letters.items()}
        self._labels = LabelBar(bar, keys, self._colours, lambda label: self.do(lambda: self._label(label)))
        self._labels.pack(fill="x")

    def _build_footing(self):
        bar = ttk.Frame(self.root, padding=(16, 2, 16, 10))
        bar.grid(row=4, sticky="ew")
        bar.columnconfigure(1, weight=1)
        self._path = _label(bar, "Quiet", 0)
        self._who = _label(bar, "Quiet", 3)
        self._who.grid(sticky="se")
        self._message = _label(bar, "Quiet", 0, row=1)
        self._message.grid(columnspan=2, sticky="ew")
        hint = _label(bar, "Quiet", 3, row=1)
        hint.configure(text="N next unlabelled   Z undo   ? all keys")
        hint.grid(sticky="se")
        bar.bind("<Configure>", lambda event: self._message.configure(
            wraplength=max(100, event.width - hint.winfo_reqwidth() - 64)))

    def _key_text(self, label, between):
        return between.join(key.upper() for key in (self._letters[label], self._digits.get(label)) if key)


def _label(parent, style, column, row=0):
    label = ttk.Label(parent, style=style + ".TLabel", foreground="")  # else the theme's, from the option database
    label.grid(row=row, column=column, padx=(0, 16) if column < 3 else (16, 0), sticky="sw")
    return label


def _readable(time_ms):
    """"2026-03-01 10:20:30 UTC": a person labels by the second."""
    return "time unknown" if time_ms is None else utc_text(time_ms)[:19].replace("T", " ") + " UTC"


def _history(entry):
    if entry.label is None:
        return ""
    when = "" if entry.annotated_ms is None else ", " + _readable(entry.annotated_ms)[:16]
    return "by %s%s" % (entry.annotator or entry.source or "?", when)
