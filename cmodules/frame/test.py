"""Good and bad frames through frame, for memcheck: prints ok. MicroPython only, needs ujpeg/samples/ beside its folder."""

from array import array

import frame
import nn

_HERE = __file__.rsplit("/", 1)[0] if "/" in __file__ else "."
_GOOD = ("ycc411", "ycc420", "ycc422", "ycc440", "ycc444", "grey", "restart", "progressive", "rgb")
_W, _H = 37, 27
_LONGEST = 4096


def sample(name):
    with open(_HERE + "/../ujpeg/samples/" + name + ".jpg", "rb") as file:
        return file.read()


def outcome(function, *arguments):
    """What the call returned, or the error's text."""
    try:
        return function(*arguments)
    except (ValueError, TypeError, OverflowError) as error:
        return str(error)


def network(width, height, channels):
    made = nn.Network(height, width, channels)
    size = width * height
    made.add(nn.AVGPOOL, 1, channels, -128, -128, -128, 127, None, array("i", [size * 128]), array("i", [1 << 30]), bytes([5]))
    made.add(nn.DENSE, 1, 2, -128, 0, -128, 127, array("b", [3, -5] * channels), array("i", [7, -9]), array("i", [1 << 30] * 2), bytes([6, 6]))
    made.finish()
    return made


def plans():
    for channels in (1, 3):
        for denominator, region in ((1, None), (1, (36, 26, 1, 1)), (2, (3, 2, 16, 12)), (4, (0, 0, 10, 7)), (8, (1, 1, 4, 3))):
            yield frame.Classifier(network(8, 6, channels), _W, _H, denominator, region, channels, 8, 6, _LONGEST)


def good_frames(classifier):
    for name in _GOOD:
        logits = bytearray(2)
        assert classifier.run(sample(name), logits) >= frame.MOTION_UNKNOWN
        assert logits != bytes(2)


def bad_frames(classifier):
    logits = bytearray(2)
    for name in ("ycc420", "grey", "restart"):
        jpeg = sample(name)
        for end in range(0, len(jpeg), 37):
            outcome(classifier.run, jpeg[:end], logits)
        for at in range(2, len(jpeg), 41):
            outcome(classifier.run, jpeg[:at] + bytes([jpeg[at] ^ 0xFF]) + jpeg[at + 1:], logits)
    outcome(classifier.run, sample("cmyk"), logits)
    outcome(classifier.run, sample("ycc420"), bytearray(1))
    assert classifier.run(sample("ycc420"), logits) >= frame.MOTION_UNKNOWN


for one in plans():
    good_frames(one)
    bad_frames(one)
assert outcome(frame.Classifier, None, _W, _H, 3, None, 1, 8, 6, _LONGEST) == "frame: denominator must be 1, 2, 4 or 8"
print("ok")
