"""Small pictures of the frames around the current one, each with its state's colour."""

import tkinter as tk

from PIL import ImageTk

from annotation.picture_cache import Request

_WIDTH, _HEIGHT, _BAR, _GAP = 112, 63, 7, 6  # pixels before scaling
_POLL_MS = 30
_KEPT = 60  # pictures that Tk holds


class Filmstrip(tk.Canvas):
    """Calls `go(position)` on a click, `step(frames)` on the wheel. Its pictures come from `cache`, when they are ready."""

    def __init__(self, parent, cache, theme, colours, other, go, step):
        super().__init__(parent, highlightthickness=0, cursor="hand2", width=200,
                         height=theme.px(_HEIGHT + _BAR + 8))
        self._cache, self._theme, self._colours, self._other = cache, theme, colours, other
        self._files, self._labels, self._position = (), (), 0
        self._photos = {}  # Request -> PhotoImage, oldest first
        self._polling = None
        self.restyle()
        self.bind("<Configure>", lambda _event: self.draw())
        self.bind("<Button-1>", lambda event: self._clicked(event.x, go))
        for wheel, frames in (("<Button-4>", -1), ("<Button-5>", 1)):
            self.bind(wheel, lambda _event, frames=frames: step(frames))
        self.bind("<Destroy>", lambda _event: self._polling and self.after_cancel(self._polling))

    def restyle(self):
        self.configure(background=self._theme.palette.panel)

    def show(self, files, labels, position):
        """files: position -> path of the picture; labels: label or None of every frame."""
        self._files, self._labels, self._position = files, labels, position
        self.draw()

    def requests(self, files, frames, position):
        """What is worth decoding around `position` of so many frames, nearest first: what is seen, then a step ahead."""
        reach = self._count() // 2 + 1
        near = sorted(range(position - reach, position + reach + 1), key=lambda i: abs(i - position))
        return [self._request(files(i)) for i in near if 0 <= i < frames]

    def position_at(self, x):
        """The position whose tile is at canvas pixel `x`; may lie beyond the first or the last."""
        return self._position + (x - self._left(self._position)) // self._pitch()

    def _request(self, path):
        return Request(path, self._theme.px(_WIDTH), self._theme.px(_HEIGHT))

    def _pitch(self):
        return self._theme.px(_WIDTH) + self._theme.px(_GAP)

    def _count(self):
        return self.winfo_width() // self._pitch() + 2

    def _left(self, position):
        """Canvas pixel of the position's tile: the current one is in the middle."""
        return (self.winfo_width() - self._theme.px(_WIDTH)) // 2 + (position - self._position) * self._pitch()

    def _clicked(self, x, go):
        position = self.position_at(x)
        if 0 <= position < len(self._labels):
            go(position)

    def draw(self):
        if self._polling:
            self.after_cancel(self._polling)
            self._polling = None
        self.delete("all")
        if self.winfo_width() <= 1 or not self._labels:
            return
        reach, waiting = self._count() // 2 + 1, False
        for position in range(max(0, self._position - reach), min(self._position + reach + 1, len(self._labels))):
            waiting |= not self._draw_tile(position)
        while len(self._photos) > _KEPT:
            del self._photos[next(iter(self._photos))]
        if waiting and self._cache.is_busy():
            self._polling = self.after(_POLL_MS, self.draw)

    def _draw_tile(self, position):
        """Returns False while its picture is still to come."""
        px, palette, label = self._theme.px, self._theme.palette, self._labels[position]
        left, top, width, height = self._left(position), 4, px(_WIDTH), px(_HEIGHT)
        request = self._request(self._files(position))
        photo = self._photo(request)
        if photo:
            self.create_image(left + width // 2, top + height // 2, image=photo, tags="thumbnail")
        else:
            self.create_rectangle(left, top, left + width - 1, top + height - 1, fill=palette.canvas, outline="")
            if self._cache.failed(request):
                self.create_text(left + width // 2, top + height // 2, text="no picture", fill=palette.quiet,
                                 font=self._theme.fonts["small"])
        colour = self._colours.get(label, self._other) if label else palette.empty
        self.create_rectangle(left, top + height, left + width - 1, top + height + px(_BAR) - 1, fill=colour,
                              outline="" if label else palette.line, tags="state")
        if position == self._position:
            self.create_rectangle(left - 2, top - 2, left + width + 1, top + height + px(_BAR) + 1,
                                  outline=palette.accent, width=2, tags="current")
        return bool(photo) or self._cache.failed(request)

    def _photo(self, request):
        photo = self._photos.pop(request, None)
        if photo is None:
            image = self._cache.peek(request)
            photo = image and ImageTk.PhotoImage(image, master=self)
        if photo:
            self._photos[request] = photo
        return photo
