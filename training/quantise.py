"""From real numbers to the int8 network of the camera.

Weights symmetric per output channel, activations asymmetric per tensor with the ReLU in the clamp:
Jacob et al., "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
Inference", arXiv 1712.05877.
"""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from training.errors import TrainingError
from training.integer import PIXEL_SCALE, PIXEL_ZERO, IntegerAdd, IntegerLayer, run, window_sums

_LARGEST_SCALE = 0.499      # requantisation takes real scales below 0.5
_LARGEST_BIAS = 1 << 29     # leaves room for the products in an int32 accumulator
_SMALLEST_SCALE = 2.0 ** -28
_ADD_BITS = 22              # of the multipliers of an addition
LOGIT_HEADROOM = 1.25       # logits beyond the calibration's: two that saturate would be a draw


@dataclass
class Quantised:
    """An int8 network: `layers` (IntegerLayer, IntegerAdd), `scales` (real value of one step of each one's output),
    `output_scale` (of one logit step), `output_zero`."""

    layers: list
    output_scale: float
    output_zero: int
    scales: list

    def logits(self, pixels):
        """uint8 [n, h, w, c] -> int8 [n, labels], as the camera computes them."""
        with torch.no_grad():
            return torch.cat([run(self.layers, part) for part in torch.as_tensor(pixels).split(256)])


def real_logits(quantised, pixels):
    """Logits in real numbers, float32 [n, labels]; pixels uint8 [n, h, w, c]."""
    return (quantised.logits(pixels).float() - quantised.output_zero) * quantised.output_scale


def multiplier_and_shift(scale):
    """Real scale 0 < scale < 0.5 -> (multiplier in [2^30, 2^31), shift in 1..31), scale = m * 2^-31 * 2^-shift."""
    mantissa, exponent = math.frexp(scale)  # mantissa in [0.5, 1)
    multiplier, shift = round(mantissa * (1 << 31)), -exponent
    if multiplier == 1 << 31:
        multiplier, shift = 1 << 30, shift - 1
    if not 1 <= shift <= 31:
        raise TrainingError(f"the network cannot be quantised: a layer needs the scale {scale:g}, outside 2^-32..0.5")
    return multiplier, shift


def ranges(layers, images, percentile):
    """Real output range (low, high) of every layer over `images` (uint8 [n, h, w, c], torch)."""
    found, outputs, x = [], [], images.permute(0, 3, 1, 2).to(torch.float32) * PIXEL_SCALE
    for layer in layers:
        x = float_output(layer, x, outputs)
        outputs.append(x)
        values = x.numpy().ravel()
        last = layer is layers[-1]
        if percentile >= 100 or last:
            low, high = float(values.min()), float(values.max())
        else:
            low, high = np.percentile(values, [100 - percentile, percentile]) if not layer.relu else (
                0.0, np.percentile(values, percentile))
        headroom = LOGIT_HEADROOM if last else 1.0
        found.append((min(0.0, float(low)) * headroom, max(0.0, float(high), 1e-3) * headroom))
    return found


def float_output(layer, x, outputs=()):
    """One Layer in real numbers; x and result [n, channels, h, w], `outputs` those of the layers before."""
    if layer.op == "add":
        y = x + outputs[layer.source]
        return torch.relu(y) if layer.relu else y
    if layer.op == "avgpool":
        count = x.shape[2] * x.shape[3] if layer.stride == 1 else layer.stride ** 2
        return window_sums(x, layer.stride) / count
    weight, padding, groups = {
        "conv2d_3x3": lambda w: (w.permute(0, 3, 1, 2), 1, 1),
        "depthwise_3x3": lambda w: (w.permute(2, 0, 1)[:, None], 1, layer.out_channels),
        "pointwise": lambda w: (w[:, :, None, None], 0, 1),
        "dense": lambda w: (w.reshape(layer.out_channels, *x.shape[2:], -1).permute(0, 3, 1, 2), 0, 1),
    }[layer.op](layer.weight)
    y = functional.conv2d(x, weight, layer.bias, layer.stride, padding, 1, groups)
    return torch.relu(y) if layer.relu else y


def quantise(layers, activation_ranges, height, width):
    """Folded `layers` and their real output ranges -> Quantised. height, width: of the input, pixels."""
    scale, zero, done, outputs = PIXEL_SCALE, PIXEL_ZERO, [], []
    for layer, (low, high) in zip(layers, activation_ranges):
        out_scale = (high - low) / 255
        if layer.op == "add":
            integer, out_zero = _add(layer, (scale, zero), outputs[layer.source], out_scale, low)
        elif layer.op == "avgpool":
            count = height * width if layer.stride == 1 else layer.stride ** 2
            integer, out_scale, out_zero = _pool(layer, scale, zero, out_scale, low, count)
            height, width = (1, 1) if layer.stride == 1 else (height // layer.stride, width // layer.stride)
        else:
            integer, out_scale, out_zero = _weighted(layer, scale, zero, out_scale, low)
            if layer.op in ("conv2d_3x3", "depthwise_3x3"):
                height, width = (height - 1) // layer.stride + 1, (width - 1) // layer.stride + 1
        done.append(integer)
        scale, zero = out_scale, out_zero
        outputs.append((scale, zero))
    return Quantised(done, scale, zero, [one for one, _ in outputs])


def _zero_point(low, scale):
    return int(max(-128, min(127, round(-128 - low / scale))))


def _scales(real):
    pairs = [multiplier_and_shift(float(value)) for value in real]
    return (torch.tensor([m for m, _ in pairs], dtype=torch.int32),
            torch.tensor([s for _, s in pairs], dtype=torch.uint8))


def _pool(layer, scale, zero, out_scale, low, count):
    out_scale = max(out_scale, scale / count / _LARGEST_SCALE)
    out_zero = _zero_point(low, out_scale)
    multiplier, shift = _scales([scale / count / out_scale])
    bias = torch.tensor([-zero * count], dtype=torch.int32)
    return (IntegerLayer("avgpool", layer.stride, layer.out_channels, zero, out_zero, -128, 127, None, bias, multiplier, shift),
            out_scale, out_zero)


def _add(layer, first, second, out_scale, low):
    """first, second: (scale, zero) of the two tensors that are added."""
    ratios = [first[0] / out_scale, second[0] / out_scale]
    shift = min(31, _ADD_BITS - max(0, math.frexp(max(ratios))[1]))  # multipliers below 2^22
    if shift < 1:
        raise TrainingError("the network cannot be quantised: a sum is far smaller than what is added")
    multipliers = [max(1, min((1 << _ADD_BITS) - 1, round(ratio * (1 << shift)))) for ratio in ratios]
    bias = -first[1] * multipliers[0] - second[1] * multipliers[1]
    zero = _zero_point(low, out_scale)
    return IntegerAdd(layer.source, layer.out_channels, *multipliers, bias, shift, zero,
                      zero if layer.relu else -128, 127), zero


def _weighted(layer, scale, zero, out_scale, low):
    channel_axis = 2 if layer.op == "depthwise_3x3" else 0
    flat = layer.weight.double().movedim(channel_axis, 0).reshape(layer.out_channels, -1)
    bias = layer.bias.double()
    # A channel without weight still has a bias: its step must keep the bias within int32.
    step = torch.maximum(flat.abs().amax(1) / 127, bias.abs() / (scale * _LARGEST_BIAS))
    out_scale = max(out_scale, float((scale * step).max()) / _LARGEST_SCALE)
    step = torch.clamp(step, min=out_scale * _SMALLEST_SCALE / scale)
    whole = torch.clamp(torch.round(flat / step[:, None]), -127, 127)
    out_zero = _zero_point(low, out_scale)
    whole_bias = torch.round(bias / (scale * step)) - zero * whole.sum(1)
    multiplier, shift = _scales(scale * step / out_scale)
    shape = layer.weight.movedim(channel_axis, 0).shape
    weight = whole.reshape(shape).movedim(0, channel_axis).to(torch.int8).contiguous()
    return (IntegerLayer(layer.op, layer.stride, layer.out_channels, zero, out_zero,
                         out_zero if layer.relu else -128, 127, weight, whole_bias.to(torch.int32), multiplier, shift),
            out_scale, out_zero)
