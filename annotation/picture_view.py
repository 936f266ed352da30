"""The canvas with the picture, the network's region, the label and the suggestion."""

import tkinter as tk

from PIL import Image, ImageTk

from annotation.colours import text_on
from annotation.night import stretched
from annotation.picture import PictureError
from annotation.picture_cache import Request
from annotation.viewport import Viewport

_MARGIN = 8  # around the picture and inside it, before scaling
_RESIZE_DELAY_MS = 60
_REGION_UNIT = 10000
_OVERLAY = "#202020"
_PAN = 0.15  # of what is seen, a key


class PictureView(tk.Canvas):
    """`region`: [x0, y0, x1, y1] in 1/10000 of the picture, drawn as a thin rectangle; None = all of it.

    badge: (text, colour or None for an outline); suggestion, more: texts or None, what is suggested and how many frames
    Shift would label; note: a text or None, what is changed about the picture.
    """

    def __init__(self, parent, cache, theme, region=None):
        super().__init__(parent, highlightthickness=0, width=640, height=200)
        self.region = region
        self.viewport, self.placement = Viewport(), None
        self.stretch = False
        self._cache, self._theme = cache, theme
        self._path = self._badge = self._message = self._suggestion = self._more = self._note = None
        self._photo = None
        self._resizing = self._dragged_from = None
        self._after_draw = []
        self.restyle()
        self.bind("<Configure>", self._resized)
        self.bind_mouse()

    def restyle(self):
        self.configure(background=self._theme.palette.canvas)
        self._margin = self._theme.px(_MARGIN)

    def on_draw(self, action):
        """`action()` is called after every drawing, with `placement` up to date (None without a picture)."""
        self._after_draw.append(action)

    # -- what is shown

    @property
    def shown_path(self):
        """Where the shown picture lies; None while there is none."""
        return self._path if self.placement else None

    def show(self, path, text, colour, message=None, suggestion=None, more=None, note=None):
        """Draws the picture at `path` with the label `text` in `colour` (None: an outline only).

        With `message`, or where the picture cannot be shown, that sentence takes its place.
        """
        self._path, self._badge, self._message = path, (text, colour), message
        self._suggestion, self._more, self._note = suggestion, more, note
        self.draw()

    def request(self, path):
        """The Request of the picture at `path` as it would be shown now; None before there is a size."""
        if self.winfo_width() <= 1:
            return None
        zoom = self.viewport.zoom
        width, height = (max(16, int((side - 2 * self._margin) * zoom))
                         for side in (self.winfo_width(), self.winfo_height()))
        return Request(path, width, height, zoom > 1)

    def draw(self):
        self._resizing = None
        self.delete("all")
        self.placement = None
        request = self.request(self._path)
        if self._badge is None or request is None:  # <Configure> is still to come, and will draw
            return
        if self._message:
            self._draw_message(self._message)
        else:
            self._draw_picture(request)
        for action in self._after_draw:
            action()

    def _draw_picture(self, request):
        try:
            image = self._cache.get(request)
        except PictureError as error:
            self._draw_message("%s\n\n%s" % (error, self._path))
            return self._draw_badge(self._margin, self._margin)
        self.placement = self.viewport.place(self.winfo_width(), self.winfo_height(), *image.size, self._margin)
        if request.detail:
            image, left, top = self._visible(image)
        else:
            left, top = ((side - size) // 2 for side, size in
                         zip((self.winfo_width(), self.winfo_height()), image.size))
        self._put(stretched(image, self._door(left, top, image.size)) if self.stretch else image, left, top)
        if self.region and self.region != [0, 0, _REGION_UNIT, _REGION_UNIT]:
            self._draw_region()
        left, top = max(left, 0) + self._margin, max(top, 0) + self._margin
        self._draw_badge(left, top)
        self._draw_texts(min(self.winfo_width(), self.placement.left + self.placement.width) - self._margin, top)

    def _visible(self, image):
        """The part of the zoomed picture that the canvas shows: (image, left, top)."""
        place, (width, height) = self.placement, (self.winfo_width(), self.winfo_height())
        left, top = max(0, round(place.left)), max(0, round(place.top))
        right, bottom = (min(side, round(start + size)) for side, start, size in
                         ((width, place.left, place.width), (height, place.top, place.height)))
        (x0, y0), (x1, y1) = place.to_picture(left, top), place.to_picture(right, bottom)
        box = [min(max(share, 0), 1) * side for share, side in zip((x0, y0, x1, y1), image.size * 2)]
        size = max(1, right - left), max(1, bottom - top)
        return image.resize(size, Image.Resampling.BICUBIC, box, reducing_gap=2.0), left, top

    def _door(self, left, top, size):
        """The region as a box in the image that is drawn at left, top; None if it is out of sight."""
        x0, y0, x1, y1 = self.region_box()
        box = max(x0 - left, 0), max(y0 - top, 0), min(x1 - left + 1, size[0]), min(y1 - top + 1, size[1])
        return box if box[2] > box[0] and box[3] > box[1] else None

    def _put(self, image, left, top):
        if self._photo and (self._photo.width(), self._photo.height()) == image.size:
            self._photo.paste(image)
        else:
            self._photo = ImageTk.PhotoImage(image, master=self)
        self.create_image(left, top, image=self._photo, anchor="nw", tags="picture")

    def _draw_message(self, message):
        self.create_text(self.winfo_width() // 2, self.winfo_height() // 2, text=message, justify="center",
                         fill=self._theme.palette.ink, width=max(100, self.winfo_width() - 80),
                         font=self._theme.fonts["title"], tags="message")

    def _draw_region(self):
        box = self.region_box()
        self.create_rectangle(box, outline="#000000", tags="region")  # seen on bright and on dark
        self.create_rectangle(box, outline="#ffffff", dash=(6, 4), tags="region")

    def region_box(self):
        """The region's (left, top, right, bottom) on the canvas, without a region the picture's."""
        x0, y0, x1, y1 = (edge / _REGION_UNIT for edge in self.region or (0, 0, _REGION_UNIT, _REGION_UNIT))
        (left, top), (right, bottom) = self.placement.to_canvas(x0, y0), self.placement.to_canvas(x1, y1)
        return round(left), round(top), round(right) - 1, round(bottom) - 1

    def _draw_badge(self, left, top):
        text, colour = self._badge
        fill, ink = (colour, text_on(colour)) if colour else (_OVERLAY, "#ffffff")
        self._draw_text(left, top, text, "title", fill, ink, "badge", outline="#ffffff", dashed=not colour)

    def _draw_texts(self, right, top):
        """What is suggested, what Shift would do and what is changed about the picture, below each other at the right."""
        zoom = self.viewport.zoom
        notes = [note for note in (self._note, "brightness stretched" if self.stretch else None,
                                   "zoom %g" % zoom if zoom > 1 else None) if note]
        for text, font, tag in [(self._suggestion, "bold", "suggestion"), (self._more, "body", "more"),
                                (", ".join(notes), "body", "note")]:
            if text:
                top = self._draw_text(right, top, text, font, _OVERLAY, "#ffffff", tag, from_right=True) + 4

    def _draw_text(self, x, top, text, font, fill, ink, tag, outline="", dashed=False, from_right=False):
        """A text on a plate; returns the plate's bottom."""
        font = self._theme.fonts[font]
        height = font.metrics("linespace") + self._theme.px(10)
        width = font.measure(text) + height
        left = x - width if from_right else x
        self.create_rectangle(left, top, left + width, top + height, fill=fill, outline=outline,
                              dash=(3, 3) if dashed else (), tags=tag)
        self.create_text(left + width // 2, top + height // 2, text=text, fill=ink, font=font, tags=tag)
        return top + height

    # -- zoom and pan

    def zoom_by(self, steps, at=None):
        if self.placement and self.viewport.zoom_by(steps, self.placement, at):
            self.draw()

    def pan(self, right, down):
        """By a keyboard's step to the right and down."""
        if self.viewport.zoom > 1:
            self.viewport.pan(right * _PAN, down * _PAN)
            self.draw()

    def fit(self):
        self.viewport.fit()
        self.draw()

    def toggle_stretch(self):
        self.stretch = not self.stretch
        self.draw()

    def bind_mouse(self):
        """The wheel zooms, dragging pans; the region's editor takes the button while it works."""
        for wheel, steps in (("<Button-4>", 1), ("<Button-5>", -1)):
            self.bind(wheel, lambda event, steps=steps: self.zoom_by(steps, (event.x, event.y)))
        self.bind("<MouseWheel>", lambda event: self.zoom_by(1 if event.delta > 0 else -1, (event.x, event.y)))
        self.bind("<Button-1>", self._pressed)
        self.bind("<B1-Motion>", self._dragged)
        self.bind("<Double-Button-1>", lambda _event: self.fit())

    def _pressed(self, event):
        self._dragged_from = event.x, event.y, self.viewport.centre

    def _dragged(self, event):
        if self._dragged_from and self.placement and self.viewport.zoom > 1:
            x, y, (across, down) = self._dragged_from
            self.viewport.centre = (across - (event.x - x) / self.placement.width,
                                    down - (event.y - y) / self.placement.height)
            self.draw()

    def _resized(self, _event):
        if self._resizing:
            self.after_cancel(self._resizing)
        self._resizing = self.after(_RESIZE_DELAY_MS if self.find_all() else 1, self.draw)  # the first one at once
