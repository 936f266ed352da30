import sys
from pathlib import Path

import pytest
from PIL import Image

from host_tools import contact_sheet
from host_tools.contact_sheet import Card
from host_tools.errors import ProjectError

sys.path.append(str(Path(__file__).parents[1] / "training"))
from tiny_door import picture, write_jpeg  # noqa: E402


@pytest.fixture
def cards(tmp_path):
    write_jpeg(tmp_path / "a.jpg", picture("open", 0))
    (tmp_path / "b.jpg").write_bytes(b"\xff\xd8 not a picture")
    names = ["a.jpg", "b.jpg", "missing.jpg"]
    return [Card(tmp_path / name, "doubt", 'open <52 %> & "so on" ' * 9, name) for name in names]


def test_picture_and_page_show_every_card_even_those_that_cannot_be_read(tmp_path, cards):
    picture_file, page = contact_sheet.write(tmp_path / "sheet", "A <title>", "why", cards, [2000, 1000, 8000, 10000])
    with Image.open(picture_file) as image:
        assert image.width == 3 * 240 and image.height >= 180
    text = page.read_text()
    assert text.count("<figure>") == 3 and "A &lt;title&gt;" in text and "open &lt;52 %&gt; &amp;" in text
    assert "http" not in text


def test_no_card_is_an_empty_sheet(tmp_path):
    assert all(file.exists() for file in contact_sheet.write(tmp_path / "sheet", "t", "a", []))


def test_same_cards_give_the_same_bytes(tmp_path, cards):
    one, other = (contact_sheet.write(tmp_path / name, "t", "a", cards) for name in ("one", "other"))
    assert [file.read_bytes() for file in one] == [file.read_bytes() for file in other]


def test_folder_that_is_missing_is_one_sentence(tmp_path, cards):
    with pytest.raises(ProjectError, match="cannot be written: No such file"):
        contact_sheet.write(tmp_path / "nowhere" / "sheet", "t", "a", cards)
