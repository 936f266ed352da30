"""How much every frame counts: a sampler keeps hundreds of pictures of the same shut door.

Successive pictures of one camera and label that differ by little from the first of them form a group (leader
clustering: Hartigan, "Clustering Algorithms", 1975, chapter 3). Its n pictures count together for the effective
number (1 - b^n) / (1 - b), that is, every further one for b times the one before it: Cui et al., "Class-Balanced
Loss Based on Effective Number of Samples", arXiv 1901.05555. None is dropped: noise and shadows differ.
"""

import numpy as np

from host_tools.native import imgprep

_SIDE = 16              # of the picture that is compared, pixels: noise is averaged away
_LUMA = (77, 150, 29)   # 1/256, of R, G, B
_HOUR_MS = 3_600_000
NO_HOUR = 24            # of a frame without a time


def small_luma(pictures):
    """uint8 [n, height, width, 1 or 3] -> uint8 [n, 16, 16]."""
    small = np.empty((len(pictures), _SIDE, _SIDE, pictures.shape[3]), np.uint8)
    for source, target in zip(np.ascontiguousarray(pictures), small):
        imgprep.resize_area(source, source.shape[1], source.shape[0], source.shape[2], None, target, _SIDE, _SIDE)
    if small.shape[3] == 1:
        return small[..., 0]
    return np.ascontiguousarray((small.astype(np.uint32) @ np.array(_LUMA, np.uint32) >> 8).astype(np.uint8))


def groups(frames, small, difference):
    """Number of each frame's group, int64 [n]. difference: mean, in grey levels, below which pictures are alike."""
    order = sorted(range(len(frames)), key=lambda i: (frames[i].time_ms is None, frames[i].time_ms or 0, i))
    numbers, leaders, count = np.zeros(len(frames), np.int64), {}, 0
    for i in order:
        kind = (frames[i].camera, frames[i].label)
        leader = leaders.get(kind)
        if leader is None or imgprep.mean_abs_diff(small[leader], small[i]) >= difference * 256:
            leaders[kind] = leader = i
            numbers[i], count = count, count + 1
        numbers[i] = numbers[leader]
    return numbers


def weights(numbers, repeat):
    """Group numbers -> float32 [n] in 0..1: every frame's part of what its group counts for. repeat: b, 0 <= b < 1."""
    sizes = np.bincount(numbers)
    return ((1 - repeat ** sizes) / (1 - repeat) / sizes)[numbers].astype(np.float32)


def of(frames, pictures, config):
    """Weights of `frames`, float32 [n]; pictures: uint8 [n, height, width, channels], of the region; config: Data."""
    return weights(groups(frames, small_luma(pictures), config.alike), config.repeat)


def hours(frames):
    """UTC hour of the day of every frame, int64 [n]; NO_HOUR without a time."""
    return np.array([NO_HOUR if frame.time_ms is None else frame.time_ms // _HOUR_MS % 24 for frame in frames], np.int64)
