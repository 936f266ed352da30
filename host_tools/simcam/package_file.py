"""An application package as the virtual camera reads it: a gzip tar with manifest.json or package.conf."""

import io
import json
import re
import shlex
import tarfile
import zlib
from dataclasses import dataclass

_LARGEST = 256 * 1024 * 1024  # unpacked: what a few kilobytes may claim to hold
_NAME = re.compile(r"\w{1,26}", re.ASCII)


class PackageError(Exception):
    """`number` is what upload.cgi answers."""

    def __init__(self, number, why):
        super().__init__(why)
        self.number = number


@dataclass(frozen=True)
class Package:
    """files: {relative path: (bytes, mode)}; os_versions: [(min or "", max or "")]; proxies: {api path: address}."""

    name: str
    friendly: str
    vendor: str
    version: str
    architecture: str
    options: str
    respawn: bool
    user: str
    settings_page: str
    os_versions: tuple
    proxies: tuple
    files: dict


def read(data):
    """The Package in the bytes. Raises PackageError(1, ...) if there is none."""
    files = _unpack(data)
    fields = _manifest(files) if "manifest.json" in files else _package_conf(files)
    name = fields["name"]
    if not _NAME.fullmatch(name) or name not in files:
        raise PackageError(1, f"no executable called {name!r}")
    if not files.get("LICENSE", (b"",))[0]:
        raise PackageError(1, "no LICENSE")
    return Package(files=files, **fields)


def read_unpacked(folder):
    """The same of a package that was unpacked to the folder (Path), without its files."""
    names = [name for name in ("manifest.json", "package.conf") if (folder / name).exists()]
    files = {name: ((folder / name).read_bytes(), 0o644) for name in names}
    return Package(files={}, **(_manifest(files) if "manifest.json" in files else _package_conf(files)))


def _unpack(data):
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as tar:
            members = tar.getmembers()
            if sum(member.size for member in members) > _LARGEST:
                raise PackageError(1, "unpacked it is too large")
            return {_checked(member): (tar.extractfile(member).read(), member.mode & 0o777)
                    for member in members if not member.isdir()}
    except (tarfile.TarError, zlib.error, EOFError, OSError, ValueError) as error:
        raise PackageError(1, f"not a package: {error}") from None


def _checked(member):
    """The path, which stays below the folder it is unpacked to."""
    path = member.name.removeprefix("./")
    if not member.isfile() or path.startswith("/") or ".." in path.split("/") or not path:
        raise PackageError(1, f"unsafe member {member.name!r}")
    return path


def _manifest(files):
    try:
        conf = json.loads(files["manifest.json"][0])["acapPackageConf"]
        setup, configuration = conf["setup"], conf.get("configuration", {})
        return {
            "name": setup["appName"], "friendly": setup.get("friendlyName", setup["appName"]), "vendor": setup["vendor"],
            "version": setup["version"], "architecture": setup.get("architecture", "all"),
            "options": setup.get("runOptions", ""), "respawn": setup["runMode"] == "respawn",
            "user": setup.get("user", {}).get("username", ""), "settings_page": configuration.get("settingPage", ""),
            "os_versions": tuple((range_.get("min", ""), range_.get("max", "")) for range_ in setup.get("compatibleOsVersions", ())),
            "proxies": tuple((proxy["apiPath"], proxy["target"]) for proxy in configuration.get("reverseProxy", ())),
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PackageError(1, f"manifest.json: {error!r}") from None


def _package_conf(files):
    """What cameras before manifest.json read."""
    try:
        words = shlex.split(files["package.conf"][0].decode())
        conf = dict(word.split("=", 1) for word in words)
        version = ".".join(conf[part] for part in ("APPMAJORVERSION", "APPMINORVERSION", "APPMICROVERSION"))
        return {
            "name": conf["APPNAME"], "friendly": conf["PACKAGENAME"], "vendor": conf.get("VENDOR", ""), "version": version,
            "architecture": conf["APPTYPE"], "options": conf.get("APPOPTS", ""), "respawn": conf.get("STARTMODE") == "respawn",
            "user": conf.get("APPUSR", ""), "settings_page": conf.get("SETTINGSPAGEFILE", ""), "os_versions": (), "proxies": (),
        }
    except (ValueError, KeyError, UnicodeDecodeError) as error:
        raise PackageError(1, f"package.conf: {error!r}") from None


def fits(package, architecture, os_version):
    """Whether a camera of that architecture ("armv7hf") and AXIS OS ("12.4.0") can run it."""
    if package.architecture not in ("all", architecture):
        return False
    own = _numbers(os_version)
    return not package.os_versions or any(
        _numbers(low) <= own and (not high or own[:len(_numbers(high))] <= _numbers(high)) for low, high in package.os_versions)


def _numbers(version):
    return tuple(int(part) for part in re.findall(r"\d+", version))
