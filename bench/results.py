"""build/bench.json: what was measured, in the form that others read."""

import json
import os

from bench.count import BUILT, ROOT

PATH = ROOT / "build" / "bench.json"


def entry(benchmark, by_cpu):
    """One benchmark's object; `by_cpu` is {cpu: Benchmark.measure(cpu)}, the first cpu's figures are the main ones."""
    main = by_cpu[next(iter(by_cpu))]
    peer = _sum(main["peers"])
    return {
        "title": benchmark.title,
        "ours": main["ours"].instructions,
        "ours_c": main["ours_c"].instructions,
        "peer": peer,
        "peer_name": benchmark.peer_name,
        "must": benchmark.must or peer // 3,
        "reach": benchmark.reach,
        "ours_first_call": main["ours"].first,
        "detail": {cpu: {"ours": found["ours"].warm, "ours_c": found["ours_c"].warm,
                         "peers": [one.warm for one in found["peers"]]} for cpu, found in by_cpu.items()},
    }


def _sum(peers):
    return sum(peer.instructions for peer in peers)


def about(work, uniform):
    """The conditions: inputs, versions, and the door network with the worst weights."""
    versions = dict(line.split(" ", 1) for line in (BUILT / "versions").read_text().splitlines())
    return {
        "picture": {"bytes": work.full_hd.size, "huffman_symbols": work.full_hd.symbols},
        "picture_640x360": {"bytes": work.small_picture.size, "huffman_symbols": work.small_picture.symbols},
        "peers": versions,
        "door_int8_uniform_weights": uniform.instructions,
    }


def write(results, path=PATH):
    """Appears complete or not at all."""
    path.parent.mkdir(exist_ok=True)
    new = path.with_suffix(".new")
    new.write_text(json.dumps(results, indent=1) + "\n")
    os.replace(new, path)


def read(path=PATH):
    """The results, or None if there are none."""
    return json.loads(path.read_text()) if path.exists() else None
