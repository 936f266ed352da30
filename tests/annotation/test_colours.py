from annotation.colours import label_colours, text_on


def test_thirteen_states_have_different_colours():
    colours = label_colours(["state %d" % number for number in range(13)])
    assert len(set(colours.values())) == len(colours) == 14


def test_text_is_readable_on_dark_and_on_light():
    assert text_on("#0072b2") == "#ffffff"
    assert text_on("#f0e442") == "#000000"
