"""What the window shows besides the pictures themselves; whoever opens it hands these functions in."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Look:
    """pixels: of the network's input, uint8 bytes [height, width, channels], channels 1 or 3, as the camera's C code makes them;
    scores: [(label, probability)] of the network, empty without one; about: a short text on the network."""

    pixels: bytes
    width: int
    height: int
    channels: int
    scores: list = field(default_factory=list)
    about: str = ""


@dataclass(frozen=True)
class Views:
    """All optional: what is missing is said when it is asked for.

    look         (file of the picture, region) -> Look; ValueError, OSError
    score        path in the index -> (label, probability 0..1) or None: what the newest model says; called in a thread
    prepare      () -> subprocess.Popen that computes cache/groups.json and cache/suggestions.json anew
    save_region  called with a region [x0, y0, x1, y1] in 1/10000 that is to be the project's; raises DoorlensError
    """

    look: Callable | None = None
    score: Callable | None = None
    prepare: Callable | None = None
    save_region: Callable | None = None
