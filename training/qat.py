"""Quantisation-aware training: the student goes on learning while every layer computes what the camera's kernels compute.

Forward, activations and weights are the integers of training.integer, to the last bit. Backward, rounding is passed
over (straight-through: Bengio et al., arXiv 1308.3432) and a clamped activation has no gradient (Jacob et al.,
arXiv 1712.05877). The normalisations are folded before; the activations' ranges stay as they were calibrated.
"""

import dataclasses

import torch
from torch import nn
from torch.nn import functional

from training import distil, integer
from training.finetune import finetune, sizes
from training.quantise import quantise, real_logits


class _Through(torch.autograd.Function):
    """Forward the second argument, backward the first one's gradient."""

    @staticmethod
    def forward(context, real, exact):
        return exact.view_as(exact)

    @staticmethod
    def backward(context, gradient):
        return gradient, None


class Aware(nn.Module):
    """The int8 network of folded `layers`, whose weights and biases are parameters in real numbers.

    layers: training.student.Layer; activation_ranges: real (low, high) of every layer's output; height, width: of the
    input, pixels. Like Student it takes float32 [n, channels, height, width] in 0..1 (pixel / 255) and gives real
    logits [n, labels], which are those of `quantised()`.
    """

    def __init__(self, layers, activation_ranges, height, width):
        super().__init__()
        self._layers, self._ranges, self._size = layers, activation_ranges, (height, width)
        weighted = [i for i, layer in enumerate(layers) if layer.weight is not None]
        self.weight = nn.ParameterDict({str(i): nn.Parameter(layers[i].weight.clone()) for i in weighted})
        self.bias = nn.ParameterDict({str(i): nn.Parameter(layers[i].bias.clone()) for i in weighted})

    def quantised(self):
        """The network as it is now: training.quantise.Quantised."""
        layers = [layer if layer.weight is None else dataclasses.replace(
            layer, weight=self.weight[str(i)].detach(), bias=self.bias[str(i)].detach())
            for i, layer in enumerate(self._layers)]
        return quantise(layers, self._ranges, *self._size)

    def forward(self, x):
        network = self.quantised()
        x = torch.round(x * 255) + integer.PIXEL_ZERO  # from here on whole numbers in a floating type
        scales, outputs = [integer.PIXEL_SCALE, *network.scales], []
        for i, layer in enumerate(network.layers):
            if layer.op == "add":
                x = _add(layer, x, outputs[layer.source])
            elif layer.op == "avgpool":
                x = _pool(layer, x)
            else:
                x = _weighted(layer, x, self.weight[str(i)], self.bias[str(i)], *scales[i:i + 2])
            outputs.append(x)
        return (x[:, :, 0, 0] - network.output_zero) * network.output_scale


def _requantised(layer, real, acc):
    """real: accumulators times their scale, what rounding is passed over with; acc: the accumulators, whole numbers."""
    soft = torch.clamp(real, layer.low - layer.output_zero, layer.high - layer.output_zero)  # its value is not used
    return _Through.apply(soft, integer.requantise(acc, layer))


def _weighted(layer, x, weight, bias, in_scale, out_scale):
    ratio = integer.real_scale(layer)
    step = ratio * out_scale / in_scale  # real value of one step of a channel's weights
    axis = (1, 1, -1) if layer.op == "depthwise_3x3" else (-1,) + (1,) * (weight.ndim - 1)
    whole = _Through.apply(weight / step.view(axis).float(), layer.weight.float())
    shaped, padding, groups = integer.torch_weight(dataclasses.replace(layer, weight=whole), x)
    exact = integer.exact_type(shaped)
    # Zero padding of what is counted from the zero point is padding with the zero point.
    products = functional.conv2d((x - layer.input_zero).to(exact), shaped.to(exact), None, layer.stride, padding, 1, groups)
    moved = layer.input_zero * shaped.detach().flatten(1).double().sum(1)
    acc = products.detach().to(torch.float64, copy=True).add_((layer.bias + moved)[:, None, None])
    offset = bias * (ratio / (in_scale * step)).float()
    return _requantised(layer, products.float() * ratio.float()[:, None, None] + offset[:, None, None], acc)


def _pool(layer, x):
    sums = integer.window_sums(x - layer.input_zero, layer.stride)
    return _requantised(layer, sums * integer.real_scale(layer).float(), integer.accumulate(x.detach(), layer))


def _add(layer, x, source):
    unit = 2.0 ** -layer.shift
    real = x * (layer.input_multiplier * unit) + source * (layer.source_multiplier * unit) + layer.bias * unit
    exact = integer.add(x.detach(), source.detach(), layer)
    return _Through.apply(torch.clamp(real + layer.output_zero, layer.low, layer.high), exact)


def train(layers, activation_ranges, material, soft, config, generator, progress=None):
    """Quantised and its held-out loss, after `config.quantise.aware_steps` steps that begin at `layers`.

    soft: the teacher's logits or None, as for distil.train. The best of several looks at the held-out frames; the first
    look is at the network as it was given, so the result is never worse there.
    """
    aware, held = Aware(layers, activation_ranges, *material.exact.shape[1:3]), distil.held_out(material, config)

    def look(average):
        quantised = average.quantised()
        return held_out_loss(quantised, *held), quantised

    # Folded weights differ in size from layer to layer: each moves in proportion to its own.
    loss, quantised = finetune(aware, sizes(aware), config.quantise.aware_rate, config.quantise.aware_steps, material, soft,
                               config, generator, look, progress, "int8 student")
    return quantised, loss


def held_out_loss(quantised, x, y):
    """Mean cross entropy of an int8 network on uint8 pictures [n, h, w, c]."""
    return float(functional.cross_entropy(real_logits(quantised, x), y))
