"""What frames probably show: by the newest model's own kernels, by a probe on features of the labelled ones, or both."""

import numpy as np

from contract import model as model_file
from contract.decision import UNUSABLE, probability
from host_tools import deployed
from host_tools.native import nn
from training.pixels import network_input
from training.progress import Silent


def believe(project, paths, labels, features, progress=None):
    """(names, probabilities float64 [n, names], sources): the states, then "unusable"; None for lack of labels and model.

    paths: of the frames; labels: theirs, None without; features: host_tools.features.Features, in the same order. The
    mean of model and probe where there are both; sources: their names, for a person. A frame without a readable picture
    is as likely one as the other.
    """
    progress = progress or Silent()
    names = [*project.states, UNUSABLE]
    found = {"the newest model": _by_model(project, paths, names, progress), "the labels": _by_probe(labels, features, names)}
    found = {name: shares for name, shares in found.items() if shares is not None}
    if not found:
        return None
    mean = sum(found.values()) / len(found)
    mean[~features.readable] = 1 / len(names)
    return names, mean, list(found)


def doubt(shares):
    """1 - how much likelier the likeliest is than the second: float64 [n] in 0..1."""
    ordered = np.sort(shares, 1)
    return 1 - (ordered[:, -1] - ordered[:, -2])


def _by_model(project, paths, names, progress):
    file = deployed.newest(project.runs_path)
    if file is None:
        return None
    parsed = model_file.parse(file.read_bytes())
    if not set(parsed.labels) <= set(names):
        progress.say(f"{file} knows other states than doorlens.toml: not asked")
        return None
    network, logits = model_file.build(parsed, nn), bytearray(len(parsed.labels))
    shares = np.zeros((len(paths), len(names)))
    progress.stage("asking the model", len(paths))
    for i, path in enumerate(paths):
        try:
            picture = network_input((project.path / path).read_bytes(), parsed.region, parsed.width, parsed.height,
                                    parsed.channels)
        except (OSError, ValueError):
            shares[i] = 1 / len(names)
        else:
            network.run(picture, logits)
            for label, name in enumerate(parsed.labels):
                shares[i, names.index(name)] = probability(logits, label, parsed)
        progress.advance()
    return shares


def _by_probe(labels, features, names):
    """None without labels of two states, or without torch."""
    known = [i for i, label in enumerate(labels) if label in names and features.readable[i]]
    present = [name for name in names if any(labels[i] == name for i in known)]
    if len(set(present) - {UNUSABLE}) < 2:
        return None
    try:
        import torch

        from training import probe
    except ImportError:
        return None
    rows = probe.standardised(torch.from_numpy(features.rows))
    target = torch.tensor([present.index(labels[i]) for i in known])
    odds = probe.fit(rows[known], target, len(present))(rows)
    shares = np.zeros((len(labels), len(names)))
    shares[:, [names.index(name) for name in present]] = probe.probabilities(odds).numpy()
    return shares
