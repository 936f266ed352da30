"""What is measured: each benchmark is ours, ours without NEON, and the best peer, on the same input."""

import dataclasses

from bench.count import BUILT, count
from bench.errors import BenchError

CPUS = ("cortex-a9", "cortex-a7")
XNNPACK, LIBJPEG = "XNNPACK", "libjpeg-turbo"
_FIRST, _WARM = 0, 1  # slots of bench/programs/measure.h
_CALLS = 2
_ABOUT_CALLS = ("calls", "unbalanced", "fewest", "most")
_PEER = {"root": BUILT / "root", "environment": ["JSIMD_FORCENEON=1"]}
_LOGIT_TOLERANCE = 2  # XNNPACK rounds in floating point


@dataclasses.dataclass
class Measured:
    """Counts of one call: `first` from cold, `warm` afterwards (a dict of bench.count's kinds); what the program printed."""

    first: int
    warm: dict
    output: dict

    @property
    def instructions(self):
        return self.warm["instructions"]


@dataclasses.dataclass
class Benchmark:
    """`ours`: arguments of programs/doorlens; `peers`: (program, arguments) that together do the same."""

    name: str
    title: str
    ours: list
    peers: list
    peer_name: str
    must: int | None = None   # None: a third of the peer
    reach: int | None = None
    logits: list | None = None

    def measure(self, cpu):
        """{"ours": Measured, "ours_c": Measured, "peers": [Measured]}. Raises BenchError if they disagree."""
        ours = run("doorlens", self.ours, cpu)
        portable = run("doorlens", self.ours, cpu + ",neon=off")
        peers = [run(program, arguments, cpu, **_PEER) for program, arguments in self.peers]
        self._compare(ours, portable, peers)
        return {"ours": ours, "ours_c": portable, "peers": peers}

    def _compare(self, ours, portable, peers):
        if ours.output != portable.output:
            raise BenchError(f"{self.name}: NEON gives {ours.output}, portable C {portable.output}")
        if self.logits is not None and ours.output["logits"] != self.logits:
            raise BenchError(f"{self.name}: logits are {ours.output['logits']}, should be {self.logits}")
        for peer in peers if len(peers) == 1 else []:
            if not _same(ours.output, peer.output):
                raise BenchError(f"{self.name}: ours gives {ours.output}, {self.peer_name} {peer.output}")


def run(program, arguments, cpu, **options):
    slots, lines = count([BUILT / "programs" / program, *arguments, _CALLS], cpu=cpu, **options)
    warm = slots[_WARM]
    per_call = {kind: value // warm["calls"] for kind, value in warm.items() if kind not in _ABOUT_CALLS}
    per_call["instructions"] = warm["most"]
    output = {words[0]: words[1:] for words in map(str.split, lines)}
    if "logits" in output:
        output["logits"] = [int(word) for word in output["logits"]]
    return Measured(slots[_FIRST]["instructions"], per_call, output)


def _same(ours, peer):
    if "logits" in ours:
        return max(abs(a - b) for a, b in zip(ours["logits"], peer["logits"], strict=True)) <= _LOGIT_TOLERANCE
    return ours["pixels"] == peer["pixels"]


def benchmarks(work):
    """All six, on the files of a bench.work.Work."""
    both = f"{LIBJPEG} + {XNNPACK}"
    return [
        _network("door_int8", "door network, int8, 0.93 M multiply-adds", work.door, 500_000, 420_000),
        _network("vww_int8", "96x96 network, int8, 7.49 M multiply-adds", work.vww, 2_700_000, 2_440_000),
        _jpeg("jpeg_1080p_eighth", "1080p JPEG to 1/8 luma", work.eighth, 8_000_000, 6_000_000),
        _jpeg("jpeg_region_quarter", "480x480 in the middle of 1080p at 1/4", work.region, 6_500_000, 5_000_000),
        _frame("frame_1080p_region", "1080p JPEG, that region, to logits", work.region, work.door, both, 7_200_000, 5_500_000),
        _frame("frame_640x360", "640x360 JPEG to logits", work.small, work.door, both),
    ]


def _network(name, title, network, must, reach):
    return Benchmark(name, title, ["network", network.path], [("xnnpack", [network.path])], XNNPACK, must, reach,
                     network.logits)


def _jpeg(name, title, decode, must, reach):
    arguments = [decode.picture.path, *decode.arguments]
    return Benchmark(name, title, ["jpeg", *arguments], [("libjpeg", arguments)], LIBJPEG, must, reach)


def _frame(name, title, decode, network, peer_name, must=None, reach=None):
    peers = [("libjpeg", [decode.picture.path, *decode.arguments]), ("xnnpack", [network.path])]
    ours = ["frame", decode.picture.path, network.path, *decode.arguments]
    return Benchmark(name, title, ours, peers, peer_name, must, reach)
