#!/usr/bin/env python3
"""Builds the SDK image and takes the firmware out of it.

    container.py firmware             build the firmware into build/, unless nothing changed
    container.py bench                build what `make bench` runs into build/bench/, unless nothing changed
    container.py image STAGE          build one stage of the Dockerfile as doorlens:STAGE
    container.py run STAGE COMMAND... run a command in that stage; in a base, with cmodules/ mounted
    container.py fuzz SECONDS         run every fuzzing target; or: fuzz --replay TARGET FILE
    container.py valgrind             run every cmodules/*/test.py and the portable tests under memcheck
    container.py prune                remove the layers of earlier builds
"""

import argparse
import os
import sys

import engine
from errors import SdkError
from inputs import INPUTS, digest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PRODUCTS = ("armv7/doorlens-camera", "armv7/doorlens-camera.unstripped", "armv7/imgprep_grid",
            "armv7/nn_grid", "armv7/frame_grid", "x86_64/doorlens-camera",
            "x86_64/doorlens-camera.unstripped", "x86_64/libdoorlens.so")
BENCH_PRODUCTS = ("counter.so", "qemu/qemu-arm", "programs/doorlens", "programs/layers", "programs/xnnpack",
                  "programs/libjpeg")
BENCH_INPUTS = ("Dockerfile", ".dockerignore", "sdk", "cmodules", "bench/programs", "bench/build.mk", "bench/cpuinfo")
BASES = ("base", "base-valgrind")


def main(arguments=None, choose=engine.choose):
    options = _parser().parse_args(arguments)
    options.choose = choose
    try:
        options.act(options)
    except SdkError as error:
        print("sdk: %s" % error, file=sys.stderr)
        return 1
    return 0


def _parser():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--extra-c-modules", default="", help="directories of further C modules, relative to cmodules/")
    parser.add_argument("--base", default="base", choices=BASES, help="what the stage sdk builds on")
    parser.add_argument("--name", default="doorlens", help="name of the images")
    parser.add_argument("--out", default=os.path.join(ROOT, "build"), help="where the firmware goes")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    commands.add_parser("firmware").set_defaults(act=_firmware)
    commands.add_parser("bench").set_defaults(act=_bench)
    image = commands.add_parser("image")
    image.add_argument("stage")
    image.set_defaults(act=lambda options: _build(options, options.stage))
    run = commands.add_parser("run")
    run.add_argument("stage")
    run.add_argument("command", nargs=argparse.REMAINDER)
    run.set_defaults(act=_run)
    fuzz = commands.add_parser("fuzz", prefix_chars="+")
    fuzz.add_argument("command", nargs=argparse.REMAINDER)
    fuzz.set_defaults(act=_fuzz)
    commands.add_parser("valgrind").set_defaults(act=_valgrind)
    commands.add_parser("prune").set_defaults(act=lambda options: options.choose(ROOT).prune())
    return parser


def _build(options, stage):
    """(engine, tag of the image of `stage`)."""
    chosen = options.choose(ROOT)
    tag = "%s:%s" % (options.name, stage)
    if options.base == "base-valgrind" and stage not in BASES:
        tag += "-valgrind"
    print("Building %s with %s" % (tag, chosen.name), flush=True)
    chosen.build(stage, tag, {"BASE": options.base, "EXTRA_C_MODULES": options.extra_c_modules})
    return chosen, tag


def _firmware(options):
    _export(options, ("sdk", "firmware"), options.out, "firmware.stamp", PRODUCTS, INPUTS)


def _bench(options):
    _export(options, ("bench-sdk", "bench"), os.path.join(options.out, "bench"), "bench.stamp", BENCH_PRODUCTS,
            BENCH_INPUTS)


def _export(options, stages, out, stamp, products, inputs):
    """Build `stages`, the last one into the folder `out`, unless that was done with the same inputs."""
    if os.environ.get("DOORLENS_FIRMWARE_READY"):  # in the workbench container: the machine outside has built it
        return
    stamp = os.path.join(out, stamp)
    wanted = digest(ROOT, options.extra_c_modules, inputs)
    if _read(stamp) == wanted and all(os.path.exists(os.path.join(out, name)) for name in products):
        return
    for stage in stages:  # the first under a name of its own, so that its layers go when it is superseded
        chosen, tag = _build(options, stage)
    engine.export_atomically(chosen, tag, out)
    with open(stamp, "w") as file:
        file.write(wanted)


def _run(options):
    chosen, tag = _build(options, options.stage)
    mounts = [(os.path.join(ROOT, "cmodules"), "/cmodules"), (engine.compiler_cache(ROOT), "/ccache")]
    chosen.run(tag, options.command, mounts if options.stage in BASES else [])


def _fuzz(options):
    chosen, tag = _build(options, "fuzz")
    mounts = [(ROOT, "/doorlens"), (engine.compiler_cache(ROOT), "/ccache")]
    chosen.run(tag, ["python3", "/doorlens/sdk/fuzz/run.py"] + options.command, mounts)


def _valgrind(options):
    options.base = "base-valgrind"
    chosen, tag = _build(options, "sdk")
    mounts = [(os.path.join(ROOT, name), "/doorlens/" + name) for name in ("tests", "cmodules")]
    chosen.run(tag, ["make", "--no-print-directory", "-C", "/cmodules", "memcheck"], mounts)


def _read(path):
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return None


if __name__ == "__main__":
    sys.exit(main())
