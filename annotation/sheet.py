"""A page that lies over the window until it is put away."""

import tkinter as tk
from tkinter import ttk


class Sheet(tk.Frame):
    """`page` takes the widgets; around it is a thin border."""

    def __init__(self, parent, theme, padding):
        super().__init__(parent)
        self._theme = theme
        self.page = ttk.Frame(self, padding=padding)
        self.page.pack(padx=theme.px(2), pady=theme.px(2))
        self.restyle()

    def restyle(self):
        self.configure(background=self._theme.palette.line)

    def show(self, **place):
        self.place(**place)
        self.lift()

    def hide(self):
        self.place_forget()

    def is_shown(self):
        return bool(self.place_info())
