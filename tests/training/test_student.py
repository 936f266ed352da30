import numpy as np
import onnx
import pytest
import torch
from onnx.reference import ReferenceEvaluator

from random_networks import c_network
from training import cost, export, integer, onnx_export
from training.config import Smoothing
from training.config import Student as Settings
from training.errors import TrainingError
from training.quantise import quantise, ranges
from training.student import Student, multiply_adds, scaled

LABELS = 3
SHAPES = [("separable", 64, 48, 3, 1.5), ("separable", 96, 96, 1, 0.5), ("plain", 48, 48, 1, 1.0), ("plain", 50, 37, 3, 0.5),
          ("residual", 64, 64, 1, 1.0), ("residual", 128, 128, 3, 0.75), ("residual", 51, 38, 1, 2.0)]


def trained(family, height, width, channels, multiplier, **settings):
    """A student whose normalisations and logits are not neutral, and pictures."""
    torch.manual_seed(height + width)
    student = Student(Settings(family=family, height=height, width=width, channels=channels, multiplier=multiplier,
                               **settings), LABELS)
    with torch.no_grad():
        student.dense.weight *= 20
    pixels = torch.randint(0, 256, (16, height, width, channels), dtype=torch.uint8)
    pixels[::2] = pixels[::2] // 3 + 40
    for _ in range(4):
        student(as_input(pixels))
    return student.eval(), pixels


def as_input(pixels):
    return pixels.permute(0, 3, 1, 2).float() / 255


@pytest.mark.parametrize("family, height, width, channels, multiplier", SHAPES)
def test_every_family_is_the_same_in_real_numbers_integers_and_kernels(family, height, width, channels, multiplier):
    student, pixels = trained(family, height, width, channels, multiplier)
    layers = student.folded()
    quantised = quantise(layers, ranges(layers, pixels, 100.0), height, width)
    network, out = c_network(quantised.layers, height, width, channels), np.empty((len(pixels), LABELS), np.int8)
    for i, picture in enumerate(pixels.numpy()):
        network.run(np.ascontiguousarray(picture), out[i])
    np.testing.assert_array_equal(integer.run(quantised.layers, pixels).numpy(), out)
    real = student(as_input(pixels)).detach()
    mine = (torch.from_numpy(out).float() - quantised.output_zero) * quantised.output_scale
    assert (mine - real).abs().mean() < 0.06 * (real.max() - real.min())


@pytest.mark.parametrize("family", ["plain", "residual"])
def test_family_passes_through_the_model_file_and_onnx(family):
    student, pixels = trained(family, 48, 40, 1, 1.0)
    layers = student.folded()
    quantised = quantise(layers, ranges(layers, pixels, 100.0), 48, 40)
    states = ["a", "b", "c"]
    spec = export.metadata(quantised, states, states, (48, 40, 1), [0, 0, 10000, 10000], 1, "p",
                           "2026-03-01T00:00:00.000Z", 5, Smoothing(), {}, {})
    arrays = export.tensors(quantised)
    arrays["selftest.input"], arrays["selftest.logits"] = pixels.numpy(), quantised.logits(pixels).numpy()
    export.check(export.encode(spec, arrays))
    evaluator = ReferenceEvaluator(onnx.load_from_string(onnx_export.encode(layers, states, 48, 40, 1)))
    found = evaluator.run(None, {"picture": as_input(pixels[:4]).numpy()})[0]
    np.testing.assert_allclose(found, student(as_input(pixels[:4])).detach().numpy(), atol=1e-3)


def test_residual_family_adds_what_it_had_before_each_block():
    student, _ = trained("residual", 64, 64, 1, 1.0)
    layers = student.folded()
    added = [(i, layer.source) for i, layer in enumerate(layers) if layer.op == "add"]
    assert len(added) == 4 and all(i - source == 3 for i, source in added)
    assert [layer.stride for layer in layers if layer.op == "avgpool"] == [2, 2, 1]


def test_multiplier_gives_whole_groups_and_one_changes_nothing():
    assert [scaled(10, 1), scaled(16, 0.5), scaled(24, 0.7), scaled(8, 0.1), scaled(32, 1.5)] == [10, 8, 16, 8, 48]


def test_wider_and_larger_networks_cost_more():
    def instructions(**settings):
        config = Settings(**settings)
        return cost.instructions(Student(config, 2).folded(), config.height, config.width, config.channels)
    door = instructions()
    assert instructions(multiplier=0.5) < door < instructions(multiplier=2.0)
    assert instructions(width=96, height=96) > 2 * door
    assert instructions(family="plain") > instructions(family="residual") > 0


def test_multiply_adds_count_every_product_once():
    config = Settings(family="residual", blocks=((16, 2), (16, 1)))
    layers = Student(config, 2).folded()
    stem, wide = 32 * 32 * 9 * 8, 16 * 16 * 8 * 16
    block = 16 * 16 * 16 * (9 + 16)
    assert multiply_adds(layers, 64, 64, 1) == stem + wide + 2 * block + 16 * 2


def test_input_too_small_for_the_pools_is_refused():
    with pytest.raises(TrainingError, match="halved"):
        Student(Settings(family="residual", width=16, height=16, blocks=((16, 2),) * 4), 2)
