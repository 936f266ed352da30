import numpy as np
import pytest
import torch

from random_networks import c_network, random_layers, residual_layers
from training import export, integer
from training.config import Smoothing
from training.config import Student as Settings
from training.quantise import float_output, multiplier_and_shift, quantise, ranges
from training.student import Layer, Student, multiply_adds

LABELS = 3


def _both(layers, pixels):
    network, out = c_network(layers, *pixels.shape[1:]), np.empty((len(pixels), LABELS), np.int8)
    for i, picture in enumerate(pixels.numpy()):
        network.run(np.ascontiguousarray(picture), out[i])
    return integer.run(layers, pixels).numpy(), out


@pytest.mark.parametrize("seed", range(40))
def test_simulation_equals_the_kernels_on_random_networks(seed):
    generator = torch.Generator().manual_seed(seed)
    height, width, channels = [(1, 1, 1), (7, 9, 1), (16, 12, 3), (33, 20, 1), (24, 24, 3)][seed % 5]
    pixels = torch.randint(0, 256, (8, height, width, channels), generator=generator, dtype=torch.uint8)
    pixels[0], pixels[1] = 0, 255
    simulated, computed = _both(random_layers(seed, height, width, channels, LABELS), pixels)
    np.testing.assert_array_equal(simulated, computed)


@pytest.mark.parametrize("seed", range(20))
def test_simulation_equals_the_kernels_on_inverted_residuals(seed):
    generator = torch.Generator().manual_seed(seed)
    height, width, channels = [(7, 9, 1), (16, 12, 3), (33, 20, 1), (4, 4, 3)][seed % 4]
    pixels = torch.randint(0, 256, (8, height, width, channels), generator=generator, dtype=torch.uint8)
    pixels[0], pixels[1] = 0, 255
    simulated, computed = _both(residual_layers(seed, height, width, channels, LABELS), pixels)
    np.testing.assert_array_equal(simulated, computed)


@pytest.mark.parametrize("largest", [300, (1 << 21) - 1, 1 << 21, (1 << 31) - 1])
@pytest.mark.parametrize("multiplier", [1 << 30, (1 << 30) + 1, 1_518_500_249, (1 << 31) - 1])
def test_requantisation_is_the_rule_of_the_kernels_for_every_shift(largest, multiplier):
    """In Python's own integers; a multiplier of 2^30 makes ties, which round up."""
    generator = torch.Generator().manual_seed(largest % 1000)
    acc = torch.cat([torch.randint(-largest, largest + 1, (200,), generator=generator),
                     torch.tensor([-largest, -3, -2, -1, 0, 1, 2, 3, largest])])
    for shift in range(1, 32):
        layer = integer.IntegerLayer("dense", 1, 1, 0, -7, -128, 127, None, None, torch.tensor([multiplier]), torch.tensor([shift]))
        whole = [(((int(a) * multiplier) >> 31) + (1 << (shift - 1))) >> shift for a in acc]
        wanted = [max(-128, min(127, y - 7)) for y in whole]
        assert integer.requantise(acc.view(1, 1, 1, -1), layer).flatten().tolist() == wanted, shift


def _inverted_residual():
    """Real layers: stem, one linear bottleneck around which its input is added, pools, dense."""
    def weight(*shape):
        return torch.randn(*shape) / shape[-1] ** 0.5

    return [Layer("conv2d_3x3", 2, 8, True, weight(8, 3, 3, 1), torch.rand(8)),
            Layer("pointwise", 1, 24, True, weight(24, 8), torch.rand(24)),
            Layer("depthwise_3x3", 1, 24, True, weight(3, 3, 24), torch.rand(24)),
            Layer("pointwise", 1, 8, False, weight(8, 24), torch.rand(8) - 0.5),
            Layer("add", 1, 8, False, source=0),
            Layer("avgpool", 2, 8, False), Layer("avgpool", 1, 8, False),
            Layer("dense", 1, LABELS, False, weight(LABELS, 8), torch.zeros(LABELS))]


def test_quantised_inverted_residual_is_close_to_the_real_one_and_exact_on_the_kernels():
    torch.manual_seed(7)
    layers, pixels = _inverted_residual(), torch.randint(0, 256, (64, 24, 24, 1), dtype=torch.uint8)
    pixels = (pixels // torch.randint(1, 6, (64, 1, 1, 1))).to(torch.uint8)
    quantised = quantise(layers, ranges(layers, pixels, 100.0), 24, 24)
    x, outputs = pixels.permute(0, 3, 1, 2) / 255, []
    for layer in layers:
        x = float_output(layer, x, outputs)
        outputs.append(x)
    real, mine = x[:, :, 0, 0], (quantised.logits(pixels).float() - quantised.output_zero) * quantised.output_scale
    assert (mine - real).abs().mean() < 0.03 * (real.max() - real.min())
    np.testing.assert_array_equal(*_both(quantised.layers, pixels))


def test_residual_network_passes_through_the_model_file():
    torch.manual_seed(8)
    layers, pixels = _inverted_residual(), torch.randint(0, 256, (8, 24, 24, 1), dtype=torch.uint8)
    quantised = quantise(layers, ranges(layers, pixels, 100.0), 24, 24)
    states = ["a", "b", "c"]
    spec = export.metadata(quantised, states, states, (24, 24, 1), [0, 0, 10000, 10000], 1, "p", "2026-03-01T00:00:00.000Z", 5,
                           Smoothing(), {}, {})
    arrays = export.tensors(quantised)
    arrays["selftest.input"], arrays["selftest.logits"] = pixels.numpy(), quantised.logits(pixels).numpy()
    parsed, network = export.check(export.encode(spec, arrays))
    assert [layer["op"] for layer in parsed.spec["layers"]].count("add") == 1
    np.testing.assert_array_equal(export.kernel_logits(parsed, network, pixels.numpy()), arrays["selftest.logits"])


@pytest.mark.parametrize("channels, blocks", [(1, ((16, 1), (32, 2), (32, 1), (64, 2))), (3, ((12, 2), (24, 1)))])
def test_simulation_equals_the_kernels_on_a_student(channels, blocks):
    """Two hundred pictures through a quantised student whose normalisations are not neutral."""
    torch.manual_seed(5)
    student = Student(Settings(channels=channels, blocks=blocks), LABELS)
    for _ in range(4):
        student(torch.rand(8, channels, 64, 64) * torch.rand(8, 1, 1, 1))
    layers = student.eval().folded()
    pixels = torch.randint(0, 256, (200, 64, 64, channels), dtype=torch.uint8)
    pixels[::2] = pixels[::2] // 3 + 40
    quantised = quantise(layers, ranges(layers, pixels[:32], 99.9), 64, 64)
    simulated, computed = _both(quantised.layers, pixels)
    np.testing.assert_array_equal(simulated, computed)
    assert len(np.unique(simulated)) > 3


def test_quantised_student_is_close_to_the_real_one():
    torch.manual_seed(6)
    student = Student(Settings(), LABELS)
    with torch.no_grad():
        student.dense.weight *= 20
    pixels = torch.randint(0, 256, (64, 64, 64, 1), dtype=torch.uint8) // torch.randint(1, 6, (64, 1, 1, 1))
    pixels = pixels.to(torch.uint8)
    for _ in range(20):
        student(pixels.permute(0, 3, 1, 2) / 255)
    student.eval()
    layers = student.folded()
    quantised = quantise(layers, ranges(layers, pixels, 100.0), 64, 64)
    real = student(pixels.permute(0, 3, 1, 2) / 255).detach()
    mine = (quantised.logits(pixels).float() - quantised.output_zero) * quantised.output_scale
    assert (mine - real).abs().mean() < 0.03 * (real.max() - real.min())


def test_door_network_has_the_multiply_adds_of_the_table_of_peers():
    assert multiply_adds(Student(Settings(), 2).folded(), 64, 64, 1) == 931_968


@pytest.mark.parametrize("scale", [2.0 ** -32, 1e-6, 0.123456, 0.25, 0.4999999, 0.25 - 1e-17])
def test_multiplier_and_shift_give_the_scale_back(scale):
    multiplier, shift = multiplier_and_shift(scale)
    assert 1 << 30 <= multiplier < 1 << 31 and 1 <= shift <= 31
    assert multiplier * 2.0 ** -31 * 2.0 ** -shift == pytest.approx(scale, rel=1e-9)


@pytest.mark.parametrize("scale", [0.5, 1.0, 2.0 ** -33])
def test_scales_the_camera_refuses_are_refused_here(scale):
    with pytest.raises(export.TrainingError, match="cannot be quantised"):
        multiplier_and_shift(scale)


def test_channel_without_weight_keeps_its_bias():
    student = Student(Settings(), LABELS).eval()
    with torch.no_grad():
        student.features[0].norm.weight[2] = 0
        student.features[0].norm.bias[2] = 0.7
    layers, pixels = student.folded(), torch.randint(0, 256, (8, 64, 64, 1), dtype=torch.uint8)
    quantised = quantise(layers, ranges(layers, pixels, 100.0), 64, 64)
    kept = []
    integer.run(quantised.layers, pixels, kept)
    first, out_range = quantised.layers[0], ranges(layers, pixels, 100.0)[0]
    real = (kept[0][:, 2].float() - first.output_zero) * (out_range[1] - out_range[0]) / 255
    assert real.sub(0.7).abs().max() < 0.02 * out_range[1]
    np.testing.assert_array_equal(*_both(quantised.layers, pixels))
