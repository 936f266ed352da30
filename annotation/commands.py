"""What the window can be told by a key: one table, for the bindings and for the help page."""

from typing import NamedTuple

PAGE_FRAMES = 20
_CONTROL, _SHIFT, _ALT = 0x4, 0x1, 0x8  # bits of a Tk key event's state
_SHIFTED = ("left", "right", "up", "down", "space", "f8", "f9")


class Command(NamedTuple):
    """action: a method of the window's, or of the session's; keys: as `key_name` writes them; shown: for a person."""

    section: str
    action: str
    keys: tuple
    shown: str
    text: str


COMMANDS = (
    Command("Label", "accept", ("space",), "Space", "accept the suggestion and go on"),
    Command("Label", "accept_group", ("shift+space",), "Shift+Space", "accept it for all near-duplicates"),
    Command("Label", "accept_all", ("ctrl+a",), "Ctrl+A", "accept all that are sure enough"),
    Command("Label", "unlabel", ("backspace",), "Backspace", "take this frame's label away"),
    Command("Label", "undo", ("z", "ctrl+z"), "Z, Ctrl+Z", "undo, also of earlier sessions"),
    Command("Label", "redo", ("ctrl+y",), "Ctrl+Y", "do again what was undone"),
    Command("Label", "skip", ("tab",), "Tab", "leave the frame for later"),
    Command("Label", "note", ("ctrl+n",), "Ctrl+N", "write a note to the frame"),
    Command("Label", "delete", ("delete",), "Delete", "put the frame into the bin"),
    Command("Move", "back", ("left", "up"), "\N{LEFTWARDS ARROW}  \N{UPWARDS ARROW}", "previous frame"),
    Command("Move", "on", ("right", "down"), "\N{RIGHTWARDS ARROW}  \N{DOWNWARDS ARROW}", "next frame"),
    Command("Move", "page_back", ("prior",), "Page Up", "%d frames back" % PAGE_FRAMES),
    Command("Move", "page_on", ("next",), "Page Down", "%d frames on" % PAGE_FRAMES),
    Command("Move", "first", ("home",), "Home", "first frame"),
    Command("Move", "last", ("end",), "End", "last frame"),
    Command("Move", "next_unlabelled", ("n",), "N", "next frame without a label"),
    Command("Move", "last_annotated", ("l",), "L", "the frame labelled last"),
    Command("Move", "disagreement", ("f8",), "F8", "next where label and suggestion differ"),
    Command("Move", "disagreement_back", ("shift+f8",), "Shift+F8", "the former such frame"),
    Command("Move", "transition", ("f9",), "F9", "next change of state"),
    Command("Move", "transition_back", ("shift+f9",), "Shift+F9", "the former change of state"),
    Command("Move", "day_back", ("ctrl+prior",), "Ctrl+Page Up", "previous day"),
    Command("Move", "day_on", ("ctrl+next",), "Ctrl+Page Down", "next day"),
    Command("Move", "go_to", ("ctrl+g",), "Ctrl+G", "go to a frame's number or a time"),
    Command("Move", "order", ("ctrl+o",), "Ctrl+O", "by time, by uncertainty, by select"),
    Command("Move", "filter", ("ctrl+f",), "Ctrl+F", "show only some of the frames"),
    Command("See", "zoom_in", ("plus", "equal"), "+", "zoom in (wheel up)"),
    Command("See", "zoom_out", ("minus",), "-", "zoom out (wheel down)"),
    Command("See", "zoom_off", ("0",), "0", "the whole picture (double click)"),
    Command("See", "pan_left", ("shift+left",), "Shift+\N{LEFTWARDS ARROW}", "look to the left (drag)"),
    Command("See", "pan_right", ("shift+right",), "Shift+\N{RIGHTWARDS ARROW}", "look to the right"),
    Command("See", "pan_up", ("shift+up",), "Shift+\N{UPWARDS ARROW}", "look further up"),
    Command("See", "pan_down", ("shift+down",), "Shift+\N{DOWNWARDS ARROW}", "look further down"),
    Command("See", "edit_region", ("f2",), "F2", "change the network's region"),
    Command("See", "network", ("f3",), "F3", "what the network sees"),
    Command("See", "stretch", ("f4",), "F4", "brightness stretch, for the night"),
    Command("See", "flicker", ("f5",), "F5", "flicker with the previous frame"),
    Command("See", "theme", ("f6",), "F6", "light or dark"),
    Command("See", "bars", ("f7",), "F7", "hide or show filmstrip and timeline"),
    Command("Window", "help", ("question", "f1"), "F1, ?", "this page"),
    Command("Window", "close", ("q", "ctrl+q"), "Q", "quit; every label is saved already"),
)
SECTIONS = ("Label", "Move", "See", "Window")


def key_name(keysym, state=0):
    """"ctrl+shift+left" of a Tk key event; shift only where it does not make another character by itself."""
    name = keysym.lower().removeprefix("kp_")
    name = {"add": "plus", "subtract": "minus", "enter": "return", "iso_left_tab": "tab"}.get(name, name)
    letter = len(name) == 1 and name.isalpha()
    return "".join(("ctrl+" if state & _CONTROL else "", "alt+" if state & _ALT else "",
                    "shift+" if state & _SHIFT and (letter or name in _SHIFTED) else "", name))


def bindings(actions, labels):
    """{key name: callable}. actions: {name: callable} of all COMMANDS; labels: {key: callable}, which come first."""
    found = {key: actions[command.action] for command in COMMANDS for key in command.keys}
    return {**found, **labels}
