"""The page of keys, over the window."""

from tkinter import ttk

_MOVES = (
    ("\N{LEFTWARDS ARROW}  \N{RIGHTWARDS ARROW}", "previous and next frame"),
    ("Page Up, Page Down", "%d frames back and on"),
    ("Home, End", "first and last frame"),
    ("N", "next frame without a label"),
    ("L", "the frame labelled last"),
    ("Backspace", "take this frame's label away"),
    ("Z, Ctrl+Z", "undo, as often as you like"),
    ("? or F1", "this page"),
    ("Q", "quit; every label is saved already"),
)


class HelpPage(ttk.Frame):
    """`labels`: [(keys, label)]; `page`: frames that Page Down moves by."""

    def __init__(self, parent, labels, page):
        super().__init__(parent, style="Card.TFrame", padding=24)
        rows = [(keys, "label %s and go on" % label) for keys, label in labels]
        rows += [(keys, text % page if "%d" in text else text) for keys, text in _MOVES]
        ttk.Label(self, text="Keys", style="Title.TLabel").grid(columnspan=2, sticky="w", pady=(0, 10))
        for number, (keys, text) in enumerate(rows, 1):
            ttk.Label(self, text=keys, style="Bold.TLabel").grid(row=number, column=0, sticky="w", padx=(0, 28))
            ttk.Label(self, text=text).grid(row=number, column=1, sticky="w", pady=2)
        ttk.Label(self, text="Any key closes this page.", style="Quiet.TLabel",
                  foreground="").grid(columnspan=2, sticky="w", pady=(12, 0))

    def toggle(self):
        if self.is_shown():
            self.place_forget()
        else:
            self.place(relx=0.5, rely=0.5, anchor="center")
            self.lift()

    def is_shown(self):
        return bool(self.place_info())
