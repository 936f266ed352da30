#!/usr/bin/env python3
"""Makes the packages of `make package` from the built firmware.

    package.py [--build build] [--out build/package] [--architecture armv7hf|x86_64]

armv7hf: Doorlens_<version>_armv7hf.eap for Axis cameras and doorlens-<version>-armv7.tar.gz for other Linux. x86_64: the same,
for the virtual camera and for PCs. The same input gives the same bytes.
"""

import argparse
import os
import re
import sys

import archive
import eap

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
FOLDERS = {"armv7hf": "armv7", "x86_64": "x86_64"}  # architecture as Axis calls it: folder of the build
NOTICES = (("MicroPython", "micropython.txt"), ("libjpeg-turbo", "libjpeg-turbo.txt"), ("Mbed TLS", "mbedtls.txt"))


class PackageError(Exception):
    """One sentence that says what to do."""


def main(arguments=None):
    options = _parser().parse_args(arguments)
    try:
        for path in make(options.build, options.out, options.architecture):
            print(path)
    except PackageError as error:
        print("package: %s" % error, file=sys.stderr)
        return 1
    return 0


def _parser():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=os.path.join(ROOT, "build"), help="where the firmware was built")
    parser.add_argument("--out", default=os.path.join(ROOT, "build", "package"), help="where the packages go")
    parser.add_argument("--architecture", default="armv7hf", choices=sorted(FOLDERS))
    return parser


def make(build, out, architecture):
    """Paths of the packages written to `out`. Raises PackageError."""
    version = _version()
    executable = _built(os.path.join(build, FOLDERS[architecture], "doorlens-camera"))
    licence = _licence(build)
    content = eap.files(executable, licence, _own("axis", eap.LAUNCHER), _pages(), version, architecture)
    packages = {eap.file_name(version, architecture): archive.tar_gz(content, {eap.APP})}
    name = "doorlens-%s-%s" % (version, FOLDERS[architecture])
    packages[name + ".tar.gz"] = _linux(name, executable, licence, version)
    return [_write(os.path.join(out, name), data) for name, data in sorted(packages.items())]


def _linux(folder, executable, licence, version):
    files = {"doorlens-camera": executable, "LICENSE": licence, "VERSION": version.encode() + b"\n"}
    for name in ("install.sh", "doorlens.service", "doorlens.init", "settings.example.json"):
        files[name] = _own("linux", name)
    executables = {folder + "/" + name for name in ("doorlens-camera", "install.sh")}
    return archive.tar_gz({folder + "/" + name: data for name, data in files.items()}, executables)


def _version():
    text = _read(os.path.join(ROOT, "camera_firmware", "__init__.py")).decode()
    return re.search(r'^__version__ = "([0-9]+\.[0-9]+\.[0-9]+)"$', text, re.M)[1]


def _licence(build):
    """Ours, then the notices of what is linked in."""
    parts = [_read(os.path.join(ROOT, "LICENSE"))]
    for name, file in NOTICES:
        parts.append(b"\n%s\n%s\n\n" % (b"=" * 78, name.encode()) + _built(os.path.join(build, "notices", file)))
    return b"".join(parts)


def _pages():
    folder = os.path.join(HERE, "axis", "html")
    return {name: _read(os.path.join(folder, name)) for name in os.listdir(folder)}


def _own(*names):
    return _read(os.path.join(HERE, *names))


def _built(path):
    try:
        return _read(path)
    except FileNotFoundError:
        raise PackageError("%s is missing: run `make firmware`" % path)


def _read(path):
    with open(path, "rb") as file:
        return file.read()


def _write(path, data):
    """Complete or not at all."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".part", "wb") as file:
        file.write(data)
    os.replace(path + ".part", path)
    return path


if __name__ == "__main__":
    sys.exit(main())
