"""What the camera is to recognise its view by: a few pictures of the training days, the door left out."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from contract import view
from contract.decision import UNUSABLE
from contract.preprocess import REGION_UNIT
from host_tools.native import imgprep
from training.pixels import network_input

_WHOLE = [0, 0, REGION_UNIT, REGION_UNIT]
_MOST_PICTURES = 96     # spread over all frames
_FEWEST_PICTURES = 8
_CANDIDATES = 32        # of them may become references
_MARGIN = 1.5           # of the lowest peak: so surely the training days themselves must be recognised,
_DOUBTFUL = 0.02        # but for this share of their frames: people stand in the way
_LOW_SHARE = 0.1        # a reference is as good as its peaks are in so many of the frames


@dataclass(frozen=True)
class Reference:
    """For contract.model's "view": `edges` uint8 [n, 64, 64], `focus` in 1/256, `lowest_peak`."""

    edges: np.ndarray
    focus: int
    lowest_peak: int = view.LOWEST_PEAK

    def metadata(self):
        return {"focus": self.focus, "lowest_peak": self.lowest_peak}


def choose(frames, region):
    """The Reference for labelled and unlabelled training.dataset.Frames, or None where the view cannot be checked.

    That is so if the region leaves too little of the frame, if fewer than eight frames can be read, or if four pictures are
    not enough to recognise all the others by. Frames whose view is unusable do not count.
    """
    if not view.is_seen(region):
        return None
    near = view.Surroundings(imgprep, region)
    edges, focus = _described(_spread([frame for frame in frames if frame.label != UNUSABLE], _MOST_PICTURES), near)
    if len(edges) < _FEWEST_PICTURES:
        return None
    candidates = _spread(range(len(edges)), _CANDIDATES)
    chosen = _few(_peaks(edges, candidates, near), _MARGIN * view.LOWEST_PEAK)
    if chosen is None:
        return None
    return Reference(np.stack([edges[candidates[i]] for i in chosen]), max(1, int(np.median(focus))))


def _spread(items, count):
    """At most `count` of them, evenly spaced."""
    items = list(items)
    return items if len(items) <= count else [items[i * len(items) // count] for i in range(count)]


def _described(frames, near):
    """(edges [n, 64, 64], focus [n]) of those that can be read."""
    edges, focus = [], []
    for frame in frames:
        try:
            picture = network_input(Path(frame.path).read_bytes(), _WHOLE, view.SIDE, view.SIDE, 1)
        except (ValueError, OSError):
            continue
        near.describe(picture)
        edges.append(np.frombuffer(bytes(near.edges), np.uint8).reshape(view.SIDE, view.SIDE))
        focus.append(near.focus)
    return edges, focus


def _peaks(edges, candidates, near):
    """[candidates, n]: how surely each frame is recognised by each of them."""
    found = np.zeros((len(candidates), len(edges)), int)
    for column, one in enumerate(edges):
        near.edges[:] = one.tobytes()
        for row, candidate in enumerate(candidates):
            near.compare(edges[candidate])
            found[row, column] = near.peak
    return found


def _few(peaks, enough):
    """Indices of the rows by which nearly all columns are recognised, or None. Greedy: the best row first."""
    chosen, best = [], np.zeros(peaks.shape[1], int)
    for _ in range(view.MAX_REFERENCES):
        together = np.maximum(peaks, best)
        score = (together >= enough).sum(1) if chosen else np.quantile(together, _LOW_SHARE, axis=1)
        chosen.append(int(score.argmax()))
        best = together[chosen[-1]]
        if np.mean(best < enough) <= _DOUBTFUL:
            return chosen
    return None
