#!/usr/bin/env python3
"""Builds the SDK image and takes the firmware out of it.

    container.py image STAGE        build one stage of the Dockerfile as doorlens:STAGE
    container.py firmware           build the firmware into build/, unless nothing changed
    container.py run STAGE COMMAND  run a command in that stage with cmodules/ mounted
    container.py valgrind           run every cmodules/*/test.py under memcheck
"""

import argparse
import hashlib
import os
import subprocess
import sys

import engine
from errors import SdkError

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
INPUTS = ("Dockerfile", ".dockerignore", "sdk", "cmodules", "contract", "camera_firmware")
PRODUCTS = ("armv7/doorlens-camera", "armv7/doorlens-camera.unstripped", "x86_64/doorlens-camera",
            "x86_64/doorlens-camera.unstripped", "x86_64/libdoorlens.so")


def main(arguments=None):
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except SdkError as error:
        print("sdk: %s" % error, file=sys.stderr)
        return 1
    return 0


def _parser():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--extra-c-modules", default=os.environ.get("EXTRA_C_MODULES", ""),
                        help="directories of further C modules, relative to cmodules/")
    parser.add_argument("--out", default=os.path.join(ROOT, "build"), help="where the firmware goes")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    image = commands.add_parser("image")
    image.add_argument("stage")
    image.set_defaults(run=_image)
    commands.add_parser("firmware").set_defaults(run=_firmware)
    run = commands.add_parser("run")
    run.add_argument("stage")
    run.add_argument("command", nargs=argparse.REMAINDER)
    run.set_defaults(run=_run)
    commands.add_parser("valgrind").set_defaults(run=_valgrind)
    return parser


def _image(options, base="base", tag=None):
    chosen = engine.choose(ROOT)
    tag = tag or "doorlens:" + options.stage
    print("Building %s with %s; the first time takes some minutes." % (tag, chosen.name), flush=True)
    chosen.build(options.stage, tag, {"BASE": base, "EXTRA_C_MODULES": options.extra_c_modules})
    return chosen, tag


def _firmware(options):
    stamp = os.path.join(options.out, "firmware.stamp")
    digest = _inputs_digest(options.extra_c_modules)
    if _read(stamp) == digest and all(os.path.exists(os.path.join(options.out, name)) for name in PRODUCTS):
        return
    options.stage = "firmware"
    chosen, tag = _image(options)
    engine.export_atomically(chosen, tag, options.out)
    with open(stamp, "w") as file:
        file.write(digest)


def _run(options):
    chosen, tag = _image(options)
    chosen.run(tag, options.command, [(os.path.join(ROOT, "cmodules"), "/cmodules")])


def _valgrind(options):
    options.stage = "sdk"
    chosen, tag = _image(options, base="base-valgrind", tag="doorlens:sdk-valgrind")
    chosen.run(tag, ["make", "--no-print-directory", "-C", "/cmodules", "memcheck"], [])


def _inputs_digest(extra):
    """SHA-256 over the names and contents of everything the image is built from."""
    digest = hashlib.sha256(extra.encode())
    for path in _input_files():
        digest.update(path.encode() + b"\0")
        with open(os.path.join(ROOT, path), "rb") as file:
            digest.update(hashlib.sha256(file.read()).digest())
    return digest.hexdigest()


def _input_files():
    for top in INPUTS:
        if os.path.isfile(os.path.join(ROOT, top)):
            yield top
        for folder, folders, names in os.walk(os.path.join(ROOT, top)):
            folders[:] = sorted(name for name in folders if name not in ("__pycache__", "build"))
            for name in sorted(names):
                if not name.endswith(".pyc"):
                    yield os.path.relpath(os.path.join(folder, name), ROOT)


def _read(path):
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return None


if __name__ == "__main__":
    sys.exit(main())
