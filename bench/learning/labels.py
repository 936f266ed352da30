"""Which pictures are worth a label if a method may choose."""

import random

import torch


def farthest_first(features, count, seed):
    """Indices of `count` rows of `features` [n, d], each the farthest from all before it; the first is drawn.

    Gonzalez, "Clustering to minimize the maximum intercluster distance", Theoretical Computer Science 38 (1985).
    """
    chosen = [random.Random(seed).randrange(len(features))]
    nearest = torch.full((len(features),), float("inf"))
    while len(chosen) < min(count, len(features)):
        distance = (features - features[chosen[-1]]).square().sum(1)
        nearest = torch.minimum(nearest, distance)
        nearest[chosen] = -1.0
        chosen.append(int(nearest.argmax()))
    return chosen
