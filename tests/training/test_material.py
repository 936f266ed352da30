import torch

from training.material import balanced_draw


def _drawn(target, weight=None, hour=None, count=6000, seed=1):
    return balanced_draw(target, count, torch.Generator().manual_seed(seed), weight, hour)


def test_near_duplicates_together_count_as_one_frame():
    target = torch.zeros(60, dtype=torch.int64)
    weight = torch.cat([torch.full((50,), 1 / 50), torch.ones(10)])  # fifty copies of one view, ten others
    drawn = _drawn(target, weight)
    assert 0.07 < (drawn < 50).float().mean() < 0.11
    assert len(drawn[drawn < 50].unique()) == 50  # none of them is dropped


def test_rare_hour_of_a_label_comes_more_often_than_it_is_frequent():
    hour = torch.tensor([12] * 96 + [3] * 4)
    share = float((_drawn(torch.zeros(100, dtype=torch.int64), hour=hour) >= 96).float().mean())
    assert 0.10 < share < 0.25


def test_hours_do_not_change_how_often_a_label_comes():
    target = torch.tensor([0] * 90 + [1] * 10)
    hour = torch.tensor([n % 24 for n in range(90)] + [12] * 10)
    plain, balanced = (float((target[_drawn(target, hour=given)] == 1).float().mean()) for given in (None, hour))
    assert abs(plain - balanced) < 0.03


def test_same_generator_same_draw():
    target, hour = torch.tensor([0, 1] * 30), torch.arange(60) % 24
    assert torch.equal(_drawn(target, hour=hour), _drawn(target, hour=hour))
    assert not torch.equal(_drawn(target, hour=hour), _drawn(target, hour=hour, seed=2))
