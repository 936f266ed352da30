"""The packages of `make package`, as they lie on the host's disk."""

import io
import json
import re
import tarfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from host_tools.flash.errors import FlashError

BUILT = Path(__file__).resolve().parents[2] / "build" / "package"
_ELF_MACHINES = {40: "armv7hf", 62: "x86_64"}
APP = "doorlens"


@dataclass(frozen=True)
class Package:
    """kind: "eap" or "tar"; architecture: "armv7hf" or "x86_64", of an eap as its manifest says; data: the file's bytes."""

    path: Path
    kind: str
    version: str
    architecture: str
    data: bytes


def find(kind, architecture, folder=BUILT):
    """The newest built package's path. Raises FlashError."""
    names = {"eap": f"Doorlens_*_{architecture}.eap", "tar": f"doorlens-*-{architecture.removesuffix('hf')}.tar.gz"}
    found = sorted(folder.glob(names[kind]), key=lambda path: path.stat().st_mtime)
    if not found:
        raise FlashError(f"no package for {architecture or 'this camera'} in {folder}: make one with `make package`, "
                         "or name one with --package")
    return found[-1]


def read(path):
    """The Package in a file. Raises FlashError."""
    try:
        data = Path(path).read_bytes()
        files = _files(data)
    except OSError as error:
        raise FlashError(f"{path} cannot be read: {error.strerror or error}") from None
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise FlashError(f"{path} is no package of `make package`: {error}") from None
    try:
        if "manifest.json" in files:
            setup = json.loads(files["manifest.json"])["acapPackageConf"]["setup"]
            if setup["appName"] != APP:
                raise FlashError(f"{path} is the package of another application, {setup['appName']}")
            return Package(Path(path), "eap", setup["version"], setup["architecture"], data)
        architecture = _ELF_MACHINES[int.from_bytes(files["doorlens-camera"][18:20], "little")]
        return Package(Path(path), "tar", files["VERSION"].decode().strip(), architecture, data)
    except (KeyError, ValueError, TypeError):
        raise FlashError(f"{path} is no package of `make package`") from None


def _files(data):
    """{name in its folder: bytes} of what says which package it is."""
    wanted = {"manifest.json", "VERSION", "doorlens-camera"}
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as tar:
        return {member.name.rpartition("/")[2]: tar.extractfile(member).read(1 << 20) for member in tar
                if member.isfile() and member.name.rpartition("/")[2] in wanted}


def older(version, than):
    """Whether version "0.9.2" comes before "0.10.0"."""
    return _numbers(version) < _numbers(than)


def _numbers(version):
    return [int(part) for part in re.findall(r"\d+", version)]
