"""A linear classifier on an ImageNet network that nobody has fine-tuned: seconds to learn, and hard to overfit."""

import torch

from training import augment, backbones, teacher

_DECAY = 0.1       # of the classifier's weights
_ITERATIONS = 8
_LEAST = 1e-3      # weight of a frame in a step: one that is sure of itself must not blow it up
_VIEWS = 400       # of labelled frames in other light, more or less
_MOST_VIEWS = 16   # of one of them
PART = 32          # pictures at a time


def frozen(config):
    """The network of config.teacher as ImageNet taught it: float32 [n, 3, side, side] in 0..1 -> [n, d]."""
    torch.manual_seed(config.seed)
    return backbones.build(config.teacher.network, config.teacher.side).body.eval().to(memory_format=torch.channels_last)


def features(material, config, generator, progress):
    """Features of every frame of training.material.Material as it is, float32 [n, d]."""
    body, count, parts = frozen(config), len(material.target), []
    progress.stage("features", count)
    with torch.no_grad():
        for part in torch.arange(count).split(PART):
            parts.append(body(teacher.clean(material, part, config, generator)))
            progress.advance(len(part))
    return torch.cat(parts).float()


def views(material, indices, config, generator):
    """Features of frames as another day might show them: float32 [k, n, d], k views of the n frames `indices`; the fewer
    frames, the more views."""
    body, copies = frozen(config), max(1, min(_MOST_VIEWS, _VIEWS // len(indices)))
    with torch.no_grad():
        parts = [body(augment.sensor(teacher.varied(material, part, config, generator), config.augment, generator))
                 for part in indices.repeat(copies).split(PART)]
    return torch.cat(parts).float().unflatten(0, (copies, len(indices)))


def standardised(found, like=None):
    """Features [..., d], such that those of `like` [n, d] (None: found) have mean 0 and, over all of a row, expected
    square 1."""
    like = found if like is None else like
    return (found - like.mean(0)) / (like.std(0, correction=0) + 1e-6) / like.shape[1] ** 0.5


def fit(x, y, states):
    """Learns from features x [n, d] and labels y int64 [n] in 0..states-1; returns features -> log odds [m, states].

    One state against the rest, every state counting the same: logistic regression with weight decay by Newton's
    method over the frames instead of the features, of which there are more: Zhu and Hastie, "Kernel Logistic
    Regression and the Import Vector Machine", Journal of Computational and Graphical Statistics 14 (2005).
    """
    x = x.double()
    products = x @ x.T + 1  # 1: of the constant that is the bias
    alpha = torch.stack([_against_rest(products, (y == state).double()) for state in range(states)], 1)
    return lambda found: (found.double() @ x.T + 1) @ alpha


def probabilities(odds):
    """Log odds [n, states] -> the same as shares of 1."""
    each = torch.sigmoid(odds)
    return each / each.sum(1, keepdim=True)


def _against_rest(products, true):
    """Weights of the frames, float64 [n], for the products of their features [n, n] and their truth, 0 or 1."""
    share = torch.where(true > 0, 0.5 / true.sum().clamp(min=1), 0.5 / (1 - true).sum().clamp(min=1)) * len(true)
    alpha = torch.zeros_like(true)
    for _ in range(_ITERATIONS):
        said = products @ alpha
        p = torch.sigmoid(said)
        weight = (share * p * (1 - p)).clamp(min=_LEAST)
        wanted = said + share * (true - p) / weight
        alpha = torch.linalg.solve(products + _DECAY * torch.diag(1 / weight), wanted)
    return alpha
