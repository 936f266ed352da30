"""Two ways to a narrower network, compared: pruning a wide one that has learnt, or training a narrow one."""

import json
from dataclasses import asdict

import msgspec
import torch

from contract import durable
from training import pareto, prune

_SHARES = (0.25, 0.5)  # of the channels that go


def compare(choices, data, config, steps, path, shares=_SHARES, progress=None):
    """[(way, share, pareto.Tried), ...] for every share of channels; rows that `path` (JSON) has are not made again.

    "whole": the network of `choices` trained for `steps`; "pruned": that one pruned, then `steps` / 2 of fine-tuning;
    "direct": a network of that very shape trained for as many steps altogether. data: as for pareto.search.
    """
    done = _Rows(path, {"choices": choices, "steps": steps, "seed": config.seed})
    if progress:
        progress.stage("narrower networks", 1 + 2 * len(shares))
        progress.advance(len(done.rows))
    if len(done.rows) == 1 + 2 * len(shares):
        return done.rows
    wide = msgspec.structs.replace(pareto.settings_of(choices, config.student), steps=steps)
    material, own = data.material(wide.width, wide.channels), msgspec.structs.replace(config, student=wide)
    student = pareto.learn(material, data.soft, own)

    def judge(network, settings):
        return pareto.judged(choices, network, material, settings, data)

    def fine_tuned(narrow, left):
        torch.manual_seed(config.seed)
        return prune.recover(left, material, data.soft, narrow, torch.Generator().manual_seed(config.seed), steps // 2)

    done.add("whole", 0.0, lambda: judge(student, own), progress)
    for share in shares:
        narrow, left = prune.prune(student, wide, len(material.labels), share)
        settings = msgspec.structs.replace(config, student=msgspec.structs.replace(narrow, steps=steps + steps // 2))
        done.add("pruned", share, lambda: judge(fine_tuned(settings, left), settings), progress)
        done.add("direct", share, lambda: judge(pareto.learn(material, data.soft, settings), settings), progress)
    return done.rows


class _Rows:
    def __init__(self, path, inputs):
        self._path, self._inputs, self.rows = path, inputs, []
        saved = json.loads(path.read_bytes()) if path.exists() else {}
        if saved.get("inputs") == inputs:
            self.rows = [(way, share, pareto.Tried(**tried)) for way, share, tried in saved["rows"]]

    def add(self, way, share, make, progress):
        """The row of `make()`, unless it is there."""
        if any(row[:2] == (way, share) for row in self.rows):
            return
        self.rows.append((way, share, make()))
        content = {"inputs": self._inputs, "rows": [(one, part, asdict(tried)) for one, part, tried in self.rows]}
        durable.write(self._path, (json.dumps(content, indent=1) + "\n").encode())
        if progress:
            progress.advance(1)
