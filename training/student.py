"""The networks that run on the camera, in three families: batch normalised, ReLU, made of the camera's kernels.

separable: every block a depthwise and a pointwise convolution (Howard et al., "MobileNets", arXiv 1704.04861).
plain: every block a 3x3 convolution. residual: every block a separable one around which its input is added (He et al.,
arXiv 1512.03385), behind a pool where it halves the map and a pointwise one where it changes the channels.
"""

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

from training.cost import shapes
from training.errors import TrainingError

_GROUP = 8  # channels that the camera's kernels take at a time


@dataclass
class Layer:
    """One kernel call in real numbers, batch normalisation folded in.

    op is one of contract.model.OPS; weight is float32 in the kernel's layout (conv2d_3x3 [oc,3,3,ic],
    depthwise_3x3 [3,3,c], pointwise [oc,ic], dense [oc,ic], avgpool and add None); bias float32 [oc].
    source: of an add, the index of the layer whose output is added.
    """

    op: str
    stride: int
    out_channels: int
    relu: bool
    weight: torch.Tensor | None = None
    bias: torch.Tensor | None = None
    source: int | None = None


class _ConvNorm(nn.Module):
    def __init__(self, op, in_channels, out_channels, stride, relu=True):
        super().__init__()
        self.op, self.stride, self.relu = op, stride, relu
        size, groups = (1, 1) if op == "pointwise" else (3, 1)
        if op == "depthwise_3x3":
            groups = in_channels
        self.conv = nn.Conv2d(in_channels, out_channels, size, stride, size // 2, groups=groups, bias=False)
        self.norm = nn.BatchNorm2d(out_channels)

    def forward(self, x):
        x = self.norm(self.conv(x))
        return torch.relu(x) if self.relu else x

    def folded(self, first):
        """The convolution with the normalisation's scale and offset in its weight and bias, as a list of one Layer."""
        norm = self.norm
        gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        weight = self.conv.weight * gain[:, None, None, None]
        bias = norm.bias - norm.running_mean * gain
        layout = {"conv2d_3x3": lambda w: w.permute(0, 2, 3, 1),
                  "depthwise_3x3": lambda w: w[:, 0].permute(1, 2, 0),
                  "pointwise": lambda w: w[:, :, 0, 0]}[self.op]
        return [Layer(self.op, self.stride, len(bias), self.relu, layout(weight).detach().contiguous(), bias.detach())]


class _Pool(nn.Module):
    """Means of windows of 2 x 2; a last odd row or column is dropped."""

    def __init__(self, channels):
        super().__init__()
        self.channels = channels

    def forward(self, x):
        return functional.avg_pool2d(x, 2)

    def folded(self, first):
        return [Layer("avgpool", 2, self.channels, False)]


class _Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.depthwise = _ConvNorm("depthwise_3x3", channels, channels, 1)
        self.pointwise = _ConvNorm("pointwise", channels, channels, 1, relu=False)

    def forward(self, x):
        return torch.relu(x + self.pointwise(self.depthwise(x)))

    def folded(self, first):
        """`first`: index of the first of these layers in the network; what is added is the output before it."""
        inner = self.depthwise.folded(first) + self.pointwise.folded(first + 1)
        return [*inner, Layer("add", 1, inner[-1].out_channels, True, source=first - 1)]


def _separable(channels, out_channels, stride):
    return [_ConvNorm("depthwise_3x3", channels, channels, stride), _ConvNorm("pointwise", channels, out_channels, 1)]


def _plain(channels, out_channels, stride):
    return [_ConvNorm("conv2d_3x3", channels, out_channels, stride)]


def _residual(channels, out_channels, stride):
    halved = [_Pool(channels)] if stride == 2 else []
    widened = [_ConvNorm("pointwise", channels, out_channels, 1)] if channels != out_channels else []
    return [*halved, *widened, _Residual(out_channels)]


_FAMILIES = {"separable": _separable, "plain": _plain, "residual": _residual}


def scaled(channels, multiplier):
    """`channels` times the width multiplier, in whole groups of the kernels; as they are if it is 1."""
    return channels if multiplier == 1 else max(_GROUP, round(channels * multiplier / _GROUP) * _GROUP)


class Student(nn.Module):
    """`config`: training.config.Student; `labels`: number of logits.

    Input float32 [n, channels, height, width] in 0..1 (pixel / 255); output logits [n, labels]. Raises TrainingError
    if pools halve the input more often than it can be.
    """

    def __init__(self, config, labels):
        super().__init__()
        self.height, self.width, self.channels = config.height, config.width, config.channels
        halvings = 1 + sum(stride == 2 for _, stride in config.blocks)
        if config.family == "residual" and min(config.height, config.width) >> halvings == 0:
            raise TrainingError(f"an input of {config.width}x{config.height} cannot be halved {halvings} times")
        channels = scaled(config.stem, config.multiplier)
        layers = [_ConvNorm("conv2d_3x3", config.channels, channels, 2)]
        for wanted, stride in config.blocks:
            out_channels = scaled(wanted, config.multiplier)
            layers += _FAMILIES[config.family](channels, out_channels, stride)
            channels = out_channels
        self.features = nn.Sequential(*layers)
        self.drop = nn.Dropout(config.dropout)
        self.dense = nn.Linear(channels, labels)

    def forward(self, x):
        return self.dense(self.drop(self.features(x).mean((2, 3))))

    def folded(self):
        """The network as a list of Layer, in the order of the camera's kernels."""
        layers = []
        for part in self.features:
            layers += part.folded(len(layers))
        layers.append(Layer("avgpool", 1, layers[-1].out_channels, False))
        dense = self.dense
        layers.append(Layer("dense", 1, dense.out_features, False, dense.weight.detach(), dense.bias.detach()))
        return layers


def multiply_adds(layers, height, width, channels):
    """Multiplications of one inference, as the table of peers counts them (pools and additions are free)."""
    inputs = {"conv2d_3x3": lambda one: 9 * one.channels, "depthwise_3x3": lambda one: 9,
              "pointwise": lambda one: one.channels, "dense": lambda one: one.height * one.width * one.channels}
    return sum(one.out_height * one.out_width * one.out_channels * inputs[one.op](one)
               for one in shapes(layers, height, width, channels) if one.op in inputs)
