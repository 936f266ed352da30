"""Changing the network's region on the picture, with the mouse or the keyboard."""

UNIT = 10000     # a region's coordinates are in 1/10000 of the picture
LEAST = 100      # its sides, at least
_STEP = 50       # of a key
_GRIP = 9        # pixels around an edge that take hold of it, before scaling
_INSTRUCTIONS = ("Region: arrows move it, with Shift its right and lower edge, with Ctrl its left and upper edge; "
                 "+ and - size it. Enter saves, Escape leaves it as it was.")
_ARROWS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}


def moved(region, right, down):
    """The region moved by so many units, as far as the picture goes."""
    right = min(max(right, -region[0]), UNIT - region[2])
    down = min(max(down, -region[1]), UNIT - region[3])
    return [region[0] + right, region[1] + down, region[2] + right, region[3] + down]


def with_edges(region, changes):
    """The region with edges {0..3: new value}, held inside the picture and no smaller than LEAST."""
    x0, y0, x1, y1 = (changes.get(edge, value) for edge, value in enumerate(region))
    if 0 in changes:
        x0 = min(max(x0, 0), x1 - LEAST)
    if 1 in changes:
        y0 = min(max(y0, 0), y1 - LEAST)
    return [x0, y0, max(min(x1, UNIT), x0 + LEAST), max(min(y1, UNIT), y0 + LEAST)]


def grown(region, units):
    """The region with every edge further out by `units`, or in."""
    if units < 0 and min(region[2] - region[0], region[3] - region[1]) + 2 * units < LEAST:
        return region
    return [max(region[0] - units, 0), max(region[1] - units, 0),
            min(region[2] + units, UNIT), min(region[3] + units, UNIT)]


def drawn(start, end):
    """The region between two points (x, y in units), drawn in any direction."""
    (x0, x1), (y0, y1) = (sorted((min(max(a, 0), UNIT), min(max(b, 0), UNIT))) for a, b in zip(start, end))
    x0, y0 = min(x0, UNIT - LEAST), min(y0, UNIT - LEAST)
    return [x0, y0, max(x1, x0 + LEAST), max(y1, y0 + LEAST)]


class RegionEditor:
    """Works on a PictureView between `start` and `key("return")` or `key("escape")`.

    save: called with the new region; it may raise, and the editor then stays.
    """

    def __init__(self, view, theme, save):
        self._view, self._theme, self._save = view, theme, save
        self._before, self._held = None, None
        self.active = False
        view.on_draw(self._draw)

    def start(self):
        self.active, self._before = True, self._view.region
        self._set(list(self._view.region or (0, 0, UNIT, UNIT)))
        self._view.configure(cursor="crosshair")
        self._view.bind("<Button-1>", self._pressed)
        self._view.bind("<B1-Motion>", self._dragged)
        self._view.bind("<ButtonRelease-1>", lambda _event: self._release())
        self._view.bind("<Double-Button-1>", lambda _event: None)

    def key(self, name):
        """What a key does while the editor works, and what there is to say about it; other keys do nothing."""
        modifier, _, arrow = name.rpartition("+") if name != "plus" else ("", "", name)
        region = self._view.region
        if name == "escape":
            self._end(self._before)
        elif name == "return":
            said = self._save(region)
            self._end(region)
            return said
        elif arrow in _ARROWS:
            x, y = (_STEP * part for part in _ARROWS[arrow])
            first = {"ctrl": 0, "shift": 2}.get(modifier)
            self._set(moved(region, x, y) if first is None else
                      with_edges(region, {first: region[first] + x, first + 1: region[first + 1] + y}))
        elif name in ("plus", "equal", "minus"):
            self._set(grown(region, -_STEP if name == "minus" else _STEP))
        return None

    def _end(self, region):
        self.active = False
        self._view.configure(cursor="")
        self._view.unbind("<ButtonRelease-1>")
        self._view.bind_mouse()
        self._set(region)

    def _set(self, region):
        self._view.region = region
        self._view.draw()

    # -- the mouse

    def _units(self, event):
        return tuple(round(share * UNIT) for share in self._view.placement.to_picture(event.x, event.y))

    def _pressed(self, event):
        """Takes hold of an edge, a corner or the inside; elsewhere a new region begins."""
        if not self._view.placement:
            return
        left, top, right, bottom = self._view.region_box()
        grip, edges = self._theme.px(_GRIP), []
        if top - grip <= event.y <= bottom + grip:
            edges += [edge for edge, x in ((0, left), (2, right)) if abs(event.x - x) <= grip][:1]
        if left - grip <= event.x <= right + grip:
            edges += [edge for edge, y in ((1, top), (3, bottom)) if abs(event.y - y) <= grip][:1]
        inside = left < event.x < right and top < event.y < bottom
        self._held = self._units(event), self._view.region, edges, inside

    def _dragged(self, event):
        if not self._held or not self._view.placement:
            return
        start, region, edges, inside = self._held
        now = self._units(event)
        if edges:
            self._set(with_edges(region, {edge: now[edge % 2] for edge in edges}))
        elif inside:
            self._set(moved(region, now[0] - start[0], now[1] - start[1]))
        else:
            self._set(drawn(start, now))

    def _release(self):
        self._held = None

    # -- what is drawn over the picture

    def _draw(self):
        if not self.active:
            return
        view, px = self._view, self._theme.px
        if view.placement:
            left, top, right, bottom = view.region_box()
            view.delete("region")
            view.create_rectangle(left, top, right, bottom, outline="#000000", width=px(4), tags="region")
            view.create_rectangle(left, top, right, bottom, outline="#ffd54a", width=px(2), tags="region")
            half = px(4)
            for x in (left, (left + right) // 2, right):
                for y in (top, (top + bottom) // 2, bottom):
                    if (x, y) != ((left + right) // 2, (top + bottom) // 2):
                        view.create_rectangle(x - half, y - half, x + half, y + half, fill="#ffd54a",
                                              outline="#000000", tags="handle")
        self._draw_instructions()

    def _draw_instructions(self):
        view, pad = self._view, self._theme.px(8)
        text = view.create_text(view.winfo_width() // 2, view.winfo_height() - 2 * pad, text=_INSTRUCTIONS, anchor="s",
                                justify="center", fill="#ffffff", font=self._theme.fonts["body"],
                                width=max(100, view.winfo_width() - 6 * pad), tags="instructions")
        left, top, right, bottom = view.bbox(text)
        plate = view.create_rectangle(left - pad, top - pad, right + pad, bottom + pad, fill="#202020", outline="")
        view.tag_raise(text, plate)
