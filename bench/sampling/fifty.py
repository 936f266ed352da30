"""Which frames of two days a person labels, by strategy: what `doorlens select` asks for, or what others would take.

Each returns sorted indices of `count` frames of a strategies.Film; the seed decides all that is random.
"""

import numpy as np
import torch

from annotation.index import Index
from bench.learning.labels import farthest_first
from bench.sampling import replay, strategies
from bench.sampling.measures import rows
from host_tools import project, select

ROUNDS = 2  # of `doorlens select`, so that the second knows the labels of the first
_POOL = 200  # random timestamps that farthest-first begins with: 100 a day


def ours(film, count, seed, answer, folder, region, kind="auto"):
    """Of what the policy keeps without a model, what `doorlens select` asks for.

    answer(frame, path) writes the picture of a frame and returns its time in milliseconds and its label; folder: for the
    project, new; region: four ints in 1/10000; kind: of features, host_tools.features.KINDS.
    """
    frames = {f"frames/front/{i}.jpg": i for i, reason in replay.policy(film.footage, seed=seed) if reason != "random"}
    made = project.create(folder, "door", ["closed", "open"], [value / 10000 for value in region])
    index, labels = Index.open(made.path, made.states), {}
    for name, i in frames.items():
        made.path.joinpath(name).parent.mkdir(parents=True, exist_ok=True)
        time_ms, labels[name] = answer(i, made.path / name)
        index.add(name, time_ms, "front")
    index.save()
    chosen = []
    for _ in range(ROUNDS):
        asked = [pick.path for pick in select.select(made, count // ROUNDS, seed, kind).chosen]
        index = Index.open(made.path, made.states)
        for name in asked:
            index.label(name, labels[name], "someone")
        index.save()
        chosen += asked
    return sorted(frames[name] for name in chosen)


def periodic(film, count, seed, *_):
    """At equal distances, from an instant that the seed draws."""
    step = len(film.footage) / count
    return [int((n + np.random.default_rng(seed).random()) * step) for n in range(count)]


def motion(film, count, seed, *_):
    """At random of what motion-gated sampling keeps."""
    kept = [i for i, _ in strategies.motion(film)]
    return sorted(int(i) for i in np.random.default_rng(seed).choice(kept, min(count, len(kept)), replace=False))


def farthest(film, count, seed, *_):
    """Of random timestamps those that are farthest from each other by colours."""
    drawn = np.sort(np.random.default_rng(seed).choice(len(film.footage), _POOL, replace=False))
    chosen = farthest_first(torch.from_numpy(rows(film.footage, drawn)[:, -64:]), count, seed)
    return sorted(int(drawn[i]) for i in chosen)


ALL = {"ours": ours, "periodic": periodic, "motion": motion, "farthest_first": farthest}
TITLES = {"ours": "policy, then `doorlens select`", "periodic": "periodic", "motion": "motion-gated",
          "farthest_first": "farthest-first of 200 random"}
