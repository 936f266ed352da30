"""Everything that is compared: {name: what keeps frames of a Footage}. Each returns [(frame, reason)]."""

from dataclasses import dataclass

import numpy as np
import torch

from bench.learning.labels import farthest_first
from bench.sampling import replay
from bench.sampling.days import DAY_MS, PERIOD_MS
from bench.sampling.measures import rows
from contract.sampling.change import Background, Change
from contract.sampling.novelty import Colour, Shape
from contract.sampling.settings import DEFAULTS
from contract.sampling.unexpected import Margin, Unexpected
from host_tools.native.imgprep import mean_abs_diff, nearest

A_DAY = 100
_FRIGATE = 24       # that Frigate's wizard takes of 100 random timestamps
_MOVED = 4.0        # grey levels of mean difference from the frame before, noise averaged away: motion
_SEED = 1


@dataclass
class Film:
    """What a strategy may see. advance() is called after every frame, or not at all."""

    footage: object
    model: object
    advance: object


def ours(film):
    return replay.policy(film.footage, advance=film.advance)


def ours_model(film):
    return replay.policy(film.footage, model=film.model, advance=film.advance)


def periodic(film):
    step = DAY_MS // PERIOD_MS // A_DAY
    return [(i, "periodic") for i in range(step // 2, len(film.footage), step)]


def uniform(film):
    """As many frames at random, day by day."""
    drawn = np.random.default_rng(_SEED)
    return [(int(i), "random") for part in _days(film.footage)
            for i in np.sort(drawn.choice(part, min(len(part), _share(part)), replace=False))]


def motion(film):
    """Random ones of the frames that differ from the one before: whoever records on motion and labels some of it."""
    blocks = film.footage.small.reshape(-1, 8, 4, 8, 4).mean((2, 4), dtype=np.float32).reshape(-1, 64)
    moved = np.concatenate([[False], np.abs(np.diff(blocks, axis=0)).mean(1) > _MOVED])
    drawn, kept = np.random.default_rng(_SEED), []
    for part in _days(film.footage):
        own = part[moved[part]]
        kept += [(int(i), "motion") for i in np.sort(drawn.choice(own, min(len(own), _share(part)), replace=False))]
    return kept


def farthest(film):
    """A day's 100 random frames, of which 24 are taken farthest first by colours: Frigate's first set."""
    kept, drawn = [], np.random.default_rng(_SEED)
    for part in _days(film.footage):
        own = np.sort(drawn.choice(part, min(len(part), _share(part)), replace=False))
        colours = torch.from_numpy(rows(film.footage, own)[:, -64:])
        chosen = farthest_first(colours, max(1, _FRIGATE * len(own) // A_DAY), _SEED)
        kept += [(int(own[i]), "farthest") for i in sorted(chosen)]
    return kept


def _days(footage):
    return np.array_split(np.arange(len(footage)), max(1, round(len(footage) * PERIOD_MS / DAY_MS)))


def _share(part):
    """100 a day, less of a part of one."""
    return max(1, A_DAY * len(part) * PERIOD_MS // DAY_MS)


def _alone(make, model=False):
    return lambda film: replay.alone(make(), film.footage, film.model if model else None, film.advance)


ALL = {
    "ours": ours, "ours_model": ours_model, "periodic": periodic, "motion": motion, "farthest_first": farthest,
    "random": uniform,
    "shape": _alone(lambda: Shape(DEFAULTS["shape"], DEFAULTS["shape_centres"], mean_abs_diff, nearest)),
    "colour": _alone(lambda: Colour(DEFAULTS["colour"], DEFAULTS["colour_centres"], mean_abs_diff, nearest)),
    "change": _alone(lambda: Change(DEFAULTS["change"], mean_abs_diff)),
    "background": _alone(lambda: Background(DEFAULTS["background"], DEFAULTS["adapt_ms"], mean_abs_diff)),
    "unexpected": _alone(lambda: Unexpected(DEFAULTS["short_ms"]), True),
    "margin": _alone(lambda: Margin(DEFAULTS["margin"]), True),
}
TITLES = {"ours": "policy, no model", "ours_model": "policy, with a model", "periodic": "periodic", "motion": "motion-gated",
          "farthest_first": "farthest-first 24 of 100 random", "random": "random", "shape": "gradients alone",
          "colour": "colours alone", "change": "change alone", "background": "background alone",
          "unexpected": "unexpected verdicts alone", "margin": "low margin alone"}
# whose frames are replayed one by one, which takes a while
SLOW = tuple(name for name in ALL if name not in ("periodic", "motion", "farthest_first", "random"))
