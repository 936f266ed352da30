"""The network that runs on the camera: depthwise separable, batch normalised, ReLU.

Depthwise separable convolutions: Howard et al., "MobileNets", arXiv 1704.04861.
"""

from dataclasses import dataclass

import torch
from torch import nn


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
    def __init__(self, op, in_channels, out_channels, stride):
        super().__init__()
        self.op, self.stride = op, stride
        size, groups = (1, 1) if op == "pointwise" else (3, 1)
        if op == "depthwise_3x3":
            groups = in_channels
        self.conv = nn.Conv2d(in_channels, out_channels, size, stride, size // 2, groups=groups, bias=False)
        self.norm = nn.BatchNorm2d(out_channels)

    def forward(self, x):
        return torch.relu(self.norm(self.conv(x)))

    def folded(self):
        """The convolution with the normalisation's scale and offset in its weight and bias."""
        norm = self.norm
        gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        weight = self.conv.weight * gain[:, None, None, None]
        bias = norm.bias - norm.running_mean * gain
        layout = {"conv2d_3x3": lambda w: w.permute(0, 2, 3, 1),
                  "depthwise_3x3": lambda w: w[:, 0].permute(1, 2, 0),
                  "pointwise": lambda w: w[:, :, 0, 0]}[self.op]
        return Layer(self.op, self.stride, len(bias), True, layout(weight).detach().contiguous(), bias.detach())


class Student(nn.Module):
    """`config`: training.config.Student; `labels`: number of logits.

    Input float32 [n, channels, height, width] in 0..1 (pixel / 255); output logits [n, labels].
    """

    def __init__(self, config, labels):
        super().__init__()
        self.height, self.width, self.channels = config.height, config.width, config.channels
        layers, channels = [_ConvNorm("conv2d_3x3", config.channels, config.stem, 2)], config.stem
        for out_channels, stride in config.blocks:
            layers.append(_ConvNorm("depthwise_3x3", channels, channels, stride))
            layers.append(_ConvNorm("pointwise", channels, out_channels, 1))
            channels = out_channels
        self.features = nn.Sequential(*layers)
        self.drop = nn.Dropout(config.dropout)
        self.dense = nn.Linear(channels, labels)

    def forward(self, x):
        return self.dense(self.drop(self.features(x).mean((2, 3))))

    def folded(self):
        """The network as a list of Layer, in the order of the camera's kernels."""
        layers = [layer.folded() for layer in self.features]
        layers.append(Layer("avgpool", 1, layers[-1].out_channels, False))
        dense = self.dense
        layers.append(Layer("dense", 1, dense.out_features, False, dense.weight.detach(), dense.bias.detach()))
        return layers


def multiply_adds(layers, height, width, channels):
    """Multiplications of one inference, as the table of peers counts them (the pool is free)."""
    total = 0
    for layer in layers:
        if layer.op in ("conv2d_3x3", "depthwise_3x3"):
            height, width = (height - 1) // layer.stride + 1, (width - 1) // layer.stride + 1
            total += height * width * 9 * layer.out_channels * (channels if layer.op == "conv2d_3x3" else 1)
        elif layer.op == "pointwise":
            total += height * width * channels * layer.out_channels
        elif layer.op == "dense":
            total += height * width * channels * layer.out_channels
        else:
            height, width = 1, 1
        channels = layer.out_channels
    return total
