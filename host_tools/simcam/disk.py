"""The virtual camera's flash: limited, and its power can be cut after any operation."""

import os
import shutil
from pathlib import Path

from contract import durable


class PowerCut(Exception):
    """Nothing that the camera was about to do happens any more."""


class FlashFull(Exception):
    pass


class Disk:
    """Writes below `folder` (Path). size: bytes that fit, None for no limit.

    cut_after: so many operations more, then every one raises PowerCut; None for never. `operations` counts them.
    """

    def __init__(self, folder, size=None):
        self.folder, self.size = Path(folder), size
        self.cut_after, self.operations = None, 0

    def _operate(self):
        if self.cut_after is not None and self.operations >= self.cut_after:
            raise PowerCut
        self.operations += 1

    def cut(self, after):
        """The power goes after `after` operations from now on; None: it does not."""
        self.cut_after = None if after is None else self.operations + after

    @property
    def used(self):
        """Bytes in all files."""
        return sum(path.lstat().st_size for path in self.folder.rglob("*") if path.is_file() and not path.is_symlink())

    def make_folder(self, path):
        self._operate()
        path.mkdir(parents=True, exist_ok=True)

    def write(self, path, data, mode=0o644):
        """A power cut inside leaves half of the file. Raises FlashFull."""
        if self.size is not None and self.used + len(data) > self.size:
            raise FlashFull
        try:
            self._operate()
        except PowerCut:
            path.write_bytes(data[:len(data) // 2])
            raise
        path.write_bytes(data)
        path.chmod(mode)

    def write_whole(self, path, data):
        """A small file, the old or the new one whatever happens: two operations."""
        self._operate()
        durable.stage(str(path), data)
        self._operate()
        durable.publish([str(path)])

    def point(self, link, target):
        """Makes the symbolic link `link` show `target`, by one rename."""
        self._operate()
        part = link.with_name(link.name + durable.PART)
        part.unlink(missing_ok=True)
        part.symlink_to(target)
        self._operate()
        os.replace(part, link)

    def remove(self, path):
        """A file, link or whole folder; every file of it is an operation. Nothing there: nothing happens."""
        if path.is_dir() and not path.is_symlink():
            for inner in sorted(path.iterdir()):
                self.remove(inner)
            self._operate()
            shutil.rmtree(path)
        elif path.is_symlink() or path.exists():
            self._operate()
            path.unlink()
