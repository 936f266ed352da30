"""Decoded pictures that several subjects share: the rows of an ablation differ in their training only."""

from training import pixels

_KEPT = 2  # sets of frames, those to be labelled and the unseen ones of one installation
_sets = {}


def pictures(paths, region, config, progress):
    """training.pixels.Pictures of `paths`, decoded once for every size that `config` asks for. Not to be written to."""
    student = config.student
    key = (tuple(paths), tuple(region), student.height, student.width, student.channels, pixels.wide_side(config),
           config.data.margin)
    if key not in _sets:
        while len(_sets) >= _KEPT:
            del _sets[next(iter(_sets))]
        _sets[key] = pixels.load(paths, region, config, progress)
    return _sets[key]
