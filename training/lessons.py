"""Pictures that the teacher has seen exactly as the student sees them, with what it made of them.

Function matching on consistent views: Beyer et al., "Knowledge distillation: A good teacher is patient and
consistent", arXiv 2106.05237. The teacher is too slow to look at every step's pictures, so a bank of views is
drawn once; the student meets each with sensor noise of its own. Its pooled features are those that a linear map
of the student's shall reach: Romero et al., "FitNets: Hints for Thin Deep Nets", arXiv 1412.6550.
"""

from contextlib import closing
from dataclasses import dataclass

import torch
from torch.nn import functional

from training import ahead, augment, occlude
from training.allocator import keep_freed_memory
from training.teacher import opinion

_PART = 32      # pictures at a time
_MOST = 16      # views of one frame


@dataclass
class Lessons:
    """`copies` rows a training frame: views uint8 [n * copies, c, h, w], the teacher's calibrated logits float32
    [n * copies, labels] and pooled features float16 [n * copies, features], centred, of mean square 1; first:
    int64, the first row of every frame (-1: none)."""

    views: torch.Tensor
    logits: torch.Tensor
    features: torch.Tensor
    first: torch.Tensor
    copies: int

    def rows(self, frames, generator):
        """One of the rows of every frame, drawn."""
        return self.first[frames] + torch.randint(self.copies, (len(frames),), generator=generator)

    def pictures(self, rows):
        """float32 [n, c, h, w] in 0..1."""
        return self.views[rows].float() / 255


def prepare(taught, material, config, generator, progress):
    """Lessons of the training frames, about config.student.views rows; None if config.student.matched is 0."""
    if not config.student.matched:
        return None
    copies = max(1, min(_MOST, config.student.views // len(material.train)))
    keep_freed_memory()
    seed, parts = int(torch.randint(1 << 62, (1,), generator=generator)), material.train.repeat_interleave(copies).split(_PART)
    threads = torch.get_num_threads()

    def part(number):
        own = torch.Generator().manual_seed(seed + number)  # so that parts may be made side by side
        return _seen(taught, material, parts[number], config, own)
    progress.stage("lessons", sum(map(len, parts)))
    views, logits, features = [], [], []
    with closing(ahead.results(part, range(len(parts)), threads if threads > 1 else 0)) as found:
        for small, said, pooled in found:
            views.append(small)
            logits.append(said)
            features.append(pooled)
            progress.advance(len(small))
    first = torch.full((len(material.target),), -1)
    first[material.train] = torch.arange(len(material.train)) * copies
    pooled = torch.cat(features)
    pooled = pooled - pooled.mean(0)
    pooled = (pooled / pooled.square().mean().sqrt().clamp(min=1e-6)).half()
    return Lessons(torch.cat(views), torch.cat(logits), pooled, first, copies)


def _seen(taught, material, frames, config, generator):
    """(views uint8, the teacher's logits, its features) of one view a frame."""
    with torch.no_grad():
        x, side = _view(material, frames, config, generator), config.teacher.side
        small = (_small(x, material.exact.shape[1:], config, generator) * 255).round().to(torch.uint8)
        return small, *opinion(taught, _resized(x, side, side))


def _view(material, frames, config, generator):
    """RGB [n, 3, side, side] as fine as the finer of the two networks."""
    side = max(config.teacher.side, *material.exact.shape[1:3])
    x = augment.pictures_of(augment.recompress(material.wide[frames], config.augment, generator))
    x = augment.view(x, side, side, material.margin, config.augment, generator)
    x = augment.light(x, config.augment, generator)
    return occlude.cut_out(x, config.augment.cut_out, generator)


def _small(x, shape, config, generator):
    height, width, channels = shape
    x = augment.luma(x, generator, config.augment.luma) if channels == 1 else x
    return _resized(x, height, width)


def _resized(x, height, width):
    return x if x.shape[2:] == (height, width) else functional.interpolate(x, (height, width), mode="area")
