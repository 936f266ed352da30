"""The widgets of the window and where they are."""

from tkinter import ttk

from annotation.ask_bar import AskBar
from annotation.bars import Bars
from annotation.colours import label_colours
from annotation.heading import Footing, Heading
from annotation.help_page import HelpPage
from annotation.label_bar import LabelBar
from annotation.network_view import NetworkView
from annotation.picture_cache import PictureCache
from annotation.picture_view import PictureView

_TOOLS = (("edit_region", "F2 region"), ("network", "F3 network"), ("stretch", "F4 night"),
          ("flicker", "F5 flicker"), ("theme", "F6 light/dark"), ("help", "F1 keys"))
_SIZE, _LEAST = (1200, 880), (520, 400)
_SMALL_HEIGHT = 640  # of a window, before scaling: filmstrip and timeline then leave their room to the picture
_SCREEN_SHARE = 0.92


class Layout:
    """Made once by a Window, whose functions it takes: `run(action name)`, `label(label)`, `go(position)`,
    `step(frames)`, `prediction(path)`, `look(file, region)`. keys: {label: its letter}; digits: {label: digit};
    blocked: the letter of a blocked view, or ""."""

    def __init__(self, root, theme, states, region, keys, digits, blocked, window):
        self.root, self.theme = root, theme
        self.colours = label_colours(states)
        self.cache = PictureCache()
        self.bars_wanted = True
        root.columnconfigure(0, weight=1)
        root.rowconfigure(1, weight=1)
        self._set_size()
        self.heading = Heading(root, theme)
        self.picture = PictureView(root, self.cache, theme, region)
        self.bars = Bars(root, theme, self.cache, self.colours, window.go, window.step, window.prediction)
        self.labels, self.tools = self._label_row(keys, digits, window)
        self.footing = Footing(root, theme)
        for row, widget in enumerate((self.heading, self.picture, self.bars, self.labels.master, self.footing)):
            widget.grid(row=row, sticky="nsew" if widget is self.picture else "ew")
        texts = [(", ".join(key.upper() for key in (keys[label], digits.get(label)) if key), label) for label in keys]
        texts += [(blocked.upper(), "unusable: blocked")] if blocked else []
        self.help = HelpPage(root, theme, texts)
        self.ask = AskBar(root, theme)
        self.network = NetworkView(self.picture, theme, self.colours, window.look)
        root.bind("<Configure>", lambda event: event.widget is root and self.fit(event.width, event.height))

    def _set_size(self):
        root, px = self.root, self.theme.px
        width, height = (min(px(side), int(screen * _SCREEN_SHARE)) for side, screen in
                         zip(_SIZE, (root.winfo_screenwidth(), root.winfo_screenheight())))
        root.geometry("%dx%d" % (width, height))
        root.minsize(min(px(_LEAST[0]), width), min(px(_LEAST[1]), height))

    def _label_row(self, keys, digits, window):
        px = self.theme.px
        row = ttk.Frame(self.root, padding=(px(14), px(4), px(14), px(2)))
        row.columnconfigure(0, weight=1)
        caps = {label: letter or digits.get(label, "") for label, letter in keys.items()}
        labels = LabelBar(row, self.theme, caps, self.colours, window.label)
        labels.grid(row=0, column=0, sticky="ew")
        tools = ttk.Frame(row)
        for action, text in _TOOLS:
            ttk.Button(tools, text=text, takefocus=False, style="Tool.TButton",
                       command=lambda action=action: window.run(action)).pack(side="left", padx=(px(4), 0))
        tools.grid(row=0, column=1, sticky="ne")
        return labels, tools

    def fit(self, width, height):
        """Leaves out what a small window has no room for."""
        self._shown(self.bars, self.bars_wanted and height >= self.theme.px(_SMALL_HEIGHT))
        self._shown(self.tools, width >= self.labels.least_width() + self.tools.winfo_reqwidth() + self.theme.px(40))

    def toggle_bars(self):
        self.bars_wanted = not self.bars_wanted
        self.fit(self.root.winfo_width(), self.root.winfo_height())

    def restyle(self):
        """After a change between light and dark."""
        for widget in (self.picture, self.bars, self.labels, self.help, self.ask):
            widget.restyle()

    @staticmethod
    def _shown(widget, shown):
        if shown != bool(widget.winfo_manager()):
            widget.grid() if shown else widget.grid_remove()
