"""Training the student on labels and on the teacher's opinion of labelled and unlabelled frames.

Hinton et al., "Distilling the Knowledge in a Neural Network", arXiv 1503.02531.
"""

import copy
import math
from contextlib import closing

import torch
from torch import nn
from torch.nn import functional

from contract.decision import UNUSABLE
from training import checkpoint as checkpoints, config as configuration
from training.allocator import keep_freed_memory
from training.averaging import follow
from training.batches import Batches
from training.material import UNLABELLED, blocked_views
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
    keep_freed_memory()
    settings = config.student
    student = Student(settings, len(material.labels)).to(memory_format=torch.channels_last)
    average = copy.deepcopy(student).eval()
    hint = Hint(student, lessons)
    optimiser = torch.optim.AdamW([*student.parameters(), *hint.parameters()], settings.rate,
                                  weight_decay=settings.weight_decay, fused=True)
    held, batches = held_out(material, config), Batches(material, soft, config, generator, lessons)
    every = max(1, settings.steps // _CHECKS)
    inputs = "" if checkpoint is None else _inputs(material, soft, config, lessons)
    state = checkpoints.Progress(checkpoint, inputs, {"student": student, "average": average, "hint": hint}, optimiser)
    progress.stage("student", settings.steps)
    if state.restore():
        progress.say(f"the student goes on from step {state.step}")
        progress.advance(state.step)
        for row in state.rows:
            record("student", row["step"], **row["figures"])
    with closing(batches.steps(state.step + 1, settings.steps)) as steps:
        for step, batch in steps:
            loss = _learn(student, batch, hint, optimiser, settings, step)
            follow(average, student, min(settings.average, step / (step + 9)))
            state.step = step
            if step % every == 0 or step == settings.steps:
                held_loss, right = score(average, *held)
                figures = {"train_loss": float(loss), "held_out_loss": held_loss, "held_out_accuracy": right}
                record("student", step, **figures)
                state.look(held_loss, average.state_dict(), {"step": step, "figures": figures})
                progress.advance(0, held_out_loss=held_loss, held_out_accuracy=right)
            if step % min(_KEEP, every) == 0 or step == settings.steps:
                state.save()
            progress.advance(1)
    average.load_state_dict(state.best)
    return average


def _learn(student, batch, hint, optimiser, settings, step):
    """One step; returns its loss."""
    for group in optimiser.param_groups:
        group["lr"] = settings.rate * _schedule(step / settings.steps)
    found = loss(student.train(), batch, settings, hint)
    optimiser.zero_grad(set_to_none=True)
    found.backward()
    optimiser.step()
    return found.detach()


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
    believed = material.believed(torch.arange(len(material.target)))
    parts = [material.exact, material.wide, material.target, believed, material.train, material.held_out]
    parts += [soft] if soft is not None else []
    parts += [lessons.views, lessons.logits] if lessons is not None else []
    return checkpoints.digest(configuration.dump(config), *parts)


def _schedule(part):
    return min(part / _WARM_UP, 0.5 * (1 + math.cos(math.pi * part)) + 0.01)


def loss(network, batch, settings, hint=None):
    """Mean loss of a training.batches.Batch: labels, the teacher's opinion where there is one, with `hint` its features.

    network: takes float32 [n, c, h, w] in 0..1, gives real logits; settings: training.config.Student.
    """
    out, labelled = network(batch.pictures), batch.target != UNLABELLED
    cross = functional.cross_entropy(out, batch.target.clamp(min=0), reduction="none", label_smoothing=_SMOOTHING)
    cross = cross * labelled
    if batch.wanted is None:
        return cross.sum() / labelled.sum().clamp(min=1)
    warm = settings.temperature
    wanted = functional.log_softmax(batch.wanted / warm, 1)
    distance = functional.kl_div(functional.log_softmax(out / warm, 1), wanted, reduction="none", log_target=True)
    distance = distance.sum(1) * warm * warm
    share = torch.where(batch.covered, 0.0, torch.where(labelled, settings.distil, 1.0))
    total = (share * distance + (1 - share) * cross).mean()
    if hint is not None and batch.features is not None and settings.hint:
        total = total + settings.hint * hint.distance(batch.features, ~batch.covered[:len(batch.features)])
    return total


def held_out(material, config):
    """(exact uint8 pictures, targets) that choose between networks: held-out frames, some of them blocked."""
    indices = material.checks()
    x, y = material.exact[indices], material.believed(indices)
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
