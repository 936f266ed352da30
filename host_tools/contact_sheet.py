"""Chosen pictures side by side with the reasons, as one picture (PNG) and as one page (HTML) that needs no other file."""

import base64
import html
import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from contract import durable
from contract.preprocess import REGION_UNIT
from host_tools.errors import ProjectError

_WIDTH, _HEIGHT = 240, 180  # pixels of a picture, at most
_CAPTION = 46
_COLUMNS = 6
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>
<style>body{{font:15px/1.4 system-ui,sans-serif;margin:2em}}main{{display:flex;flex-wrap:wrap;gap:1em}}
figure{{margin:0;width:{width}px}}img{{display:block;max-width:100%}}figcaption{{overflow-wrap:anywhere}}</style>
<h1>{title}</h1><p>{about}</p><main>
{cards}
</main></html>
"""
_CARD = ('<figure><img alt="" src="data:image/jpeg;base64,{data}"><figcaption><b>{number}. {title}</b><br>{why}<br>'
         "<small>{name}</small></figcaption></figure>")


@dataclass(frozen=True)
class Card:
    """file: of the picture; title: a word or two; why: a sentence; name: what the frame is called."""

    file: Path
    title: str
    why: str
    name: str


def write(stem, title, about, cards, region=None):
    """`stem`.png and `stem`.html (Path); returns both paths. Raises ProjectError if they cannot be written.

    region: [x0, y0, x1, y1] in 1/10000, drawn as a frame. A picture that cannot be read is a grey field.
    """
    pictures = [_thumbnail(card.file, region) for card in cards]
    files = stem.with_suffix(".png"), stem.with_suffix(".html")
    try:
        durable.write(files[0], _png(pictures, cards))
        durable.write(files[1], _html(title, about, pictures, cards).encode())
    except OSError as error:
        raise ProjectError(f"the contact sheet {files[0]} cannot be written: {error.strerror}") from None
    return files


def _thumbnail(file, region):
    try:
        with Image.open(file, formats=("JPEG",)) as image:
            image.draft("RGB", (_WIDTH, _HEIGHT))
            small = image.convert("RGB")
            small.thumbnail((_WIDTH, _HEIGHT))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):  # what Pillow raises on damaged data
        return Image.new("RGB", (_WIDTH, _HEIGHT), "grey")
    if region:
        corners = [value * side / REGION_UNIT for value, side in zip(region, small.size * 2)]
        ImageDraw.Draw(small).rectangle([min(value, side - 1) for value, side in zip(corners, small.size * 2)], outline="yellow")
    return small


def _png(pictures, cards):
    columns = max(1, min(_COLUMNS, len(cards)))
    rows, height = max(1, -(-len(cards) // columns)), max((picture.height for picture in pictures), default=_HEIGHT)
    sheet = Image.new("RGB", (columns * _WIDTH, rows * (height + _CAPTION)), "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(12)
    for place, (picture, card) in enumerate(zip(pictures, cards)):
        x, y = place % columns * _WIDTH, place // columns * (height + _CAPTION)
        sheet.paste(picture, (x, y))
        draw.text((x + 3, y + height + 2), _wrapped(draw, font, f"{place + 1}. {card.title}: {card.why}"), "black", font)
    out = io.BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()


def _wrapped(draw, font, text):
    """At most three lines as wide as a picture."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if draw.textlength(longer, font) <= _WIDTH - 6 or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return "\n".join(lines[:3])


def _html(title, about, pictures, cards):
    filled = [_CARD.format(data=_data(picture), number=number, title=html.escape(card.title), why=html.escape(card.why),
                           name=html.escape(card.name)) for number, (picture, card) in enumerate(zip(pictures, cards), 1)]
    return _PAGE.format(title=html.escape(title), about=html.escape(about), width=_WIDTH, cards="\n".join(filled))


def _data(picture):
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return base64.b64encode(out.getvalue()).decode()
