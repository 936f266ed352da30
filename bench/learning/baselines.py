"""Baselines: (a) a frozen ImageNet network with a dense head, (b) the same on farthest-first pictures, (c) our
student from scratch. Each returns probabilities of the unseen frames, float32 [n, labels], and the labels."""

import msgspec
import torch
from torch import nn
from torch.nn import functional

from bench.learning import labels
from training import distil, pixels, split
from training.material import gather

_HIDDEN, _DROPOUT, _RATE, _EPOCHS, _BATCH = 128, 0.3, 1e-3, 50, 16


def frozen_backbone(subject, chosen, draw):
    """chosen: indices of the pool's labelled frames. The head learns from cached features, so nothing is augmented."""
    states, pool = subject.installation.states, subject.installation.pool
    target = torch.tensor([states.index(pool[i].label) for i in chosen])
    head = train_head(subject.pool_features[chosen], target, len(states), subject.generator(4, draw))
    return probabilities(head, subject.unseen_features), states


def farthest_first(subject, chosen, draw):
    """As many labels as `chosen`, but of the pictures that are farthest apart. Views of no state are skipped, as a
    person would skip them."""
    states, pool = subject.installation.states, subject.installation.pool
    shown = [i for i, frame in enumerate(pool) if frame.label in states]
    own = labels.farthest_first(subject.pool_features[shown], len(chosen), subject.config.seed + draw)
    return frozen_backbone(subject, [shown[i] for i in own], draw)


def from_scratch(subject, chosen, draw):
    """Our student with our augmentation and our split, on labels alone: no teacher, no unlabelled frames."""
    # Without blocked views every answer is a state: none is lost to "unknown".
    config = msgspec.structs.replace(subject.config, blocked=msgspec.structs.replace(subject.config.blocked, share=0.0),
                                     seed=subject.config.seed + draw)
    pool, loaded = subject.installation.pool, subject.pool_pictures
    frames = [pool[i] for i in chosen]
    pictures = pixels.Pictures(loaded.exact[chosen], loaded.wide[chosen], [])
    sides = split.split(frames, config.data.held_out, config.data.block_minutes, config.seed)
    material = gather(pictures, frames, sides, subject.installation.states, config)
    student = distil.train(material, None, config, subject.generator(5, draw), subject.progress, lambda *_, **__: None)
    x = torch.from_numpy(subject.unseen_pictures.exact)
    with torch.no_grad():
        out = torch.cat([student(part.permute(0, 3, 1, 2).float() / 255) for part in x.split(256)])
    return functional.softmax(out, 1), material.labels


def train_head(features, target, count, generator):
    """A dense head on features [n, d] with targets [n] in 0..count-1, as state classification in Frigate has it:
    128 hidden units, dropout, Adam at 1e-3 for 50 epochs, no weights for rare states."""
    head = nn.Sequential(nn.Linear(features.shape[1], _HIDDEN), nn.ReLU(), nn.Dropout(_DROPOUT),
                         nn.Linear(_HIDDEN, count))
    optimiser = torch.optim.Adam(head.parameters(), _RATE)
    for _ in range(_EPOCHS):
        for part in torch.randperm(len(features), generator=generator).split(_BATCH):
            loss = functional.cross_entropy(head(features[part]), target[part])
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
    return head.eval()


def probabilities(head, features):
    with torch.no_grad():
        return functional.softmax(head(features), 1)
