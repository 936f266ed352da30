"""Training the student on labels and on the teacher's opinion of labelled and unlabelled frames.

Hinton et al., "Distilling the Knowledge in a Neural Network", arXiv 1503.02531.
"""

import copy
import math

import torch
from torch import nn
from torch.nn import functional

from contract.decision import UNUSABLE
from training import augment, checkpoint as checkpoints, config as configuration, occlude
from training.material import UNLABELLED, blocked_views, cover, student_views
from training.student import Student

_CHECKS = 12         # times a run looks at the held-out frames
_WARM_UP = 0.05      # share of the steps with a rising rate
_SMOOTHING = 0.05    # of hard labels
_KEEP = 50           # steps between two writings of the checkpoint, at most


def train(material, soft, config, generator, progress, record, lessons=None, checkpoint=None):
    """soft: the teacher's calibrated logits [n, labels], or None to learn from labels alone; lessons: views that the
    teacher has seen too (training.lessons), or None. checkpoint: path of a file; a training of the same inputs that was
    killed goes on from it with the same result, one that had ended returns at once.

    Returns a Student in evaluation mode: the averaged weights that were best on the held-out frames.
    """
    settings = config.student
    student = Student(settings, len(material.labels))
    average = copy.deepcopy(student).eval()
    hint = Hint(student, lessons)
    optimiser = torch.optim.AdamW([*student.parameters(), *hint.parameters()], settings.rate,
                                  weight_decay=settings.weight_decay)
    held = held_out(material, config)
    pool, opinion = _pool(material, soft)
    every = max(1, settings.steps // _CHECKS)
    inputs = "" if checkpoint is None else _inputs(material, soft, config, lessons)
    state = checkpoints.Progress(checkpoint, inputs, {"student": student, "average": average, "hint": hint}, optimiser,
                                 generator)
    progress.stage("student", settings.steps)
    if state.restore():
        progress.say(f"the student goes on from step {state.step}")
        progress.advance(state.step)
        for row in state.rows:
            record("student", row["step"], **row["figures"])
    while state.step < settings.steps:
        state.step += 1
        for group in optimiser.param_groups:
            group["lr"] = settings.rate * _schedule(state.step / settings.steps)
        drawn = material.draw(pool, opinion, settings.batch, generator)
        loss = _loss(student.train(), material, soft, drawn, config, generator, lessons, hint)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        _follow(average, student, min(settings.average, state.step / (state.step + 9)))
        if state.step % every == 0 or state.step == settings.steps:
            held_loss, right = score(average, *held)
            figures = {"train_loss": float(loss.detach()), "held_out_loss": held_loss, "held_out_accuracy": right}
            record("student", state.step, **figures)
            state.look(held_loss, average.state_dict(), {"step": state.step, "figures": figures})
            progress.advance(0, held_out_loss=held_loss, held_out_accuracy=right)
        if state.step % min(_KEEP, every) == 0 or state.step == settings.steps:
            state.save()
        progress.advance(1)
    average.load_state_dict(state.best)
    return average


class Hint(nn.Module):
    """A linear map of the student's pooled features to the teacher's; without lessons it has no weights."""

    def __init__(self, student, lessons):
        super().__init__()
        self._seen = None
        self.map = nn.Identity() if lessons is None else nn.Linear(student.dense.in_features, lessons.features.shape[1])
        if lessons is not None:
            student.drop.register_forward_pre_hook(self._see)

    def _see(self, _, inputs):
        self._seen = inputs[0]

    def distance(self, features, counted):
        """Mean square distance of the last batch's first rows to `features` [m, features] where `counted` [m]."""
        found = self.map(self._seen[:len(features)])
        distance = (found - features).square().mean(1) * counted
        return distance.sum() / len(self._seen)


def _inputs(material, soft, config, lessons):
    parts = [material.exact, material.wide, material.target, material.train, material.held_out]
    parts += [soft] if soft is not None else []
    parts += [lessons.views, lessons.logits] if lessons is not None else []
    return checkpoints.digest(configuration.dump(config), *parts)


def _pool(material, soft):
    """Training frames to draw from, and the label (the teacher's for unlabelled ones) that balances them."""
    pool = material.train if soft is not None else material.labelled(material.train)
    opinion = material.target[pool]
    if soft is not None:
        opinion = torch.where(opinion == UNLABELLED, soft[pool].argmax(1), opinion)
    return pool, opinion


def _schedule(part):
    return min(part / _WARM_UP, 0.5 * (1 + math.cos(math.pi * part)) + 0.01)


def _follow(average, student, decay):
    with torch.no_grad():
        for mine, new in zip(average.state_dict().values(), student.state_dict().values()):
            if mine.dtype.is_floating_point:
                mine.lerp_(new, 1 - decay)
            else:
                mine.copy_(new)


def _loss(student, material, soft, drawn, config, generator, lessons=None, hint=None):
    settings, target = config.student, material.target[drawn]
    matched = round(len(drawn) * settings.matched) if lessons is not None else 0  # they come first
    rows = lessons.rows(drawn[:matched], generator) if matched else None
    x = _fresh(material, drawn[matched:], config, generator) if matched < len(drawn) else None
    if matched:
        x = lessons.pictures(rows) if x is None else torch.cat([lessons.pictures(rows), x])
    x, hard = cover(x, target, config, material.labels, generator)
    covered = hard != target
    out = student(augment.sensor(x, config.augment, generator))
    labelled = hard != UNLABELLED
    cross = functional.cross_entropy(out, hard.clamp(min=0), reduction="none", label_smoothing=_SMOOTHING) * labelled
    if soft is None:
        return cross.sum() / labelled.sum().clamp(min=1)
    said = torch.cat([lessons.logits[rows], soft[drawn[matched:]]]) if matched else soft[drawn]
    warm = settings.temperature
    wanted = functional.log_softmax(said / warm, 1)
    distance = functional.kl_div(functional.log_softmax(out / warm, 1), wanted, reduction="none", log_target=True)
    distance = distance.sum(1) * warm * warm
    share = torch.where(covered, 0.0, torch.where(labelled, settings.distil, 1.0))
    loss = (share * distance + (1 - share) * cross).mean()
    if matched and settings.hint:
        loss = loss + settings.hint * hint.distance(lessons.features[rows].float(), ~covered[:matched])
    return loss


def _fresh(material, frames, config, generator):
    """Views nobody has seen; the teacher's opinion of them is that of the frames as they are."""
    x = student_views(material, frames, config, config.augment.luma, generator)
    x = augment.light(x, config.augment, generator)
    return occlude.cut_out(x, config.augment.cut_out, generator)


def held_out(material, config):
    """(exact uint8 pictures, targets) that choose between networks: held-out frames, some of them blocked."""
    indices = material.labelled(material.held_out)
    x, y = material.exact[indices], material.target[indices]
    if config.blocked.share > 0 and UNUSABLE in material.labels:
        some = indices[:: max(1, len(indices) // 60)]
        blocked = blocked_views(material, some, config, 1, config.seed)
        x = torch.cat([x, blocked])
        y = torch.cat([y, torch.full((len(blocked),), material.labels.index(UNUSABLE))])
    return x, y


def score(student, x, y):
    """(mean cross entropy, accuracy) of a float network on uint8 pictures [n, h, w, c]."""
    with torch.no_grad():
        out = torch.cat([student(part.permute(0, 3, 1, 2).float() / 255) for part in x.split(256)])
    return float(functional.cross_entropy(out, y)), float((out.argmax(1) == y).float().mean())
