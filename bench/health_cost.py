"""python -m bench.health_cost: ARM instructions of counting a frame, and of answering a scrape, in the real firmware.

Runs build/armv7/doorlens-camera under qemu-arm with the counter, without a model, on frames of a procedural picture.
"""

import argparse
import json
import pathlib
import sys
import tempfile

from bench.count import ROOT, count
from bench.errors import BenchError
from bench.pictures import jpeg

CAMERA = ROOT / "build" / "armv7" / "doorlens-camera"
WORK = pathlib.Path(__file__).with_name("health_cost_work.py")
WORDS = {"frame": "counting a frame", "scrape": "all metrics of a scrape", "family": "the longest piece of a scrape without a pause",
         "status": "the status in JSON", "line": "a log line", "again": "a log line that is counted only"}


def measure(rounds=5):
    """{name of WORDS: instructions, the mean of `rounds`; "bytes": of heap that counting one frame takes}. Raises BenchError."""
    with tempfile.TemporaryDirectory(prefix="doorlens-health-") as folder:
        folder = pathlib.Path(folder)
        (folder / "picture.jpg").write_bytes(jpeg(640, 360))
        settings = {"camera": "door", "source": {"type": "stdin"}, "log": {"level": "info"}}
        (folder / "settings.json").write_text(json.dumps(settings))
        slots, lines = count([CAMERA, WORK, folder, rounds])
    marks = slots[0]["fewest"]
    found = {name: slots[i]["instructions"] // slots[i]["calls"] - marks for i, name in enumerate(WORDS, 1) if name != "family"}
    found["family"] = slots[1 + list(WORDS).index("family")]["most"] - marks
    return found | {"bytes": int(lines[-1])}


def main():
    argparse.ArgumentParser(prog="python -m bench.health_cost", description=__doc__.split(": ", 1)[1].split("\n")[0]).parse_args()
    try:
        found = measure()
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    for name, words in WORDS.items():
        print(f"{words:50}{found[name]:12,}")
    print(f"{'bytes of heap for counting a frame':50}{found['bytes']:12,}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
