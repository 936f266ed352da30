"""The canvas with the picture, the network's region and the label."""

import tkinter as tk
import tkinter.font

from PIL import ImageTk

from annotation.colours import text_on
from annotation.picture import PictureError, load_fitted

_MARGIN = 10  # pixels around the picture and inside it
_RESIZE_DELAY_MS = 60
_KEPT_PICTURES = 3  # the current one, and those before and after it
_REGION_UNIT = 10000


class PictureView(tk.Canvas):
    """`region`: [x0, y0, x1, y1] in 1/10000 of the picture, drawn as a thin rectangle; None = all of it."""

    def __init__(self, parent, region, background, foreground):
        super().__init__(parent, background=background, highlightthickness=0, width=640, height=360)
        self._region = None if region is None or list(region) == [0, 0, 10000, 10000] else region
        self._foreground = foreground
        self._badge_font = tkinter.font.Font(family="TkDefaultFont", size=15, weight="bold")
        self._path = None
        self._badge = None  # (text, colour) or (text, None) for an outline
        self._kept = {}  # (path, width, height) -> PhotoImage, oldest first
        self._resizing = None
        self.bind("<Configure>", self._resized)

    def show(self, path, text, colour, message=None):
        """Draws the picture at `path` with the label `text` in `colour` (None: an outline only).

        With `message`, or where the picture cannot be shown, that sentence takes its place.
        """
        self._path, self._badge, self._message = path, (text, colour), message
        self._draw()

    def prefetch(self, path):
        """Decodes the picture that is likely to be shown next; silent about what it cannot."""
        try:
            if self._is_laid_out():
                self._photo(path)
        except PictureError:
            pass

    def _is_laid_out(self):
        """Before that <Configure> is still to come, and will draw."""
        return self.winfo_width() > 1

    def _resized(self, _event):
        if self._resizing:
            self.after_cancel(self._resizing)
        self._resizing = self.after(_RESIZE_DELAY_MS, self._draw)

    def _draw(self):
        self._resizing = None
        self.delete("all")
        if self._badge is None or not self._is_laid_out():
            return
        if self._message:
            return self._draw_message(self._message)
        try:
            photo = self._photo(self._path)
        except PictureError as error:
            self._draw_message("%s\n\n%s" % (error, self._path))
            return self._draw_badge(_MARGIN, _MARGIN)
        left, top = (self.winfo_width() - photo.width()) // 2, (self.winfo_height() - photo.height()) // 2
        self.create_image(left, top, image=photo, anchor="nw", tags="picture")
        if self._region:
            self._draw_region(left, top, photo.width(), photo.height())
        self._draw_badge(left + _MARGIN, top + _MARGIN)

    def _photo(self, path):
        width, height = self.winfo_width() - 2 * _MARGIN, self.winfo_height() - _MARGIN
        key = (path, width, height)
        photo = self._kept.pop(key, None)
        if photo is None:
            photo = ImageTk.PhotoImage(load_fitted(path, max(16, width), max(16, height)), master=self)
        self._kept[key] = photo
        while len(self._kept) > _KEPT_PICTURES:
            del self._kept[next(iter(self._kept))]
        return photo

    def _draw_message(self, message):
        self.create_text(self.winfo_width() // 2, self.winfo_height() // 2, text=message, justify="center",
                         fill=self._foreground, width=max(100, self.winfo_width() - 80),
                         font=self._badge_font, tags="message")

    def _draw_region(self, left, top, width, height):
        x0, y0, x1, y1 = [edge * size // _REGION_UNIT for edge, size in
                          zip(self._region, (width, height, width, height))]
        box = (left + x0, top + y0, left + x1 - 1, top + y1 - 1)
        self.create_rectangle(box, outline="#000000", tags="region")  # seen on bright and on dark
        self.create_rectangle(box, outline="#ffffff", dash=(6, 4), tags="region")

    def _draw_badge(self, left, top):
        text, colour = self._badge
        height = self._badge_font.metrics("linespace") + 10
        width = self._badge_font.measure(text) + height
        fill, ink = (colour, text_on(colour)) if colour else ("#202020", "#ffffff")
        self.create_rectangle(left, top, left + width, top + height, fill=fill, outline="#ffffff",
                              dash=() if colour else (3, 3), tags="badge")
        self.create_text(left + width // 2, top + height // 2, text=text, fill=ink,
                         font=self._badge_font, tags="badge")
