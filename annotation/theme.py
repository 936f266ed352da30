"""Light and dark, and how large a pixel is: colours, fonts and styles of all widgets."""

import os
import tkinter.font
from dataclasses import dataclass
from tkinter import ttk

import sv_ttk

_DOTS_PER_INCH = 96  # of a display on which nothing is enlarged
_LARGEST_SCALE = 4.0
_FONTS = {"body": (13, "normal"), "small": (11, "normal"), "bold": (13, "bold"), "title": (18, "bold")}  # pixels


@dataclass(frozen=True)
class Palette:
    """Colours "#rrggbb". panel: of the theme's frames; canvas: behind the picture; empty: a frame without a label."""

    panel: str
    canvas: str
    ink: str
    quiet: str
    error: str
    empty: str
    line: str
    accent: str


LIGHT = Palette("#fafafa", "#e4e4e4", "#1c1c1c", "#5f5f5f", "#b00020", "#ffffff", "#b8b8b8", "#d00000")
DARK = Palette("#1c1c1c", "#0e0e0e", "#fafafa", "#a8a8a8", "#ff7b72", "#3a3a3a", "#5a5a5a", "#ff5c5c")


class Theme:
    """The look of one window. `scale`: by how much everything is larger than on a display of 96 dots per inch."""

    def __init__(self, root, dark=False, scale=None):
        self.root, self.dark = root, dark
        self.scale = display_scale(root.winfo_fpixels("1i")) if scale is None else scale
        # The theme recolours all widgets when its event arrives: let it arrive before there are any,
        # which takes a window that exists.
        root.winfo_id()
        sv_ttk.set_theme("dark" if dark else "light", root)
        root.update()
        family = tkinter.font.nametofont("TkDefaultFont", root).actual()["family"]
        self.fonts = {name: tkinter.font.Font(root, name="Doorlens" + name, family=family,
                                              size=-self.px(size), weight=weight)
                      for name, (size, weight) in _FONTS.items()}
        for name in ("Body", "BodyStrong", "Caption"):
            tkinter.font.nametofont("SunValley%sFont" % name, root).configure(size=-self.px(13))
        self._style()

    @property
    def palette(self):
        return DARK if self.dark else LIGHT

    def px(self, pixels):
        """Pixels of this display for so many at 96 dots per inch, at least one."""
        return max(1, round(pixels * self.scale))

    def toggle(self):
        """Changes between light and dark; <<ThemeChanged>> follows, when own colours are to be set."""
        self.dark = not self.dark
        sv_ttk.set_theme("dark" if self.dark else "light", self.root)
        self._style()

    def _style(self):
        style, palette = ttk.Style(self.root), self.palette
        style.configure("Title.TLabel", font=self.fonts["title"])
        style.configure("Body.TLabel", font=self.fonts["body"])
        style.configure("Bold.TLabel", font=self.fonts["bold"])
        style.configure("Quiet.TLabel", font=self.fonts["body"], foreground=palette.quiet)
        style.configure("Small.TLabel", font=self.fonts["small"], foreground=palette.quiet)
        style.configure("Tool.TButton", font=self.fonts["small"], padding=(self.px(6), self.px(2)))
        style.configure("Error.TLabel", font=self.fonts["bold"], foreground=palette.error)


def display_scale(dots_per_inch, environment=os.environ):
    """1.0 to 4.0: what the desktop asks programs for (GDK_SCALE), else from the display's resolution, in quarters."""
    try:
        wanted = float(environment.get("GDK_SCALE", ""))
    except ValueError:
        wanted = round(dots_per_inch / _DOTS_PER_INCH * 4) / 4
    return min(max(wanted, 1.0), _LARGEST_SCALE)
