"""What all stages of a run share: pictures as tensors, labels as numbers, the two sides of the split."""

from dataclasses import dataclass

import torch

from contract.decision import UNUSABLE
from training import augment, occlude, weights

UNLABELLED = -1
_BALANCE = 0.8       # 0: draw every frame as often, 1: every label as often
_HOUR_BALANCE = 0.5  # the same for the hours of one label
_CHECKS = 64         # guessed frames of a label among those that choose between networks


@dataclass
class Material:
    """exact uint8 [n, h, w, c] and wide uint8 [n, side, side, 3]; target int64 [n], UNLABELLED or an index
    into `labels`; train and held_out: int64 indices (both with unlabelled frames); weight float32 [n] and
    hour int64 [n], see balanced_draw (None: all alike); guess int64 [n]: what unlabelled frames probably show
    (training.propagate), UNLABELLED where nothing is known (None: of all)."""

    exact: torch.Tensor
    wide: torch.Tensor
    target: torch.Tensor
    labels: list
    train: torch.Tensor
    held_out: torch.Tensor
    margin: float
    weight: torch.Tensor | None = None
    hour: torch.Tensor | None = None
    guess: torch.Tensor | None = None

    def labelled(self, indices):
        return indices[self.target[indices] != UNLABELLED]

    def guessed(self, indices):
        return indices[:0] if self.guess is None else indices[self.guess[indices] != UNLABELLED]

    def believed(self, indices):
        """Labels of frames, guesses where there is none: int64 [len(indices)]."""
        target = self.target[indices]
        return target if self.guess is None else torch.where(target == UNLABELLED, self.guess[indices], target)

    def checks(self):
        """Held-out frames that choose between networks: all labelled ones, and of every label some guessed ones."""
        guessed = self.guessed(self.held_out)
        kinds = [guessed[self.guess[guessed] == label] for label in range(len(self.labels))] if len(guessed) else []
        return torch.cat([self.labelled(self.held_out), *(kind[:: -(-len(kind) // _CHECKS)] for kind in kinds if len(kind))])

    def draw(self, pool, target, count, generator):
        """`count` of the frames `pool` (int64 indices), balanced by `target` (their labels or the teacher's)."""
        weight, hour = (None if values is None else values[pool] for values in (self.weight, self.hour))
        return pool[balanced_draw(target, count, generator, weight, hour)]


def gather(pictures, frames, split, states, config):
    """Pictures, Frames and a Split -> Material. "unusable" is a label if enough is labelled so or made so."""
    count = sum(frames[i].label == UNUSABLE for i in split.train)
    known = count >= config.data.min_unusable or config.blocked.share > 0
    labels = list(states) + ([UNUSABLE] if known else [])
    numbers = {label: number for number, label in enumerate(labels)}
    weight = torch.ones(len(frames))
    weight[split.train] = torch.from_numpy(
        weights.of([frames[i] for i in split.train], pictures.exact[split.train], config.data))
    return Material(
        torch.from_numpy(pictures.exact), torch.from_numpy(pictures.wide),
        torch.tensor([numbers.get(frame.label, UNLABELLED) for frame in frames]), labels,
        torch.tensor(split.train, dtype=torch.int64), torch.tensor(split.held_out, dtype=torch.int64),
        config.data.margin, weight, torch.from_numpy(weights.hours(frames)))


def balanced_draw(target, count, generator, weight=None, hour=None):
    """`count` positions of `target` (int64 labels), drawn so that rare labels come nearly as often as common ones.

    weight: float32 [n] > 0, what a frame counts for (near-duplicates less); hour: int64 [n] >= 0, of the day:
    within a label, rare hours come more often than they are frequent.
    """
    weight = torch.ones(len(target)) if weight is None else weight
    chance = weight * _mass(target, weight)[target] ** -_BALANCE
    if hour is not None:
        cell = target * (int(hour.max()) + 1) + hour
        chance *= (_mass(cell, weight)[cell] / _mass(target, weight)[target]) ** -_HOUR_BALANCE
        chance *= (_mass(target, weight) ** (1 - _BALANCE) / _mass(target, chance))[target]
    return torch.multinomial(chance, count, replacement=True, generator=generator)


def _mass(group, weight):
    """Sum of the weights of every group 0.."""
    return torch.bincount(group, weight).clamp(min=1e-9).float()


def cover(pictures, target, config, labels, generator):
    """Hide the region in `config.blocked.share` of the pictures; their target becomes "unusable"."""
    if config.blocked.share <= 0 or UNUSABLE not in labels:
        return pictures, target
    hidden = torch.nonzero(torch.rand(len(pictures), generator=generator) < config.blocked.share)[:, 0]
    if len(hidden):
        pictures, target = pictures.clone(), target.clone()
        pictures[hidden] = occlude.block(pictures[hidden], config.blocked.cover, generator)
        target[hidden] = labels.index(UNUSABLE)
    return pictures, target


def student_views(material, indices, config, luma_spread, generator):
    """Shifted views of frames as the student's input: float32 [n, c, h, w] in 0..1."""
    height, width, channels = material.exact.shape[1:]
    pictures = augment.recompress(material.wide[indices], config.augment, generator)
    if channels == 1:
        pictures = augment.luma(pictures, generator, luma_spread)
    else:
        pictures = augment.pictures_of(pictures)
    return augment.view(pictures, height, width, material.margin, config.augment, generator)


def blocked_wide(material, indices, config, generator):
    """Synthetic blocked views of frames as the teacher sees them: float32 [n, 3, side, side] in 0..1."""
    side = config.teacher.side
    pictures = augment.view(augment.pictures_of(material.wide[indices]), side, side, material.margin, config.augment,
                            generator)
    return occlude.block(pictures, config.blocked.cover, generator)


def blocked_views(material, indices, config, copies, seed):
    """Synthetic blocked views of frames, fixed by `seed`: uint8 [n * copies, h, w, c], as the student sees them."""
    generator = torch.Generator().manual_seed(seed)
    pictures = student_views(material, indices.repeat(copies), config, 0.0, generator)
    pictures = occlude.block(pictures, config.blocked.cover, generator)
    return (pictures * 255).round().to(torch.uint8).permute(0, 2, 3, 1).contiguous()
