"""Applications of the virtual camera: installed from packages, started, watched, removed; as its application API does it.

    unpacked/NAME-N/    what a package held
    packages/NAME       a symbolic link to one of them: the switch from one version to the next
    localdata/NAME/     the application's own, kept when it is upgraded
    state.json          which applications were started, and AllowUnsigned
    logs/NAME.log       what it prints
"""

import json
import shutil
import threading
from pathlib import Path
from urllib.parse import urlsplit

from host_tools.simcam.disk import Disk, FlashFull
from host_tools.simcam.errors import FirmwareError, SimcamError
from host_tools.simcam.firmware import command_for, environment_for, free_port
from host_tools.simcam.package_file import PackageError, fits, read, read_unpacked
from host_tools.simcam.supervised import Supervised

FLASH_BYTES = 32 * 1024 * 1024
_WHERE = "/usr/local/packages/"  # where an application believes to be
# Numbers of the documented application API.
_UNSIGNED, _FULL, _NOT_FOUND, _INCOMPATIBLE, _RUNNING, _NOT_RUNNING, _NO_START = 2, 3, 4, 5, 6, 7, 8
_UNKNOWN, _BUSY, _USER = 10, 12, 13


class Refused(Exception):
    """`number` as the application API answers it."""

    def __init__(self, number):
        super().__init__(number)
        self.number = number


class Applications:
    """In `folder`, which outlives this object as a camera's flash does. Methods raise Refused and, if told so, PowerCut.

    architecture as packages name it; os_version: what packages are held against; size of the flash in bytes.
    allow_unsigned: of a folder that is new; afterwards it is what was set last. Nothing here can verify a signature, so every
    package counts as unsigned. slowness: see Supervised.
    """

    def __init__(self, folder, architecture="armv7hf", os_version="12.4.59", size=FLASH_BYTES, allow_unsigned=False):
        self.folder = Path(folder).resolve()
        self.architecture, self.os_version = architecture, os_version
        self.disk = Disk(self.folder, size)
        self._running, self._ports, self._slowness = {}, {}, 1
        self._lock = threading.Lock()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._state = {"started": [], "allow_unsigned": allow_unsigned} | self._read_state()

    allow_unsigned = property(lambda self: self._state["allow_unsigned"])

    # Power.

    def boot(self):
        """As after power comes back: leftovers go, and what was started is started again. Returns self."""
        self.disk.cut(None)
        shown = {link.resolve() for link in self._links().values()}
        for leftover in sorted((self.folder / "unpacked").glob("*")):
            if leftover.resolve() not in shown:
                shutil.rmtree(leftover)
        for name in self._state["started"]:
            if name in self._links():
                self._spawn(name)
        return self

    def power_off(self):
        """Everything stops at once, without a word to the applications."""
        for name in list(self._running):
            self._running.pop(name).kill()
        self._state = {"started": [], "allow_unsigned": False} | self._read_state()

    def shut_down(self):
        """In order."""
        for name in list(self._running):
            self._running.pop(name).stop()

    # What the API asks for.

    def install(self, data):
        """A package's bytes. An application of that name that runs is started again, with the new version."""
        if not self._lock.acquire(blocking=False):
            raise Refused(_BUSY)
        try:
            self._install(data)
        finally:
            self._lock.release()

    def _install(self, data):
        try:
            package = read(data)
        except PackageError as error:
            raise Refused(error.number) from None
        if not self.allow_unsigned:
            raise Refused(_UNSIGNED)
        if not fits(package, self.architecture, self.os_version):
            raise Refused(_INCOMPATIBLE)
        if package.user == "root":
            raise Refused(_USER)
        folder = self._unpack(package)
        (self.folder / "localdata" / package.name).mkdir(parents=True, exist_ok=True)
        link, before = self.folder / "packages" / package.name, self._links().get(package.name)
        before = before and before.resolve()
        self.disk.make_folder(link.parent)
        self.disk.point(link, Path("..") / "unpacked" / folder.name)
        if package.name in self._running:
            self._running.pop(package.name).stop()
            self._spawn(package.name)
        if before is not None:
            self.disk.remove(before)

    def _unpack(self, package):
        numbers = [int(path.name.rpartition("-")[2]) for path in (self.folder / "unpacked").glob(package.name + "-*")]
        folder = self.folder / "unpacked" / f"{package.name}-{max(numbers, default=0) + 1}"
        try:
            self.disk.make_folder(folder)
            for path, (data, mode) in sorted(package.files.items()):
                if (folder / path).parent != folder:
                    self.disk.make_folder((folder / path).parent)
                self.disk.write(folder / path, data, mode)
        except FlashFull:
            shutil.rmtree(folder)
            raise Refused(_FULL) from None
        return folder

    def control(self, action, name):
        """start, stop, restart or remove."""
        if name not in self._links():
            raise Refused(_NOT_FOUND)
        running = self._is_running(name)
        if action == "start" and running:
            raise Refused(_RUNNING)
        if action == "stop" and not running:
            raise Refused(_NOT_RUNNING)
        if action not in ("start", "stop", "restart", "remove"):
            raise Refused(_UNKNOWN)
        if name in self._running:
            self._running.pop(name).stop()
        if action in ("start", "restart"):
            self._spawn(name)
        self._remember(started=[other for other in self._state["started"] if other != name]
                       + ([name] if action in ("start", "restart") else []))
        if action == "remove":
            self._remove(name)

    def _remove(self, name):
        link = self._links()[name]
        unpacked = link.resolve()
        self.disk.remove(link)
        for path in (unpacked, self.folder / "localdata" / name):
            self.disk.remove(path)

    def set_allow_unsigned(self, allowed):
        self._remember(allow_unsigned=allowed)

    def listing(self):
        """[(Package without files, "Running" or "Stopped")], by name."""
        return [(self._installed(name), "Running" if self._is_running(name) else "Stopped") for name in sorted(self._links())]

    def page(self, name, path):
        """The bytes of a file of the application's html/, or None."""
        file = self.folder / "packages" / name / "html" / path
        root = (self.folder / "packages" / name / "html").resolve()
        if name not in self._links() or not file.is_file() or root not in file.resolve().parents:
            return None
        return file.read_bytes()

    def proxied(self, name, path):
        """The port on the loopback that answers for /local/NAME/PATH while the application runs; None: none ever does."""
        if name in self._links():
            for api_path, target in self._installed(name).proxies:
                if path == api_path or path.startswith(api_path + "/"):
                    return self._port(name, target)
        return None

    def process(self, name):
        """The Supervised of an application that was started, or None."""
        return self._running.get(name)

    @property
    def slowness(self):
        """Of every application's processor: it gets one of so many slices of time."""
        return self._slowness

    @slowness.setter
    def slowness(self, slowness):
        self._slowness = slowness
        for process in self._running.values():
            process.slowness = slowness

    # Inside.

    def _links(self):
        """{name: link} of what is installed."""
        return {link.name: link for link in (self.folder / "packages").glob("*") if link.is_symlink() and "." not in link.name}

    def _installed(self, name):
        return read_unpacked(self.folder / "packages" / name)

    def _is_running(self, name):
        return name in self._running and self._running[name].running

    def _spawn(self, name):
        folder, localdata = self.folder / "packages" / name, self.folder / "localdata" / name
        package = self._installed(name)
        for _, target in package.proxies:
            self._port(name, target)
        logs = self.folder / "logs"
        logs.mkdir(exist_ok=True)
        try:
            command = command_for(folder / name)
        except FirmwareError:
            raise Refused(_NO_START) from None
        command += [self._as_here(name, word, folder.resolve(), localdata) for word in package.options.split()]
        process = Supervised(command, localdata, logs / (name + ".log"), environment_for(command))
        process.slowness = self._slowness
        self._running[name] = process.start()

    def _port(self, name, target):
        """The one that is free here, for that of a proxy's address."""
        key = name, urlsplit(target).port
        if key not in self._ports:
            self._ports[key] = free_port()
        return self._ports[key]

    def _as_here(self, name, word, folder, localdata):
        """An option as the application would see it on a camera of its own: its folders, its loopback ports."""
        if word.isdigit() and (name, int(word)) in self._ports:
            return str(self._ports[name, int(word)])
        return word.replace(f"{_WHERE}{name}/localdata", str(localdata)).replace(_WHERE + name, str(folder))

    def _read_state(self):
        try:
            return json.loads((self.folder / "state.json").read_bytes())
        except FileNotFoundError:
            return {}
        except ValueError:
            raise SimcamError(f"{self.folder / 'state.json'} is damaged: delete {self.folder} to begin with an empty flash")

    def _remember(self, **changes):
        self.disk.write_whole(self.folder / "state.json", json.dumps(self._state | changes).encode())
        self._state |= changes
