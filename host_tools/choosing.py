"""Which rows of features to ask a person about: typical ones at first, then doubtful ones, always unlike each other."""

import numpy as np

_NEIGHBOURS = 20      # whose mean distance tells how typical a row is
_LARGEST = 2000       # rows of a cluster that are compared with each other, drawn if there are more
_DOUBTFUL = 10        # times as many of the most doubtful rows as are wanted take part
_ITERATIONS = 15      # of k-means
_LEAST_DOUBT = 1e-3


def typical(rows, labelled, count, generator):
    """Indices of `count` rows that are each typical for a part of the rows without a label, the largest part first.

    k-means into as many clusters as there will be labels; of the largest without one, the row with the nearest
    neighbours: TypiClust, Hacohen, Dekel and Weinshall, "Active Learning on a Budget: Opposite Strategies Suit High and
    Low Budgets", ICML 2022. rows: float32 [n, d]; labelled: indices; generator: numpy.random.Generator.
    """
    labelled = np.asarray(labelled, np.int64)
    open_ones = np.setdiff1d(np.arange(len(rows)), labelled)
    if len(open_ones) <= count:
        return open_ones.tolist()
    cluster = _clusters(rows, np.ones(len(rows)), min(len(rows), len(labelled) + count), generator)
    covered = set(cluster[labelled].tolist())
    sizes = np.bincount(cluster)
    ranked = sorted((c for c in np.flatnonzero(sizes).tolist() if c not in covered), key=lambda c: (-sizes[c], c))
    chosen = [_most_typical(rows, np.flatnonzero(cluster == c), generator) for c in ranked[:count]]
    return chosen + _farthest(rows, [*labelled, *chosen], count - len(chosen))


def doubtful(rows, doubt, candidates, count, generator):
    """`count` of the `candidates` (indices) that are doubtful and unlike each other, the most doubtful first.

    Of the ten times as many most doubtful, the ones nearest to the centres of k-means weighted by doubt: Zhdanov,
    "Diverse mini-batch Active Learning", arXiv 1901.05954. doubt: float [n] in 0..1.
    """
    candidates = np.asarray(candidates, np.int64)
    if len(candidates) <= count or not count:
        return candidates[:count].tolist()
    pool = candidates[np.argsort(-doubt[candidates], kind="stable")][:_DOUBTFUL * count]
    weight = doubt[pool] + _LEAST_DOUBT
    cluster = _clusters(rows[pool], weight, count, generator)
    chosen = []
    for c in np.unique(cluster):
        own = np.flatnonzero(cluster == c)
        centre = np.average(rows[pool[own]], 0, weight[own])
        chosen.append(int(pool[own[_squares(rows[pool[own]], centre[None])[:, 0].argmin()]]))
    left = [i for i in pool.tolist() if i not in set(chosen)]
    chosen += left[:count - len(chosen)]
    return sorted(chosen, key=lambda i: (-doubt[i], i))


def shares(labelled, count):
    """{state: how many of `count` to ask for}, one after the other to whichever state has the fewest labels then.

    labelled: {state: number of labels}, in the states' order.
    """
    given = dict.fromkeys(labelled, 0)
    for _ in range(count):
        given[min(given, key=lambda state: labelled[state] + given[state])] += 1
    return given


def _clusters(rows, weight, count, generator):
    """k-means++ (Arthur and Vassilvitskii, SODA 2007), then Lloyd's iterations: number of each row's cluster, int64 [n]."""
    chosen = [int(generator.choice(len(rows), p=weight / weight.sum()))]
    nearest = _squares(rows, rows[chosen])[:, 0]
    while len(chosen) < count and (nearest * weight).sum() > 0:
        chance = nearest * weight
        chosen.append(int(generator.choice(len(rows), p=chance / chance.sum())))
        nearest = np.minimum(nearest, _squares(rows, rows[chosen[-1:]])[:, 0])
    centres = rows[chosen].astype(np.float64)
    for _ in range(_ITERATIONS):
        cluster = _squares(rows, centres).argmin(1)
        for c in np.unique(cluster):
            own = cluster == c
            centres[c] = np.average(rows[own], 0, weight[own])
    return _squares(rows, centres).argmin(1)


def _most_typical(rows, own, generator):
    """Of the rows `own` (indices) the one with the smallest mean distance to its nearest neighbours."""
    if len(own) > _LARGEST:
        own = np.sort(generator.choice(own, _LARGEST, replace=False))
    near = np.sort(_squares(rows[own], rows[own]) ** 0.5, 1)[:, 1:_NEIGHBOURS + 1]
    return int(own[near.mean(1).argmin()]) if near.size else int(own[0])


def _farthest(rows, taken, count):
    """Farthest-first (Gonzalez, Theoretical Computer Science 38, 1985), where clusters were fewer than wanted."""
    chosen = []
    nearest = _squares(rows, rows[taken]).min(1) if taken and count else np.full(len(rows), np.inf)
    nearest[taken] = -1
    for _ in range(count):
        chosen.append(int(nearest.argmax()))
        nearest = np.minimum(nearest, _squares(rows, rows[chosen[-1:]])[:, 0])
        nearest[chosen] = -1
    return chosen


def _squares(a, b):
    """Squared distances of the rows of a and b, float64 [len(a), len(b)]."""
    a, b = a.astype(np.float64), b.astype(np.float64)
    return ((a ** 2).sum(1)[:, None] + (b ** 2).sum(1) - 2 * a @ b.T).clip(0)
