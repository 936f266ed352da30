"""Training the student on labels and on the teacher's opinion of labelled and unlabelled frames.

Hinton et al., "Distilling the Knowledge in a Neural Network", arXiv 1503.02531.
"""

import copy
import math

import torch
from torch.nn import functional

from contract.decision import UNUSABLE
from training import augment, occlude
from training.material import UNLABELLED, blocked_views, cover, student_views
from training.student import Student

_CHECKS = 12         # times a run looks at the held-out frames
_WARM_UP = 0.05      # share of the steps with a rising rate
_SMOOTHING = 0.05    # of hard labels


def train(material, soft, config, generator, progress, record):
    """soft: the teacher's calibrated logits [n, labels], or None to learn from labels alone.

    Returns a Student in evaluation mode: the averaged weights that were best on the held-out frames.
    """
    settings = config.student
    student = Student(settings, len(material.labels))
    average = copy.deepcopy(student).eval()
    optimiser = torch.optim.AdamW(student.parameters(), settings.rate, weight_decay=settings.weight_decay)
    held = held_out(material, config)
    pool, opinion = _pool(material, soft)
    every = max(1, settings.steps // _CHECKS)
    best_loss, best = math.inf, None
    progress.stage("student", settings.steps)
    for step in range(1, settings.steps + 1):
        for group in optimiser.param_groups:
            group["lr"] = settings.rate * _schedule(step / settings.steps)
        drawn = material.draw(pool, opinion, settings.batch, generator)
        loss = _loss(student.train(), material, soft, drawn, config, generator)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        _follow(average, student, min(settings.average, step / (step + 9)))
        progress.advance(1)
        if step % every == 0 or step == settings.steps:
            held_loss, right = score(average, *held)
            record("student", step, train_loss=float(loss.detach()), held_out_loss=held_loss, held_out_accuracy=right)
            progress.advance(0, held_out_loss=held_loss, held_out_accuracy=right)
            if held_loss <= best_loss:
                best_loss, best = held_loss, copy.deepcopy(average.state_dict())
    average.load_state_dict(best)
    return average


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


def _loss(student, material, soft, drawn, config, generator):
    settings, target = config.student, material.target[drawn]
    x = student_views(material, drawn, config, config.augment.luma, generator)
    x = augment.light(x, config.augment, generator)
    x = occlude.cut_out(x, config.augment.cut_out, generator)
    x, hard = cover(x, target, config, material.labels, generator)
    covered = hard != target
    out = student(augment.sensor(x, config.augment, generator))
    labelled = hard != UNLABELLED
    cross = functional.cross_entropy(out, hard.clamp(min=0), reduction="none", label_smoothing=_SMOOTHING) * labelled
    if soft is None:
        return cross.sum() / labelled.sum().clamp(min=1)
    warm = settings.temperature
    wanted = functional.log_softmax(soft[drawn] / warm, 1)
    distance = functional.kl_div(functional.log_softmax(out / warm, 1), wanted, reduction="none", log_target=True)
    distance = distance.sum(1) * warm * warm
    share = torch.where(covered, 0.0, torch.where(labelled, settings.distil, 1.0))
    return (share * distance + (1 - share) * cross).mean()


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
