"""The teacher: an ImageNet network, fine-tuned with fastai. The only file that knows fastai.

Discriminative rates and gradual unfreezing: Howard and Ruder, "Universal Language Model Fine-tuning",
arXiv 1801.06146. Calibration: training.calibrate.
"""

import copy
import io
import pickle

import torch
from torch import nn
from torch.nn import functional

from contract import durable
from contract.decision import UNUSABLE
from training import augment, backbones, calibrate, occlude
from training.errors import TrainingError
from training.material import cover

_HEAD = 3  # its place among Teacher.groups
_LABELLED = 1 / 8  # least share of labels in a batch, the rest are guesses: more of few labels would be learnt by heart
_FEWEST_STEPS = 16  # of an epoch, however few the labels
_ALIKE = 0.005  # held-out losses that differ by less say nothing; the epoch that has learnt more is taken
_REACH = 4  # pixels
_SHIFTS = ((0, 0), (-_REACH, 0), (_REACH, 0), (0, -_REACH), (0, _REACH))  # across, down: the views that must agree


class Teacher(nn.Module):
    """Pictures float32 [n, 3, side, side] in 0..1 -> logits [n, labels], not yet calibrated by `offset` and `temperature`."""

    def __init__(self, config, labels):
        super().__init__()
        backbone = backbones.build(config.network, config.side)
        self.body, self.stages = backbone.body, backbone.stages
        self.drop, self.head = nn.Dropout(0.2), nn.Linear(backbone.features, labels)
        self.register_buffer("temperature", torch.tensor(1.0))
        self.register_buffer("offset", torch.zeros(labels))
        self.to(memory_format=torch.channels_last)

    def forward(self, x):
        return self.head(self.drop(self.body(x)))

    def groups(self, frozen):
        """Parameters of the `frozen` lowest stages, of the lower and the upper half of the rest, of the head."""
        frozen = min(frozen, len(self.stages) - 1)
        middle = (frozen + len(self.stages)) // 2
        parts = (self.stages[:frozen], self.stages[frozen:middle], self.stages[middle:], [self.head])
        return [[p for module in part for p in module.parameters()] for part in parts]


def train(material, config, generator, progress, record):
    """Fine-tune on the training side, from the head downwards, on labels and on what unlabelled frames probably show; the
    epoch that is best on the held-out side is kept, calibrated.

    record(stage, step, **figures) is told every epoch. Returns a Teacher in evaluation mode.
    """
    from fastai.callback.core import Callback, CancelFitException
    from fastai.callback.schedule import Learner  # patched with fit_one_cycle
    from fastai.callback.training import BnFreeze
    from fastai.data.core import DataLoaders
    from fastai.data.load import DataLoader

    held_x, held_y = _held_out(material, config, generator)
    held = [(held_x[i:i + 64], held_y[i:i + 64]) for i in range(0, len(held_x), 64)]
    own, guessed = material.labelled(material.train), material.guessed(material.train)
    size = config.teacher.batch
    labelled = max(1, round(size * max(_LABELLED, len(own) / (len(own) + len(guessed)))))
    steps = max(_FEWEST_STEPS, -(-len(own) // size))

    def batches(_):
        drawn = material.draw(own, material.target[own], labelled, generator)
        if labelled < size:
            others = material.draw(guessed, material.guess[guessed], size - labelled, generator)
            drawn = torch.cat([drawn, others])
        return _augmented(material, drawn, config, generator)

    class Report(Callback):
        order = 60  # after fastai's Recorder

        def before_fit(self):
            self.best, self.waited = getattr(self, "best", float("inf")), 0

        def before_validate(self):
            self.said = []

        def after_pred(self):
            if not self.training:
                self.said.append(self.pred)

        def after_epoch(self):
            loss, right = calibrate.loss(torch.cat(self.said), held_y), float(self.recorder.values[-1][-1])
            record("teacher", self.learn.done, held_out_loss=loss, held_out_accuracy=right)
            self.learn.done += 1
            progress.advance(1, held_out_loss=loss, held_out_accuracy=right)
            self.waited += 1
            if loss <= self.best + _ALIKE:
                self.state = copy.deepcopy(self.learn.model.state_dict())
            if loss <= self.best:
                self.best, self.waited = loss, 0
            if self.patience and self.waited >= self.patience:
                raise CancelFitException

    def smoothed(logits, y):
        return functional.cross_entropy(logits, y, label_smoothing=0.05)

    def right(logits, y):
        return (logits.argmax(1) == y).float().mean()

    teacher = Teacher(config.teacher, len(material.labels))
    loaders = DataLoaders(DataLoader(list(range(steps)), bs=1, create_batch=batches),
                          DataLoader(held, bs=1, create_batch=lambda items: items[0]), device="cpu")
    report = Report()
    learner = Learner(loaders, teacher, smoothed, metrics=right, train_bn=False, wd=config.teacher.weight_decay,
                      splitter=lambda model: model.groups(config.teacher.frozen_blocks), cbs=[BnFreeze(), report])
    settings = config.teacher
    learner.done, report.patience = 0, 0
    progress.stage("teacher", settings.head_epochs + settings.thaw_epochs + settings.epochs)
    rate = settings.rate / 2
    body = rate / settings.slow_down
    with learner.no_bar(), learner.no_logging():
        learner.freeze_to(_HEAD)
        learner.fit_one_cycle(settings.head_epochs, settings.rate)
        if settings.thaw_epochs:
            learner.freeze_to(_HEAD - 1)
            learner.fit_one_cycle(settings.thaw_epochs, [body, body, body, rate])
        report.patience = settings.patience
        learner.freeze_to(1)
        learner.fit_one_cycle(settings.epochs, [body, body, body, rate])
    teacher.load_state_dict(report.state)
    teacher.eval()
    _calibrate(teacher, held_x, held_y, material.labels, config)
    return teacher


def _augmented(material, indices, config, generator):
    x, y = cover(varied(material, indices, config, generator), material.believed(indices), config, material.labels, generator)
    return augment.sensor(x, config.augment, generator), y


def varied(material, indices, config, generator):
    """The teacher's pictures of frames as another day might show them, without noise: float32 [n, 3, side, side]."""
    side = config.teacher.side
    x = augment.pictures_of(augment.recompress(material.wide[indices], config.augment, generator))
    x = augment.view(x, side, side, material.margin, config.augment, generator)
    return occlude.cut_out(augment.light(x, config.augment, generator), config.augment.cut_out, generator)


def clean(material, indices, config, generator):
    """The teacher's pictures of frames as they are: float32 [n, 3, side, side]."""
    side = config.teacher.side
    x = augment.pictures_of(material.wide[indices])
    return augment.view(x, side, side, material.margin, config.augment, generator, move=False)


def _held_out(material, config, generator):
    indices = material.checks()
    return clean(material, indices, config, generator), material.believed(indices)


def _calibrate(teacher, x, y, labels, config):
    """Set offset and temperature by the held-out frames."""
    with torch.no_grad():
        logits = torch.cat([_agreed(teacher, part, config.teacher.agreement)[0] for part in x.split(64)])
    states = len(labels) - (UNUSABLE in labels)
    found = calibrate.fit(logits, y, states)
    teacher.offset.copy_(torch.tensor(found.offset))
    teacher.temperature.fill_(found.temperature)


def _agreed(teacher, x, agreement):
    """(logits not yet calibrated, pooled features), averaged over `agreement` views of x, each moved by some pixels.

    A door has one side for its hinge, so nothing is mirrored.
    """
    logits, pooled = 0, 0
    for across, down in _SHIFTS[:agreement]:
        moved = functional.pad(x, (_REACH,) * 4, mode="replicate")
        moved = moved[:, :, _REACH + down:_REACH + down + x.shape[2], _REACH + across:_REACH + across + x.shape[3]]
        features = teacher.body(moved)
        logits, pooled = logits + teacher.head(features) / agreement, pooled + features / agreement
    return logits, pooled


def opinion(teacher, x, agreement=1):
    """Pictures float32 [n, 3, side, side] in 0..1 -> calibrated logits [n, labels], pooled features [n, features]."""
    with torch.no_grad():
        logits, pooled = _agreed(teacher, x, agreement)
    return (logits + teacher.offset) / teacher.temperature, pooled


def logits(teacher, material, config, generator, progress):
    """Calibrated logits of every frame, labelled or not: float32 [n, labels]."""
    indices = torch.arange(len(material.target))
    progress.stage("soft labels", len(indices))
    parts = []
    for part in indices.split(64):
        parts.append(opinion(teacher, clean(material, part, config, generator), config.teacher.agreement)[0])
        progress.advance(len(part))
    return torch.cat(parts)


def save(teacher, path, inputs):
    """`inputs`: text that identifies everything the teacher was made from."""
    buffer = io.BytesIO()
    torch.save({"inputs": inputs, "weights": teacher.state_dict()}, buffer)
    durable.write(path, buffer.getvalue())


def load(path, config, labels, inputs):
    """The Teacher saved at `path` if it was made from `inputs`, else None."""
    try:
        saved = torch.load(path, map_location="cpu", weights_only=True)
        if saved["inputs"] != inputs:
            return None
        teacher = Teacher(config.teacher, labels)
        teacher.load_state_dict(saved["weights"])
    except (OSError, KeyError, RuntimeError, EOFError, pickle.UnpicklingError, TrainingError):
        return None
    return teacher.eval()
