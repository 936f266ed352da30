"""Random int8 networks that the C kernels accept."""

import random

import torch

from host_tools.native import nn
from training.integer import IntegerAdd, IntegerLayer


def random_layers(seed, height, width, channels, labels):
    """A chain of every kind of layer, with weights, zero points and scales at their limits."""
    rng, generator = random.Random(seed), torch.Generator().manual_seed(seed)
    layers, zero, in_channels = [], -128, channels
    plan = [("conv2d_3x3", rng.choice((1, 2)), rng.choice((3, 4, 8, 9)))]
    for _ in range(rng.randrange(1, 4)):
        plan += [("depthwise_3x3", rng.choice((1, 2)), None), ("pointwise", 1, rng.choice((1, 5, 8, 17)))]
    if rng.random() < 0.3:
        plan.append(("conv2d_3x3", rng.choice((1, 2)), 6))
    if rng.random() < 0.7:
        plan.append(("avgpool", 1, None))
    for op, stride, out in plan + [("dense", 1, labels)]:
        out = out or in_channels
        layers.append(_layer(op, stride, in_channels, out, zero, height, width, rng, generator))
        if op.endswith("3x3"):
            height, width = (height - 1) // stride + 1, (width - 1) // stride + 1
        elif op == "avgpool":
            height = width = 1
        zero, in_channels = layers[-1].output_zero, out
    return layers


def residual_layers(seed, height, width, channels, labels):
    """Inverted residuals, as in MobileNetV2, and a strided pool."""
    rng, generator = random.Random(seed), torch.Generator().manual_seed(seed)
    narrow, wide = rng.choice((3, 8, 10)), rng.choice((16, 21))
    block = [("pointwise", 1, wide), ("depthwise_3x3", 1, wide), ("pointwise", 1, narrow), ("add", 1, narrow)]
    plan = [("conv2d_3x3", 2, narrow)] + block + block + [("avgpool", 2, narrow), ("avgpool", 1, narrow), ("dense", 1, labels)]
    layers, zero, in_channels = [], -128, channels
    for op, stride, out in plan:
        if op == "add":
            layers.append(_add(len(layers) - 4, out, rng))
        else:
            layers.append(_layer(op, stride, in_channels, out, zero, height, width, rng, generator))
        height, width = _sides(op, stride, height, width)
        zero, in_channels = layers[-1].output_zero, out
    return layers


def _sides(op, stride, height, width):
    if op.endswith("3x3"):
        return (height - 1) // stride + 1, (width - 1) // stride + 1
    if op == "avgpool":
        return (1, 1) if stride == 1 else (height // stride, width // stride)
    return height, width


def _add(source, channels, rng):
    return IntegerAdd(source, channels, rng.randrange(1, 1 << 22), rng.randrange(1, 1 << 22),
                      rng.randrange(-100000, 100001), rng.randrange(19, 23), rng.randrange(-128, 128), -128, 127)


def _layer(op, stride, in_channels, out, input_zero, height, width, rng, generator):
    shape = {"conv2d_3x3": (out, 3, 3, in_channels), "depthwise_3x3": (3, 3, out), "pointwise": (out, in_channels),
             "dense": (out, height * width * in_channels), "avgpool": None}[op]
    products = {"conv2d_3x3": 9 * in_channels, "depthwise_3x3": 9, "pointwise": in_channels,
                "dense": height * width * in_channels, "avgpool": height * width}[op]
    weight, count = None, 1
    if shape:
        weight = torch.randint(-127, 128, shape, generator=generator, dtype=torch.int8)
        count = out
    spread = max(1.0, products ** 0.5 * (60 if shape else 1))
    scales = [min(0.499, rng.uniform(0.3, 3.0) / spread) for _ in range(count)]
    multipliers, shifts = zip(*[_split(scale) for scale in scales])
    output_zero = rng.randrange(-128, 128)
    relu = rng.random() < 0.5
    bias = torch.randint(-3000, 3000, (count,), generator=generator, dtype=torch.int32)
    return IntegerLayer(op, stride, out, input_zero, output_zero, output_zero if relu else -128, 127, weight, bias,
                        torch.tensor(multipliers, dtype=torch.int32), torch.tensor(shifts, dtype=torch.uint8))


def _split(scale):
    shift = 1
    while scale * 2 ** shift < 0.5:
        shift += 1
    return int(scale * 2 ** shift * 2 ** 31), shift


def c_network(layers, height, width, channels):
    """The same layers in the camera's kernels."""
    network = nn.Network(height, width, channels)
    for layer in layers:
        if layer.op == "add":
            network.add_residual(layer.source, layer.input_multiplier, layer.source_multiplier, layer.bias, layer.shift,
                                 layer.output_zero, layer.low, layer.high)
            continue
        weight = None if layer.weight is None else layer.weight.numpy()
        network.add(getattr(nn, layer.op.upper()), layer.stride, layer.out_channels, layer.input_zero, layer.output_zero,
                    layer.low, layer.high, weight, layer.bias.numpy(), layer.multiplier.numpy(), layer.shift.numpy())
    network.finish()
    return network
