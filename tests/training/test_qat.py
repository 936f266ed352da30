import copy
import dataclasses

import msgspec
import numpy as np
import pytest
import torch

from random_networks import c_network
from training import distil, integer, qat
from training.config import Config, Quantise
from training.config import Student as Settings
from training.material import Material
from training.quantise import float_output, quantise, ranges
from training.student import Layer

LABELS = 3


def real_layers(seed, channels):
    """Real layers of every operator: stem, inverted residual, strided pool, a convolution of many taps, dense head."""
    generator = torch.Generator().manual_seed(seed)
    narrow, wide, out = 6 + seed % 5, 12 + seed % 9, 61 + seed

    def layer(op, stride, out, relu, *shape):
        size = torch.randn(*shape, generator=generator) / shape[-1] ** 0.5
        return Layer(op, stride, out, relu, size, torch.rand(out, generator=generator) - 0.3)

    return [layer("conv2d_3x3", 1 + seed % 2, narrow, True, narrow, 3, 3, channels),
            layer("pointwise", 1, wide, True, wide, narrow),
            layer("depthwise_3x3", 1, wide, True, 3, 3, wide),
            layer("pointwise", 1, narrow, False, narrow, wide),
            Layer("add", 1, narrow, seed % 3 == 0, source=0),
            Layer("avgpool", 2, narrow, False),
            layer("pointwise", 1, out, True, out, narrow),
            layer("conv2d_3x3", 2, narrow, True, narrow, 3, 3, out),
            Layer("avgpool", 1, narrow, False),
            layer("dense", 1, LABELS, False, LABELS, narrow)]


def some_pixels(seed, count, height, width, channels):
    generator = torch.Generator().manual_seed(seed)
    pixels = torch.randint(0, 256, (count, height, width, channels), generator=generator, dtype=torch.uint8)
    pixels[::2] //= 3
    pixels[0], pixels[1] = 0, 255
    return pixels


def as_input(pixels):
    return pixels.permute(0, 3, 1, 2).float() / 255


@pytest.mark.parametrize("seed", range(12))
def test_forward_is_the_integer_network_to_the_last_bit(seed):
    height, width, channels = [(16, 12, 1), (21, 20, 3), (24, 24, 1), (9, 13, 3)][seed % 4]
    layers, pixels = real_layers(seed, channels), some_pixels(seed, 24, height, width, channels)
    aware = qat.Aware(layers, ranges(layers, pixels, [100.0, 98.0][seed % 2]), height, width)
    network = aware.quantised()
    found = aware(as_input(pixels)).detach()
    wanted = integer.run(network.layers, pixels)
    whole = found / network.output_scale + network.output_zero
    np.testing.assert_array_equal(torch.round(whole).numpy(), wanted.numpy())
    assert (whole - torch.round(whole)).abs().max() < 1e-3 and len(wanted.unique()) > 3


@pytest.mark.parametrize("seed", range(2))
def test_after_steps_of_training_forward_simulation_and_kernels_are_still_equal(seed):
    layers, pixels = real_layers(seed, 1), some_pixels(seed, 32, 16, 16, 1)
    aware = qat.Aware(layers, ranges(layers, pixels, 99.5), 16, 16)
    before, target = copy.deepcopy(aware.state_dict()), torch.arange(32) % LABELS
    losses = []
    for _ in range(12):
        loss = torch.nn.functional.cross_entropy(aware(as_input(pixels)), target)
        losses.append(float(loss.detach()))
        gradients = torch.autograd.grad(loss, list(aware.parameters()))
        with torch.no_grad():
            for one, gradient in zip(aware.parameters(), gradients):
                one -= 0.03 * gradient * one.norm() / gradient.norm().clamp(min=1e-9)
    assert min(losses) < 0.99 * losses[0]
    assert all((value != before[name]).any() for name, value in aware.state_dict().items())
    network, out = aware.quantised(), np.empty((32, LABELS), np.int8)
    kernels = c_network(network.layers, 16, 16, 1)
    for i, picture in enumerate(pixels.numpy()):
        kernels.run(np.ascontiguousarray(picture), out[i])
    np.testing.assert_array_equal(network.logits(pixels).numpy(), out)
    whole = aware(as_input(pixels)).detach() / network.output_scale + network.output_zero
    np.testing.assert_array_equal(torch.round(whole).numpy(), out)


def test_gradients_of_every_layer_point_the_way_of_the_real_networks():
    torch.manual_seed(4)
    layers, pixels = real_layers(2, 1), some_pixels(2, 64, 16, 16, 1)
    found = ranges(layers, pixels, 100.0)
    aware, target = qat.Aware(layers, found, 16, 16), torch.arange(64) % LABELS
    torch.nn.functional.cross_entropy(aware(as_input(pixels)), target).backward()
    leaves = [dataclasses.replace(one, weight=None if one.weight is None else one.weight.clone().requires_grad_())
              for one in layers]
    x, outputs = as_input(pixels), []
    for one in leaves:
        x = float_output(one, x, outputs)
        outputs.append(x)
    torch.nn.functional.cross_entropy(x[:, :, 0, 0], target).backward()
    for i, one in enumerate(leaves):
        if one.weight is not None:
            alike = torch.nn.functional.cosine_similarity(aware.weight[str(i)].grad.flatten(), one.weight.grad.flatten(), 0)
            assert alike > 0.9, (i, one.op, float(alike))


def test_training_in_integers_keeps_the_best_look_and_repeats():
    """Bright frames are open, which a network of random weights cannot know before."""
    target = torch.arange(20) % 2
    pictures = (torch.rand(20, 40, 40, 3, generator=torch.Generator().manual_seed(2)) * 60 + 20
                + 140 * target.view(-1, 1, 1, 1)).to(torch.uint8)
    material = Material(pictures[:, :16, :16, :1].contiguous(), pictures, target, ["closed", "open", "unusable"],
                        torch.arange(14), torch.arange(14, 20), 0.12)
    config = msgspec.structs.replace(Config(), student=Settings(width=16, height=16, batch=8),
                                     quantise=Quantise(aware_steps=12, aware_rate=0.03))
    layers, held = real_layers(5, 1), distil.held_out(material, config)
    found = ranges(layers, material.exact, 100.0)
    before = qat.held_out_loss(quantise(layers, found, 16, 16), *held)
    made = [qat.train(layers, found, material, None, config, torch.Generator().manual_seed(3)) for _ in range(2)]
    assert made[0][1] < before
    assert made[0][1] == qat.held_out_loss(made[0][0], *held) == made[1][1]
