"""What the camera's int8 kernels compute, in torch, to the last bit.

A test compares it with the C kernels over random and trained networks, tolerance zero.
"""

from dataclasses import dataclass

import torch
from torch.nn import functional

PIXEL_ZERO = -128       # the input's zero point: q = pixel - 128
PIXEL_SCALE = 1 / 255   # real value of one grey level
_EXACT_FLOAT32 = 1 << 24  # integers below it are exact in float32, in any order of summation
_ACC_FLOAT64 = 1 << 21    # accumulators below it, times a multiplier and scaled by 2^-(31 + shift), plus 1/2, ...
_SHIFT_FLOAT64 = 21       # ... have no bit that float64 would lose, if the shift is at most this
_POWERS = torch.tensor([2.0 ** -(31 + shift) for shift in range(32)], dtype=torch.float64)


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
    """x, source: whole numbers of one shape -> float32 of whole numbers, clamped to low..high."""
    acc = x.to(torch.int64) * layer.input_multiplier + source.to(torch.int64) * layer.source_multiplier + layer.bias
    y = (acc + (1 << (layer.shift - 1))) >> layer.shift
    return torch.clamp(y + layer.output_zero, layer.low, layer.high).to(torch.float32)


def requantise(acc, layer):
    """acc: whole numbers [n, channels, h, w] -> float32 of whole numbers, clamped to low..high; the rule of
    nn_requantize.h, whose two roundings down are one: floor(acc * multiplier * 2^-(31 + shift) + 1/2).
    """
    if int(layer.shift.max()) <= _SHIFT_FLOAT64 and float(acc.abs().max()) < _ACC_FLOAT64:
        y = acc.to(torch.float64) * real_scale(layer)[:, None, None]
        y = y.add_(0.5).floor_()
    else:
        y = acc.to(torch.int64) * layer.multiplier.to(torch.int64)[:, None, None]
        shift = layer.shift.to(torch.int64)[:, None, None]
        y = ((y >> 31) + (torch.ones_like(shift) << (shift - 1))) >> shift
    return y.add_(layer.output_zero).clamp_(layer.low, layer.high).to(torch.float32)


def real_scale(layer):
    """Real scale of the requantisation, float64 [channels], exact."""
    return layer.multiplier.double() * _POWERS[layer.shift.long()]


def accumulate(x, layer):
    """x: whole numbers [n, channels, h, w] -> accumulators with the bias added, whole numbers in float64 or int64."""
    if layer.op == "avgpool":
        acc = window_sums(x.to(torch.int64), layer.stride)
    else:
        weight, padding, groups = torch_weight(layer, x)
        exact = exact_type(weight)
        padded = functional.pad(x.to(exact), (padding,) * 4, value=layer.input_zero)
        acc = functional.conv2d(padded, weight.to(exact), None, layer.stride, 0, 1, groups).to(torch.float64)
    return acc + layer.bias.to(torch.int64)[:, None, None]


def window_sums(x, stride):
    """Sums over the whole map (stride 1) or over stride x stride windows without overlap."""
    if stride == 1:
        return x.sum((2, 3), keepdim=True)
    return x.unfold(2, stride, stride).unfold(3, stride, stride).sum((4, 5))


def exact_type(weight):
    """The floating type in which sums of `weight` (torch's layout, int8 values) times 0..255 are exact."""
    return torch.float32 if weight[0].numel() * 127 * 255 < _EXACT_FLOAT32 else torch.float64


def torch_weight(layer, x):
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
    x, outputs = pixels.permute(0, 3, 1, 2).to(torch.float32) + PIXEL_ZERO, []
    for layer in layers:
        x = add(x, outputs[layer.source], layer) if layer.op == "add" else requantise(accumulate(x, layer), layer)
        outputs.append(x)
    if keep is not None:
        keep.extend(outputs)
    return x[:, :, 0, 0].to(torch.int8)
