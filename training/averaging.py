"""The moving average of a network's weights, steadier than the last step's.

Polyak and Juditsky, "Acceleration of Stochastic Approximation by Averaging", SIAM J. Control Optim. 30, 1992.
"""

import torch


def follow(average, network, decay):
    """Move the state of `average` towards that of `network`, a module of the same shape; whole numbers are copied."""
    pairs = list(zip(average.state_dict().values(), network.state_dict().values()))
    real = [pair for pair in pairs if pair[0].dtype.is_floating_point]
    with torch.no_grad():
        torch._foreach_lerp_([mine for mine, _ in real], [new for _, new in real], 1 - decay)
        for mine, new in pairs:
            if not mine.dtype.is_floating_point:
                mine.copy_(new)
