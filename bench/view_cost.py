"""python -m bench.view_cost: ARM instructions of the view's checks, in the real firmware.

Runs build/armv7/doorlens-camera under qemu-arm with the counter. A check decodes the whole frame small and compares it; at
two frames a second one frame in three is checked while nothing changes.
"""

import argparse
import pathlib
import sys
import tempfile

from bench.count import ROOT, count
from bench.errors import BenchError
from bench.pictures import jpeg
from contract import view
from host_tools.native import imgprep
from training.pixels import network_input

CAMERA = ROOT / "build" / "armv7" / "doorlens-camera"
WORK = pathlib.Path(__file__).with_name("view_cost_work.py")
REGION = [3100, 3000, 6900, 8000]
SIZES = ((640, 360), (1280, 720), (1920, 1080))
CHECKS = 4
_FRAMES_A_CHECK = 3  # at two frames a second and a check every second and a half


def measure(width, height, checks=CHECKS):
    """{"check", "decode", "other", "frame"}: a check; the decoding in it; a frame without one; the mean of both. Raises BenchError."""
    with tempfile.TemporaryDirectory(prefix="doorlens-view-") as folder:
        picture, reference = pathlib.Path(folder, "picture.jpg"), pathlib.Path(folder, "reference")
        picture.write_bytes(jpeg(width, height))
        near = view.Surroundings(imgprep, REGION)
        near.describe(network_input(picture.read_bytes(), [0, 0, 10000, 10000], view.SIDE, view.SIDE, 1))
        reference.write_bytes(near.edges)
        slots, lines = count([CAMERA, WORK, picture, reference, checks])
    if lines != [f"{checks + 1} 16384 None"]:
        raise BenchError(f"the view was not recognised by its own picture: {lines}")
    marks = slots[0]["fewest"]
    check, decode, other = (slots[i]["instructions"] // slots[i]["calls"] - marks for i in (1, 2, 3))
    return {"check": check, "decode": decode, "other": other, "frame": (check + (_FRAMES_A_CHECK - 1) * other) // _FRAMES_A_CHECK}


def main():
    argparse.ArgumentParser(prog="python -m bench.view_cost", description=__doc__.split(": ", 1)[1].split("\n")[0]).parse_args()
    print(f"{'frame':12}{'a check':>12}{'its decoding':>14}{'no check':>10}{'mean':>12}")
    try:
        for width, height in SIZES:
            found = measure(width, height)
            print(f"{f'{width}x{height}':12}{found['check']:12,}{found['decode']:14,}{found['other']:10,}{found['frame']:12,}")
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
