"""The real window on a virtual display, and hands on its keyboard and mouse."""

import gc
import os
import subprocess
import time

import pytest
from annotation_projects import STATES, make_project
from PIL import ImageGrab

from annotation import groups, suggestions
from annotation.index import Index

PATIENCE_S = 20


class Desk:
    """A window on the display, and hands on its keyboard and mouse."""

    def __init__(self, display, project, annotator="ada", size="1000x780", session=None, **options):
        import tkinter

        from annotation.session import Session
        from annotation.window import Window
        self.display, self.project = display, project
        self.session = session or Session(Index.open(project, STATES), annotator, groups=groups.read(project),
                                          suggestions=suggestions.read(project))
        self.root = tkinter.Tk(screenName=display, className="Doorlens")
        self.window = Window(self.root, self.session, STATES, **options)
        self.root.geometry(size + "+0+0")
        self.root.update()
        self.root.focus_force()
        self.until(lambda: self.root.focus_get() and (self.items("badge") or self.items("message")))

    def until(self, condition):
        """Lets the window work until `condition()` holds."""
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < deadline, "the window did not get there"
            self.root.update()
            time.sleep(0.005)

    def press(self, keys, condition):
        self.xdotool("key", *keys.split())
        self.until(condition)

    def click(self, x, y, condition):
        """At x, y of the screen."""
        self.xdotool("mousemove", str(x), str(y), "click", "1")
        self.until(condition)

    def items(self, tag):
        """The texts and the numbers of pictures and shapes with `tag` on the picture's canvas."""
        canvas = self.window.picture
        return [canvas.itemcget(item, "text") if canvas.type(item) == "text" else item
                for item in canvas.find_withtag(tag)]

    def badge(self):
        return self.items("badge")[1]

    def message(self):
        return self.window.layout.footing.message.cget("text")

    def screenshot(self):
        self.root.update()
        return ImageGrab.grab(xdisplay=self.display).crop((0, 0, self.root.winfo_width(), self.root.winfo_height()))

    def on_disk(self):
        """The labels in index.json, in order."""
        return [entry.label for entry in Index.open(self.project).entries.values()]

    def is_closed(self):
        import tkinter
        try:
            return not self.root.winfo_exists()
        except tkinter.TclError:
            return True

    def xdotool(self, *arguments):
        subprocess.run(["xdotool", *arguments], env={**os.environ, "DISPLAY": self.display}, check=True)


@pytest.fixture
def sit_down(display, tmp_path):
    """sit_down(frames=6, **options of Window) -> Desk"""
    desks = []

    def sit(frames=6, **options):
        if not (tmp_path / "index.json").exists():
            make_project(tmp_path, frames, pictures=True)
        desks.append(Desk(display, tmp_path, **options))
        return desks[-1]
    yield sit
    while desks:
        if not desks[-1].is_closed():
            desks[-1].root.destroy()
        desks.pop()
    gc.collect()  # here, because Tcl aborts the process if another test's thread collects the interpreter
