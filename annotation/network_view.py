"""What the network sees of the current frame: its actual input, enlarged, and what it makes of it."""

from PIL import Image, ImageTk

from annotation.colours import text_on

_SIDE = 200  # pixels of the longer side, before scaling
_BAR = 18
_SHARE = 0.42  # of the canvas's height, at most: the suggestion above stays in sight


def enlarged(look, side):
    """The Look as an image whose longer side has at most `side` pixels, every input pixel a square of its own."""
    image = Image.frombytes("L" if look.channels == 1 else "RGB", (look.width, look.height), look.pixels)
    scale = max(1, side // max(image.size))
    return image.resize((look.width * scale, look.height * scale), Image.Resampling.NEAREST)


class NetworkView:
    """Draws in the lower right corner of a PictureView. look: (path of the picture, region) -> views.Look; ValueError, OSError."""

    def __init__(self, view, theme, colours, look):
        self._view, self._theme, self._colours, self._look = view, theme, colours, look
        self._photo = None
        self.shown = False
        view.on_draw(self._draw)

    def toggle(self):
        self.shown = not self.shown
        self._view.draw()

    def _draw(self):
        path = self._view.shown_path
        if not self.shown or path is None:
            return
        try:
            look = self._look(path, self._view.region or [0, 0, 10000, 10000])
        except (ValueError, OSError) as error:
            return self._plate([str(error)], None, [])
        lines = ["What the network sees", "%d x %d %s" % (look.width, look.height, "luma" if look.channels == 1 else "RGB")]
        self._plate(lines + [look.about] * bool(look.about), enlarged(look, min(self._theme.px(_SIDE), int(self._view.winfo_height() * _SHARE))), look.scores)

    def _plate(self, lines, image, scores):
        view, px = self._view, self._theme.px
        font, pad = self._theme.fonts["small"], px(8)
        width = max([font.measure(line) for line in lines] + [image.width if image else 0, px(_SIDE) if scores else 0])
        line = font.metrics("linespace") + 2
        height = len(lines) * line + (image.height + pad if image else 0) + len(scores) * (px(_BAR) + 2)
        left, top = view.winfo_width() - width - 2 * pad - px(8), view.winfo_height() - height - 2 * pad - px(8)
        view.create_rectangle(left, top, left + width + 2 * pad, top + height + 2 * pad, fill="#202020",
                              outline="#808080", tags="network")
        x, y = left + pad, top + pad
        for text in lines:
            view.create_text(x, y, text=text, anchor="nw", fill="#ffffff", font=font, tags=("network", "network text"))
            y += line
        if image:
            self._photo = ImageTk.PhotoImage(image, master=view)
            view.create_image(x + (width - image.width) // 2, y + 2, image=self._photo, anchor="nw", tags=("network", "network input"))
            y += image.height + pad
        for label, share in scores:
            self._score(x, y, width, label, share, font)
            y += px(_BAR) + 2

    def _score(self, x, y, width, label, share, font):
        view, height = self._view, self._theme.px(_BAR)
        colour = self._colours.get(label, "#808080")
        end = round(width * share)
        view.create_rectangle(x, y, x + width, y + height, fill="#404040", outline="", tags="network")
        view.create_rectangle(x, y, x + end, y + height, fill=colour, outline="", tags="network")
        ink = text_on(colour) if end >= font.measure(label) + 8 else "#ffffff"
        view.create_text(x + 4, y + height // 2, text=label, anchor="w", font=font, fill=ink, tags="network")
        view.create_text(x + width - 4, y + height // 2, text="%.0f %%" % (100 * share), anchor="e", font=font,
                         fill=text_on(colour) if end >= width - 4 else "#ffffff", tags="network")
