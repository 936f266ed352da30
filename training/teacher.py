"""The teacher: an ImageNet network, fine-tuned with fastai. The only file that knows fastai.

Discriminative rates and gradual unfreezing: Howard and Ruder, "Universal Language Model Fine-tuning",
arXiv 1801.06146. Temperature: Guo et al., "On Calibration of Modern Neural Networks", arXiv 1706.04599.
"""

import copy
import io

import torch
from torch import nn
from torch.nn import functional

from contract import durable
from training import augment, backbones, occlude
from training.errors import TrainingError
from training.material import cover


class Teacher(nn.Module):
    """Pictures float32 [n, 3, side, side] in 0..1 -> logits [n, labels], not yet divided by `temperature`."""

    def __init__(self, config, labels):
        super().__init__()
        backbone = backbones.build(config.network, config.side)
        self.body, self.stages = backbone.body, backbone.stages
        self.drop, self.head = nn.Dropout(0.2), nn.Linear(backbone.features, labels)
        self.register_buffer("temperature", torch.tensor(1.0))
        self.to(memory_format=torch.channels_last)

    def forward(self, x):
        return self.head(self.drop(self.body(x)))

    def groups(self, frozen):
        """Parameters of the `frozen` lowest stages, of the rest, of the head."""
        frozen = min(frozen, len(self.stages) - 1)
        parts = (self.stages[:frozen], self.stages[frozen:], [self.head])
        return [[p for module in part for p in module.parameters()] for part in parts]


def train(material, config, generator, progress, record):
    """Fine-tune on the training side; the epoch that is best on the held-out side is kept, calibrated.

    record(stage, step, **figures) is told every epoch. Returns a Teacher in evaluation mode.
    """
    from fastai.callback.core import Callback
    from fastai.callback.schedule import Learner  # patched with fit_one_cycle
    from fastai.callback.training import BnFreeze
    from fastai.data.core import DataLoaders
    from fastai.data.load import DataLoader

    held_x, held_y = _held_out(material, config, generator)
    held = [(held_x[i:i + 64], held_y[i:i + 64]) for i in range(0, len(held_x), 64)]
    own = material.labelled(material.train)
    size = config.teacher.batch
    steps = max(4, -(-len(own) // size))

    def batches(_):
        drawn = material.draw(own, material.target[own], size, generator)
        return _augmented(material, drawn, config, generator)

    class Report(Callback):
        order = 60  # after fastai's Recorder

        def before_fit(self):
            self.best = getattr(self, "best", float("inf"))

        def after_epoch(self):
            _, loss, right = map(float, self.recorder.values[-1])
            record("teacher", self.learn.done, held_out_loss=loss, held_out_accuracy=right)
            self.learn.done += 1
            progress.advance(1, held_out_loss=loss, held_out_accuracy=right)
            if loss <= self.best:
                self.best, self.state = loss, copy.deepcopy(self.learn.model.state_dict())

    def held_loss(logits, y):
        return functional.cross_entropy(logits, y, label_smoothing=0.05)

    def right(logits, y):
        return (logits.argmax(1) == y).float().mean()

    teacher = Teacher(config.teacher, len(material.labels))
    loaders = DataLoaders(DataLoader(list(range(steps)), bs=1, create_batch=batches),
                          DataLoader(held, bs=1, create_batch=lambda items: items[0]), device="cpu")
    report = Report()
    learner = Learner(loaders, teacher, held_loss, metrics=right, train_bn=False, wd=config.teacher.weight_decay,
                      splitter=lambda model: model.groups(config.teacher.frozen_blocks), cbs=[BnFreeze(), report])
    learner.done = 0
    progress.stage("teacher", config.teacher.head_epochs + config.teacher.epochs)
    with learner.no_bar(), learner.no_logging():
        learner.freeze_to(2)
        learner.fit_one_cycle(config.teacher.head_epochs, config.teacher.rate)
        learner.freeze_to(1)
        rate = config.teacher.rate / 2
        body = rate / config.teacher.slow_down
        learner.fit_one_cycle(config.teacher.epochs, [body, body, rate])
    teacher.load_state_dict(report.state)
    teacher.eval()
    _calibrate(teacher, held_x, held_y)
    return teacher


def _augmented(material, indices, config, generator):
    side = config.teacher.side
    x = augment.view(augment.pictures_of(material.wide[indices]), side, side, material.margin, config.augment, generator)
    x = occlude.cut_out(augment.light(x, config.augment, generator), config.augment.cut_out, generator)
    x, y = cover(x, material.target[indices], config, material.labels, generator)
    return augment.sensor(x, config.augment, generator), y


def clean(material, indices, config, generator):
    """The teacher's pictures of frames as they are: float32 [n, 3, side, side]."""
    side = config.teacher.side
    return augment.view(augment.pictures_of(material.wide[indices]), side, side, material.margin, config.augment, generator, move=False)


def _held_out(material, config, generator):
    indices = material.labelled(material.held_out)
    return clean(material, indices, config, generator), material.target[indices]


def _calibrate(teacher, x, y):
    """Set the temperature that minimises the held-out loss."""
    with torch.no_grad():
        logits = torch.cat([teacher(part) for part in x.split(64)])
    choices = torch.exp(torch.linspace(-1.0, 2.0, 61))
    losses = [functional.cross_entropy(logits / t, y) for t in choices]
    teacher.temperature.fill_(choices[int(torch.stack(losses).argmin())])


def logits(teacher, material, config, generator, progress):
    """Calibrated logits of every frame, labelled or not: float32 [n, labels]."""
    indices = torch.arange(len(material.target))
    progress.stage("soft labels", len(indices))
    parts = []
    with torch.no_grad():
        for part in indices.split(64):
            parts.append(teacher(clean(material, part, config, generator)) / teacher.temperature)
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
    except (OSError, KeyError, RuntimeError, EOFError, TrainingError):
        return None
    return teacher.eval()
