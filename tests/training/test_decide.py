import random

import torch

from contract.decision import best
from training.config import Decision
from training.decide import choose_margin, cost, leads, prices

LABELS = ["closed", "open", "unusable"]


def test_leads_are_those_of_the_camera():
    rng = random.Random(1)
    rows = [[rng.randrange(-128, 128) for _ in range(3)] for _ in range(200)] + [[5, 5, 5], [-128, -128, 127]]
    index, lead = leads(torch.tensor(rows, dtype=torch.int8))
    for row, i, ahead in zip(rows, index, lead):
        expected = best(bytes(value & 0xFF for value in row), 3)
        assert (int(i), int(ahead)) == expected or ahead == expected[1] == 0


def test_margin_lies_between_wrong_and_right_answers():
    wrong, right = [[10, 18, -50]] * 5, [[90, 10, -50]] * 20 + [[-40, 30, -50]] * 20
    target = torch.tensor([0] * 5 + [0] * 20 + [1] * 20)
    assert 8 < choose_margin(torch.tensor(wrong + right, dtype=torch.int8), target, LABELS, 0.04, Decision()) < 26


def test_blocked_frame_called_open_costs_and_unusable_does_not():
    logits = torch.tensor([[-40, 60, -50]] * 20 + [[80, -30, 0]] * 20 + [[0, 20, 5]] * 3 + [[0, 10, 90]] * 3,
                          dtype=torch.int8)
    target = torch.tensor([1] * 20 + [0] * 20 + [2] * 6)
    assert 25 > choose_margin(logits, target, LABELS, 0.04, Decision()) > 15


def test_margin_never_exceeds_its_limit():
    logits = torch.tensor([[80, -50, -60], [-50, 30, -60], [40, 0, -60]] + [[10, 0, -60]] * 3, dtype=torch.int8)
    target = torch.tensor([0, 1, 1, 1, 1, 1])  # wrong by 40, and by 10
    margins = [choose_margin(logits, target, LABELS, 0.05, Decision(max_lead=lead)) for lead in (1.0, 3.0)]
    assert 10 < margins[0] <= 20 and 40 < margins[1] <= 60


def test_one_wrong_frame_far_off_silences_nothing():
    right = [[90, 70, -50]] * 20 + [[20, 40, -50]] * 20
    target = torch.tensor([0] * 20 + [1] * 20)
    without = choose_margin(torch.tensor(right, dtype=torch.int8), target, LABELS, 0.1, Decision(max_lead=4.0))
    with_one = choose_margin(torch.tensor([*right, [70, 40, -50]], dtype=torch.int8), torch.cat([target, torch.tensor([1])]),
                             LABELS, 0.1, Decision(max_lead=4.0))
    assert with_one == without < 20


def test_prices_tell_false_openings_from_missed_ones():
    config = Decision(false_opening=2.0, missed_opening=7.0, wrong_cost=4.0)
    assert prices(["closed", "ajar", "open", "unusable"], config) == [
        [0, 2, 2, 1], [7, 0, 4, 1], [7, 4, 0, 1], [4, 4, 4, 0]]


def test_cost_of_sure_answers_is_their_price():
    logits = torch.tensor([[100, -100, -120], [100, -100, -120], [-100, 100, -120]], dtype=torch.int8)
    sure = Decision(false_opening=2.0, missed_opening=6.0)
    assert abs(cost(logits, torch.tensor([0, 1, 1]), LABELS, 5, 1.0, sure) - 6.0 / 1.5 / 2 / 2) < 1e-9
    assert cost(logits, torch.tensor([0, 1, 1]), LABELS, 255, 1.0, sure) == 1.0
