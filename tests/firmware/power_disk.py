"""A disk whose power goes after a given operation: what was not synced is lost, torn or kept.

The operations of contract.durable, camera_firmware.disk and firmware_file act on a real folder; beside it a model follows
which of them the disk must remember. POSIX promises a file's bytes after fsync of the file, its name after fsync of the folder, and
nothing else.
"""

import os
import random
from pathlib import Path

from camera_firmware import disk, firmware_file
from contract import durable

WAYS = ("all lost", "all kept", "names kept, bytes zero", "names lost, bytes kept", "random 1", "random 2")


class PowerCut(BaseException):
    """Not an Exception: nothing in the camera's code may catch it."""


class _Bytes:
    """A file's content: `synced` is on the disk; of `writes`, (offset, data) since, any part may be."""

    def __init__(self):
        self.synced, self.writes = b"", []

    def after(self, way, rng):
        data = bytearray(self.synced)
        for offset, piece in self.writes:
            kept = len(piece) if way.endswith("kept") else 0 if way == "all lost" else len(piece) * rng.randrange(3) // 2
            zero = way == "names kept, bytes zero" or (way.startswith("random") and rng.random() < 0.3)
            if way == "all lost":
                continue
            if zero:
                kept, piece = len(piece), bytes(len(piece))
            data.extend(bytes(max(0, offset + kept - len(data))))
            data[offset:offset + kept] = piece[:kept]
        return bytes(data)


class _File:
    """What open() returns: every write is an operation."""

    def __init__(self, owner, path, file):
        self._owner, self._path, self._file = owner, path, file

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._file.close()

    def seek(self, offset):
        self._file.seek(offset)

    def write(self, data):
        offset = self._file.tell()
        self._file.write(data)
        self._owner.bytes[self._path.name].writes.append((offset, bytes(data)))
        self._owner.step(f"write {self._path.name}")


class PowerDisk:
    """Follows `folder`; raises PowerCut when operation number `cut_after` is done, if it is given.

    A context manager: inside, the camera's code works on this disk. `operations` are the names of what was done.
    """

    def __init__(self, folder, cut_after=None):
        self.folder = Path(folder)
        self.cut_after = cut_after
        self.operations = []
        self.bytes = {}
        self._entries = {}  # name -> _Bytes: what a power cut leaves for sure
        self._changes = []  # (name that goes or None, name that comes or None, its _Bytes): any may be on the disk
        for path in self.folder.iterdir():
            self.bytes[path.name] = content = _Bytes()
            content.synced = path.read_bytes()
            self._entries[path.name] = content

    def __enter__(self):
        self._before = durable._fsync_path, durable._replace, os.remove
        durable._fsync_path, durable._replace = self.fsync, self.replace
        durable.open = disk.open = firmware_file.open = self.open
        os.remove = self.remove
        return self

    def __exit__(self, *exception):
        durable._fsync_path, durable._replace, os.remove = self._before
        del durable.open, disk.open, firmware_file.open

    def step(self, name):
        self.operations.append(name)
        if len(self.operations) == self.cut_after:
            raise PowerCut(name)

    def open(self, path, mode="r"):
        file, path = open(path, mode), Path(path)
        if "r" in mode and "+" not in mode:
            return file
        if "w" in mode:
            content = _Bytes()
            known = path.name in self.bytes
            if known:  # cut to nothing: as if it were another file of the same name
                self._changes.append((path.name, None, None))
            self.bytes[path.name] = content
            self._changes.append((None, path.name, content))
            self.step(f"{'empty' if known else 'create'} {path.name}")
        return _File(self, path, file)

    def fsync(self, path):
        if Path(path) == self.folder:
            self._entries, self._changes = self._names(self._changes), []
            self.step("sync the folder")
        else:
            content = self.bytes[Path(path).name]
            content.synced, content.writes = Path(path).read_bytes(), []
            self.step(f"sync {Path(path).name}")

    def replace(self, source, target):
        os.replace(source, target)
        source, target = Path(source).name, Path(target).name
        self.bytes[target] = self.bytes.pop(source)
        self._changes.append((source, target, self.bytes[target]))
        self.step(f"rename {source} to {target}")

    def remove(self, path):
        self._before[2](path)
        if Path(path).parent != self.folder:
            return
        self.bytes.pop(Path(path).name, None)
        self._changes.append((Path(path).name, None, None))
        self.step(f"remove {Path(path).name}")

    def _names(self, changes):
        entries = dict(self._entries)
        for gone, come, content in changes:
            if gone:
                entries.pop(gone, None)
            if come:
                entries[come] = content
        return entries

    def left(self, way, seed=0):
        """Name -> content of what is there when the power is back, in one of WAYS."""
        rng = random.Random(f"{way} {seed}")
        if way in ("all lost", "names lost, bytes kept"):
            changes = []
        elif way.startswith("random"):
            changes = [change for change in self._changes if rng.random() < 0.5]
        else:
            changes = self._changes
        return {name: content.after(way, rng) for name, content in self._names(changes).items()}
