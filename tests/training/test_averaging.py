import copy

import torch
from torch import nn

from training.averaging import follow


def test_average_moves_by_its_share_and_counters_are_copied():
    torch.manual_seed(1)
    network = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2))
    average = copy.deepcopy(network)
    before = copy.deepcopy(average.state_dict())
    for _ in range(3):
        network(torch.rand(4, 1, 8, 8))
    with torch.no_grad():
        network[0].weight += 1
    follow(average, network, 0.75)
    torch.testing.assert_close(average[0].weight, before["0.weight"] + 0.25)
    wanted = 0.75 * before["1.running_mean"] + 0.25 * network[1].running_mean
    torch.testing.assert_close(average[1].running_mean, wanted)
    assert int(average[1].num_batches_tracked) == 3
