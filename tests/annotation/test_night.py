from PIL import Image, ImageStat

from annotation.night import stretched, table


def _dark():
    """A door of two dark greys, and a lamp."""
    image = Image.new("RGB", (320, 180), (20, 20, 20))
    image.paste((34, 34, 34), (80, 20, 160, 160))
    image.paste((255, 255, 255), (280, 0, 320, 30))
    return image


def test_contrast_of_a_dark_picture_grows():
    image = stretched(_dark(), (60, 10, 180, 170))
    door, wall = image.getpixel((120, 90))[0], image.getpixel((65, 90))[0]
    assert door - wall > 100


def test_lamp_beside_the_region_does_not_count():
    within, whole = (ImageStat.Stat(stretched(_dark(), box)).mean[0] for box in ((60, 10, 180, 170), None))
    assert within > whole


def test_table_rises_and_an_even_picture_is_not_torn_apart():
    for image in (_dark(), Image.new("RGB", (64, 64), (90, 90, 90)), Image.new("RGB", (64, 64))):
        values = table(image)
        assert values == sorted(values)
        assert len(values) == 256
    flat = stretched(Image.effect_noise((64, 64), 2).convert("RGB"))
    assert ImageStat.Stat(flat).stddev[0] < 60
