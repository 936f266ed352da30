"""What the student learns from, step by step: pictures, labels, the teacher's opinion.

Every step has random numbers of its own, so that a batch depends on nothing but its number: it can be prepared on
another core while the network learns from the one before, and a training that goes on after a kill needs no history.
"""

from dataclasses import dataclass

import torch

from training import ahead, augment, occlude
from training.material import UNLABELLED, cover, student_views


@dataclass
class Batch:
    """pictures float32 [n, c, h, w] in 0..1; target int64 [n], UNLABELLED or a label, that of covered pictures
    "unusable"; covered bool [n]; wanted: the teacher's calibrated logits float32 [n, labels] or None; features: the
    teacher's float32 [m, features] of the first m pictures, or None."""

    pictures: torch.Tensor
    target: torch.Tensor
    covered: torch.Tensor
    wanted: torch.Tensor | None
    features: torch.Tensor | None


class Batches:
    """soft: the teacher's calibrated logits [frames, labels], or None to learn from labels alone; lessons: views that
    the teacher has seen too (training.lessons), or None; generator: one number of it fixes all batches."""

    def __init__(self, material, soft, config, generator, lessons=None):
        self._material, self._soft, self._config, self._lessons = material, soft, config, lessons
        self._seed = int(torch.randint(1 << 62, (1,), generator=generator))
        self._pool = material.train if soft is not None else material.labelled(material.train)
        self._opinion = material.target[self._pool]  # balances the labels: the teacher's where there is none
        if soft is not None:
            self._opinion = torch.where(self._opinion == UNLABELLED, soft[self._pool].argmax(1), self._opinion)

    def batch(self, step):
        """The Batch of step `step`."""
        generator, settings, lessons = torch.Generator().manual_seed(self._seed + step), self._config.student, self._lessons
        drawn = self._material.draw(self._pool, self._opinion, settings.batch, generator)
        matched = round(len(drawn) * settings.matched) if lessons is not None else 0  # they come first
        parts, wanted, features = [], [], None
        if matched:
            rows = lessons.rows(drawn[:matched], generator)
            parts, wanted, features = [lessons.pictures(rows)], [lessons.logits[rows]], lessons.features[rows].float()
        if matched < len(drawn):
            parts.append(self._fresh(drawn[matched:], generator))
        if self._soft is not None:
            wanted.append(self._soft[drawn[matched:]])
        known = self._material.target[drawn]
        x, target = cover(torch.cat(parts), known, self._config, self._material.labels, generator)
        return Batch(augment.sensor(x, self._config.augment, generator), target, target != known,
                     torch.cat(wanted) if wanted else None, features)

    def _fresh(self, frames, generator):
        """Views nobody has seen; the teacher's opinion of them is that of the frames as they are."""
        config = self._config.augment
        x = student_views(self._material, frames, self._config, config.luma, generator)
        return occlude.cut_out(augment.light(x, config, generator), config.cut_out, generator)

    def steps(self, first, last):
        """(step, Batch) of first..last, in order; with two threads or more of torch's, one prepares the next ones."""
        steps, threads = range(first, last + 1), torch.get_num_threads()
        return ahead.results(lambda step: (step, self.batch(step)), steps, min(1, threads - 1), threads - 1)
