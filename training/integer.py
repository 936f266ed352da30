"""What the camera's int8 kernels compute, in torch, to the last bit.

A test compares it with the C kernels over random and trained networks, tolerance zero.
"""

from dataclasses import dataclass

import torch
from torch.nn import functional

PIXEL_ZERO = -128       # the input's zero point: q = pixel - 128
PIXEL_SCALE = 1 / 255   # real value of one grey level
_EXACT_FLOAT32 = 1 << 24  # integers below it are exact in float32, in any order of summation


@dataclass
class IntegerLayer:
    """One kernel call. weight int8 (None for the pool), bias and multiplier int32, shift uint8."""

    op: str
    stride: int
    out_channels: int
    input_zero: int
    output_zero: int
    low: int
    high: int
    weight: torch.Tensor | None
    bias: torch.Tensor
    multiplier: torch.Tensor
    shift: torch.Tensor


@dataclass
class IntegerAdd:
    """The sum of the last layer's output and that of layer `source`; nn_add_t of nn.h says how."""

    source: int
    out_channels: int
    input_multiplier: int
    source_multiplier: int
    bias: int
    shift: int
    output_zero: int
    low: int
    high: int
    op: str = "add"


def add(x, source, layer):
    """x, source: int64 of one shape -> int64 clamped to low..high."""
    acc = x * layer.input_multiplier + source * layer.source_multiplier + layer.bias
    y = (acc + (1 << (layer.shift - 1))) >> layer.shift
    return torch.clamp(y + layer.output_zero, layer.low, layer.high)


def requantise(acc, layer):
    """acc: int64 [n, channels, h, w] -> int64 clamped to low..high; the rule of nn_requantize.h."""
    multiplier = layer.multiplier.to(torch.int64)[:, None, None]
    shift = layer.shift.to(torch.int64)[:, None, None]
    t = (acc * multiplier) >> 31
    y = (t + (torch.ones_like(shift) << (shift - 1))) >> shift
    return torch.clamp(y + layer.output_zero, layer.low, layer.high)


def accumulate(x, layer):
    """x: integers [n, channels, h, w] -> int64 accumulators with the bias added."""
    if layer.op == "avgpool":
        acc = window_sums(x.to(torch.int64), layer.stride)
    else:
        weight, padding, groups = _torch_weight(layer, x)
        exact = torch.float32 if weight[0].numel() * 127 * 255 < _EXACT_FLOAT32 else torch.float64
        padded = functional.pad(x.to(exact), (padding,) * 4, value=layer.input_zero)
        acc = functional.conv2d(padded, weight.to(exact), None, layer.stride, 0, 1, groups).to(torch.int64)
    return acc + layer.bias.to(torch.int64)[:, None, None]


def window_sums(x, stride):
    """Sums over the whole map (stride 1) or over stride x stride windows without overlap."""
    if stride == 1:
        return x.sum((2, 3), keepdim=True)
    return x.unfold(2, stride, stride).unfold(3, stride, stride).sum((4, 5))


def _torch_weight(layer, x):
    """(weight in torch's layout, padding, groups)."""
    if layer.op == "conv2d_3x3":
        return layer.weight.permute(0, 3, 1, 2), 1, 1
    if layer.op == "depthwise_3x3":
        return layer.weight.permute(2, 0, 1)[:, None], 1, layer.out_channels
    if layer.op == "pointwise":
        return layer.weight[:, :, None, None], 0, 1
    height, width = x.shape[2:]  # dense over [h, w, c], the order of the kernel
    return layer.weight.reshape(layer.out_channels, height, width, -1).permute(0, 3, 1, 2), 0, 1


def run(layers, pixels, keep=None):
    """pixels: uint8 [n, h, w, c] (torch) -> int8 logits [n, labels]; `keep`, a list, gets every layer's output."""
    x, outputs = pixels.permute(0, 3, 1, 2).to(torch.int64) + PIXEL_ZERO, []
    for layer in layers:
        x = add(x, outputs[layer.source], layer) if layer.op == "add" else requantise(accumulate(x, layer), layer)
        outputs.append(x)
    if keep is not None:
        keep.extend(outputs)
    return x[:, :, 0, 0].to(torch.int8)
