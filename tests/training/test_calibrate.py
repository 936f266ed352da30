import numpy as np
import pytest
import torch

from training import calibrate, export
from training.config import Config, Decision
from training.quantise import float_output, quantise, ranges
from training.student import Student

LABELS = ["closed", "open", "unusable"]


def _frames(count, seed, warmth=1.0, lean=0.0):
    """Logits whose softmax is right after ("open" - lean) / warmth, and labels drawn by it."""
    generator = torch.Generator().manual_seed(seed)
    real = torch.randn(count, 3, generator=generator) * 2
    target = torch.multinomial(torch.softmax(real, 1), 1, generator=generator)[:, 0]
    logits = real * warmth
    logits[:, 1] += lean
    return logits, target


@pytest.mark.parametrize("warmth, lean", [(0.4, 0.0), (2.5, 0.0), (1.0, -1.2), (2.0, 1.5)])
def test_calibration_finds_what_was_done_to_the_logits(warmth, lean):
    found = calibrate.fit(*_frames(6000, 1, warmth, lean), 2)
    assert found.temperature == pytest.approx(warmth, rel=0.08)
    assert found.offset[0] - found.offset[1] == pytest.approx(lean, abs=0.15 * max(1, warmth))
    assert found.offset[2] == 0


def test_a_handful_of_frames_that_are_all_right_moves_little():
    logits = torch.tensor([[4.0, -4.0, -6.0]] * 6 + [[-1.0, 5.0, -6.0]] * 3 + [[-3.0, -3.0, 5.0]] * 2)
    found = calibrate.fit(logits, torch.tensor([0] * 6 + [1] * 3 + [2] * 2), 2)
    assert 0.5 < found.temperature <= 1.0
    assert max(map(abs, found.offset)) < 0.5


def test_dear_missed_openings_move_the_threshold_by_their_price():
    frames = _frames(6000, 2)
    even = calibrate.fit(*frames, 2)
    dear = calibrate.priced(even, LABELS, 2, Decision(false_opening=2.0, missed_opening=8.0))
    moved = (dear.offset[1] - dear.offset[0]) - (even.offset[1] - even.offset[0])
    assert moved / dear.temperature == pytest.approx(np.log(4), abs=1e-6)


@pytest.fixture(scope="module")
def network():
    """(folded layers, Quantised, pictures) of a student with random weights."""
    torch.manual_seed(3)
    student = Student(Config().student, 3).eval()
    student.dense.weight.data *= 8
    pixels = torch.randint(0, 256, (64, 64, 64, 1), generator=torch.Generator().manual_seed(4), dtype=torch.uint8)
    layers = student.folded()
    return layers, quantise(layers, ranges(layers, pixels, 100.0), 64, 64), pixels


def _at_rest(lead, count=200, tail=0):
    """Logits of frames whose first state leads by `lead`, but for the last `tail`, where it hardly does."""
    logits = torch.zeros(count, 3)
    logits[:, 0] = lead
    logits[count - tail:, 0] = 0.1
    logits[:, 2] = -9.0
    return logits


def _open(lead, count=40):
    """Logits of frames whose second state leads by `lead`."""
    return torch.tensor([[0.0, lead, -9.0]]).repeat(count, 1)


@pytest.mark.parametrize("lead, tail, gain", [(9.0, 0, 4.5), (2.2, 0, 1.1), (9.0, 1, 4.5), (9.0, 4, 0.05)])
def test_other_labels_gain_half_of_the_room_that_frames_at_rest_leave(lead, tail, gain):
    found = calibrate.lean(calibrate.Calibration((0.0, 0.0, 0.0), 1.0), _at_rest(lead, tail=tail), _open(5.0))
    assert found.offset == pytest.approx((0.0, gain, gain), abs=0.03)


@pytest.mark.parametrize("end, ahead, loss", [(0.5, 5.0, 0.5), (1.9, 5.2, 1.9), (3.0, 4.0, 2.0), (2.0, -1.0, 0.0)])
def test_frames_at_rest_beyond_the_threshold_move_it_but_not_past_half_of_the_others_lead(end, ahead, loss):
    found = calibrate.lean(calibrate.Calibration((0.0, 0.0, 0.0), 1.0), _at_rest(-end), _open(ahead))
    assert found.offset == pytest.approx((0.0, -loss, -loss), abs=1e-4)


def test_frames_at_rest_alone_take_nothing_from_the_others():
    found = calibrate.lean(calibrate.Calibration((0.0, 0.0, 0.0), 1.0), _at_rest(-1.0), _open(5.0, 0))
    assert found.offset == pytest.approx((0.0, 0.0, 0.0))


def test_room_is_measured_in_calibrated_logits():
    found = calibrate.lean(calibrate.Calibration((0.5, -0.5, 0.0), 2.0), _at_rest(3.4), _open(5.0))
    assert found.offset == pytest.approx((0.5, -0.5 + 4.4 / 2, 4.4 / 2))


def test_costs_count_in_full_whatever_room_there_is():
    before = calibrate.lean(calibrate.Calibration((0.0, 0.0, 0.0), 2.0), _at_rest(9.0), _open(5.0))
    dear = calibrate.priced(before, LABELS, 2, Decision(false_opening=8.0, missed_opening=2.0))
    moved = (dear.offset[1] - dear.offset[0]) - (before.offset[1] - before.offset[0])
    assert moved / 2 == pytest.approx(-np.log(4))


def test_a_loss_is_that_of_the_best_temperature():
    generator = torch.Generator().manual_seed(5)
    logits, target = torch.randn(400, 3, generator=generator), torch.randint(3, (400,), generator=generator)
    logits[torch.arange(400), target] += 2
    assert calibrate.loss(logits * 5, target) == pytest.approx(calibrate.loss(logits, target), rel=0.05)
    assert calibrate.loss(logits + torch.randn(400, 3, generator=generator), target) > 1.1 * calibrate.loss(logits, target)


def test_few_frames_at_rest_change_nothing():
    before = calibrate.Calibration((0.1, -0.1, 0.0), 1.5)
    assert calibrate.lean(before, _at_rest(9.0, count=29), _open(5.0)) == before


def test_folded_offset_moves_the_integer_logits_and_nothing_else(network):
    _, plain, pixels = network
    offset = 5.4 * plain.output_scale
    folded = calibrate.fold(plain, calibrate.Calibration((-offset, offset, 0.0), 2.0))
    before, after = plain.logits(pixels).long(), folded.logits(pixels).long()
    inside = ((before.abs() < 120) & (after.abs() < 120)).all(1)
    steps = (after - before)[inside].double()
    assert inside.sum() > 30 and folded.output_scale == plain.output_scale / 2
    assert (steps - torch.tensor([-5.4, 5.4, 0.0])).abs().max() < 1
    assert plain.layers[-1].bias.equal(network[1].layers[-1].bias)


def test_folded_file_gives_the_same_logits_in_the_kernels(network):
    _, plain, pixels = network
    folded = calibrate.fold(plain, calibrate.Calibration((-0.31, 0.31, 0.0), 0.7))
    config = Config()
    spec = export.metadata(folded, LABELS, LABELS[:2], (64, 64, 1), [0, 0, 10000, 10000], 1, "door", "", 3,
                           config.smoothing, {}, {})
    arrays = export.tensors(folded)
    arrays["selftest.input"], arrays["selftest.logits"] = pixels[:2].numpy(), folded.logits(pixels[:2]).numpy()
    parsed, kernels = export.check(export.encode(spec, arrays))
    assert parsed.output_scale == folded.output_scale
    np.testing.assert_array_equal(export.kernel_logits(parsed, kernels, pixels.numpy()), folded.logits(pixels).numpy())


def test_folded_real_network_gives_calibrated_logits(network):
    layers, _, pixels = network
    calibration = calibrate.Calibration((-0.5, 0.5, 0.0), 1.7)

    def run(network):
        x, outputs = pixels[:8].permute(0, 3, 1, 2).float() / 255, []
        for layer in network:
            x = float_output(layer, x, outputs)
            outputs.append(x)
        return x[:, :, 0, 0]
    assert torch.allclose(run(calibrate.fold_real(layers, calibration)), calibration(run(layers)), atol=1e-4)
