"""python -m bench.cost: count the kernels over drawn networks, fit training/cost.json. Run by `make bench-cost`.

The counts themselves stay in bench/layer_counts.json, so that a fit can be repeated and checked without a camera.
"""

import argparse
import dataclasses
import json
import random
import sys

import numpy

from bench.count import BUILT, ROOT, count
from bench.errors import BenchError
from training.cost import TABLE, Shape, kind, network_terms, picture_terms, shapes, terms

COUNTS = ROOT / "bench" / "layer_counts.json"
CPU = "cortex-a9"
NETWORKS = 64
SEED = 4
_OPERATORS = ("conv2d_3x3", "depthwise_3x3", "pointwise", "avgpool", "dense", "add")  # nn.h
_LARGEST = 1_500_000  # multiply-adds of a drawn layer
_SMALL = 2_000  # instructions; below it errors are absolute: no network is made of such layers


@dataclasses.dataclass
class Planned:
    """One layer of a drawn network; `source` is of an addition."""

    op: str
    stride: int
    out_channels: int
    source: int = 0

    def word(self):
        return f"{_OPERATORS.index(self.op)},{self.stride},{self.out_channels},{self.source}"


def draw(number):
    """(height, width, channels, layers): network `number`, shapes as the students may have, and odd ones."""
    rng = random.Random(SEED * 1000 + number)
    height, width = rng.choice([(64, 64), (96, 96), (48, 64), (48, 48), (rng.randrange(20, 129), rng.randrange(20, 129))])
    channels = rng.choice((1, 3))
    if number % 4 == 0:  # nothing but its first layer and a head
        return height, width, channels, _pooled([Planned("conv2d_3x3", rng.choice((1, 2)), _channels(rng, 64))], rng)
    if number % 4 == 1:  # fewer channels than the kernels' eight
        return height, width, channels, _pooled(_few(rng), rng)
    layers = [Planned("conv2d_3x3", rng.choice((1, 2, 2)), _channels(rng, 24))]
    for _ in range(rng.randrange(8, 28)):
        layers += _middle(rng, shapes(layers, height, width, channels)[-1], len(layers))
    last = shapes(layers, height, width, channels)[-1]
    if last.out_height * last.out_width <= 36:
        return height, width, channels, [*layers, Planned("dense", 1, rng.randrange(2, 12))]
    return height, width, channels, _pooled(layers, rng)


def _few(rng):
    channels = rng.randrange(3, 8)
    strided = [Planned("depthwise_3x3", 2, channels), Planned("avgpool", rng.choice((2, 3)), channels)]
    return [Planned("conv2d_3x3", rng.choice((1, 2)), channels), Planned("depthwise_3x3", 1, channels),
            *rng.sample(strided, 2), Planned("depthwise_3x3", rng.choice((1, 2)), channels)]


def _channels(rng, most):
    """Half of the time whole groups of eight."""
    return max(8, rng.randrange(8, most + 1) // 8 * 8) if rng.random() < 0.5 else rng.randrange(3, most + 1)


def _middle(rng, before, count):
    height, width, channels = before.out_height, before.out_width, before.out_channels
    area = height * width
    op = rng.choice(("pointwise", "pointwise", "depthwise_3x3", "depthwise_3x3", "conv2d_3x3", "avgpool", "add"))
    if op == "add":  # around one depthwise layer, as its shapes agree
        return [Planned("depthwise_3x3", 1, channels), Planned("add", 1, channels, count - 1)]
    if op == "avgpool":
        stride = rng.choice((2, 2, 3))
        return [Planned(op, stride, channels)] if area > 100 and min(height, width) >= stride else []
    stride = rng.choice((1, 2)) if op != "pointwise" and area > 30 else 1
    if op == "depthwise_3x3":
        return [Planned(op, stride, channels)]
    products = area * channels * (9 if op == "conv2d_3x3" else 1) // stride**2
    return [Planned(op, stride, min(_channels(rng, 160), max(8, _LARGEST // products)))]


def _pooled(layers, rng):
    pool = Planned("avgpool", 1, layers[-1].out_channels)
    return [*layers, pool, Planned("dense", 1, rng.randrange(2, 24)), Planned("dense", 1, 3)]


def measure(height, width, channels, layers):
    """Counted instructions of one network: {"input", "layers": [[fields of a Shape, count], ...], "picture", "run"}."""
    command = [BUILT / "programs" / "layers", height, width, channels, *[layer.word() for layer in layers]]
    slots, _ = count([str(word) for word in command], cpu=CPU)
    counts = [slots[i]["instructions"] for i in range(len(layers) + 2)]
    found = shapes(layers, height, width, channels)
    lines = [[dataclasses.astuple(shape), value] for shape, value in zip(found, counts)]
    return {"input": [height, width, channels], "layers": lines, "picture": counts[-2], "run": counts[-1]}


def samples(networks):
    """{kind: [({term: turns}, instructions), ...]} of everything that was counted."""
    found = {}
    for network in networks:
        height, width, channels = network["input"]
        layers = [Shape(*values) for values, _ in network["layers"]]
        counted = [value for _, value in network["layers"]]
        for shape, value in zip(layers, counted):
            found.setdefault(kind(shape), []).append((terms(shape), value))
        found.setdefault("picture", []).append((picture_terms(height * width * channels), network["picture"]))
        around = network["run"] - network["picture"] - sum(counted)
        found.setdefault("network", []).append((network_terms(layers), around))
    return found


def fit(pairs):
    """Least squares of the relative error -> ({term: instructions}, relative errors of the samples)."""
    names = list(pairs[0][0])
    turns = numpy.array([[values[name] for name in names] for values, _ in pairs], float)
    counts = numpy.array([value for _, value in pairs], float)
    weight = 1 / numpy.maximum(numpy.abs(counts), _SMALL)
    solved = numpy.linalg.lstsq(turns * weight[:, None], counts * weight, rcond=1e-10)[0]
    solved = numpy.round(solved, 3)
    return dict(zip(names, solved.tolist())), (turns @ solved - counts) * weight


def table(networks):
    """What training/cost.json holds."""
    found, errors = {}, {}
    for name, pairs in sorted(samples(networks).items()):
        found[name], error = fit(pairs)
        errors[name] = {"layers": len(pairs), "typical": round(float(numpy.sqrt((error**2).mean())), 4),
                        "largest": round(float(numpy.abs(error).max()), 4)}
    return {"command": "make bench-cost", "cpu": CPU, "instructions": found, "error": errors}


def main():
    argparse.ArgumentParser(prog="python -m bench.cost", description=__doc__.split(": ", 1)[1]).parse_args()
    try:
        networks = [measure(*draw(number)) for number in range(NETWORKS)]
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    fitted = table(networks)
    COUNTS.write_text("[" + ",\n".join(json.dumps(network) for network in networks) + "]\n")
    TABLE.write_text(json.dumps(fitted, indent=1) + "\n")
    for name, error in fitted["error"].items():
        print(f"{name:24}{error['layers']:5} layers, error {error['typical']:7.2%} typical,{error['largest']:7.2%} largest")
    return 0


if __name__ == "__main__":
    sys.exit(main())
