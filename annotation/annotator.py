"""Opens the annotator on a project folder and runs it until it is closed."""

import getpass
import signal
from dataclasses import replace

from annotation import groups, queue, suggestions
from annotation.errors import IndexFileError, WindowError
from annotation.index import Index
from annotation.opinion import SecondOpinion
from annotation.session import Session
from annotation.views import Views

_NO_DISPLAY = ("no display to open a window on: run this in a desktop session, over `ssh -X`, "
               "or with DISPLAY set")
_NO_TKINTER = "this Python has no tkinter: install it (on Debian: apt install python3-tk)"


def annotate(project, states, region=None, title="Doorlens", annotator=None, keys=None, dark=False, views=Views(),
             scale=None, opinion=None):
    """Returns when the window is closed; every label is on disk by then.

    project: folder; states: list of str; region: [x0, y0, x1, y1] in 1/10000 of the frame;
    annotator: whose labels these are (default: the user's login name); keys: {state: letter};
    scale: of everything on the screen (default: what the display asks for).
    opinion: None, or so many labelled frames are shown again, blind: annotation.opinion.
    Raises IndexFileError, LabelError (keys), WindowError (no display, no tkinter).
    """
    try:
        index = Index.open(project, states)
        name = annotator or _login_name()
        if opinion:
            session, views = SecondOpinion(index, name, opinion), replace(views, score=None, look=None, prepare=None)
        else:
            session = Session(index, name, queue.chosen(index.project), groups.read(index.project),
                              suggestions.read(index.project))
    except IndexFileError as error:
        _say_in_a_window(str(error), title, dark, scale)
        raise
    root = _root()
    from annotation.window import Window

    # Ctrl+C in the terminal ends the window at once: nothing is lost, every label is on disk.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    Window(root, session, states, region, title, keys, dark, views, scale)
    root.mainloop()


def _root():
    """A tkinter.Tk. Raises WindowError."""
    try:
        import tkinter
    except ImportError:
        raise WindowError(_NO_TKINTER) from None
    try:
        return tkinter.Tk(className="Doorlens")
    except tkinter.TclError:
        raise WindowError(_NO_DISPLAY) from None


def _say_in_a_window(sentence, title, dark, scale):
    """For whoever did not start this in a terminal; without a display the terminal is all there is."""
    try:
        root = _root()
    except WindowError:
        return
    from annotation.message_window import show

    show(root, sentence, title, dark, scale)


def _login_name():
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no such user, as in some containers
        return "unknown"
