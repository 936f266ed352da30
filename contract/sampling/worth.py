"""What a kept frame is worth, 0 to 255: a full spool lets go of the least first."""

RANDOM = 255  # an evaluation must not lose frames by what they show
VALUES = {"short": 230, "flip": 220, "disagreement": 210, "margin": 150, "change": 120, "background": 110,
          "shape": 100, "colour": 90, "first": 80, "periodic": 70}
TURNS = ("short", "flip")  # transitions: the frames around them are wanted as well
_RARE, _EVENT = 210, 200  # at least
_MOST_EXTRA = 40


def of_event(reason, rare):
    """Of an event; `rare`: the model sees a rare state."""
    return max(VALUES[reason], _RARE if rare else _EVENT)


def of_novel(reason, shape, colour):
    """Of a novel frame: `shape`, `colour`, how far it is (0..65280) from all that was kept."""
    extra = (shape if shape > colour else colour) >> 8
    return VALUES[reason] + (extra if extra < _MOST_EXTRA else _MOST_EXTRA)
