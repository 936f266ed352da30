"""A window that says one sentence and closes at any key."""

from tkinter import ttk

from annotation.theme import Theme


def show(root, sentence, title, dark=False, scale=None):
    """Returns when it is closed. root: a tkinter.Tk."""
    theme = Theme(root, dark, scale)
    root.title(title)
    page = ttk.Frame(root, padding=theme.px(28))
    page.pack(fill="both", expand=True)
    ttk.Label(page, text="This project cannot be opened", style="Title.TLabel").pack(anchor="w")
    ttk.Label(page, text=sentence, style="Body.TLabel", wraplength=theme.px(620)).pack(anchor="w", pady=theme.px(14))
    ttk.Label(page, text="Nothing was changed. Any key closes this window.", style="Quiet.TLabel",
              foreground="").pack(anchor="w")
    root.bind("<Key>", lambda _event: root.destroy())
    root.mainloop()
