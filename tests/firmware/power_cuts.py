"""The power goes after every single disk operation of an update, in several ways."""

import gc
import shutil
from dataclasses import dataclass
from pathlib import Path

from power_disk import WAYS, PowerCut, PowerDisk


@dataclass(frozen=True)
class Situation:
    """`before(folder)` makes the camera that `data` is pushed to in pieces of `piece` bytes; `allowed`: numbers of what may
    be in use after a power cut, `after`: the one that is in the end, None where `data` must be given up.
    """

    before: object
    data: bytes
    allowed: tuple
    after: int | None
    piece: int


@dataclass(frozen=True)
class Enumeration:
    """`push(situation, folder)`: one undisturbed update; `wrong(situation, folder)`: what is wrong with a camera after the
    power is back, as a sentence, or None.
    """

    situations: dict
    push: object
    wrong: object

    def check(self, name, place, every=1, first=0):
        """(power cuts, operations, [what was wrong]) of one situation; every `every`th operation from `first` on.

        Ways that leave the same files count once. `place` is a folder that it makes and takes away.
        """
        situation, place = self.situations[name], Path(place)
        place.mkdir()
        done, cuts, broken = self._operations(situation, place), 0, []
        gc.freeze()  # the camera's code collects often; on the host that is slow
        for after in range(1 + first, len(done) + 1, every):
            disk, seen = self._cut(situation, place, after), []
            for way in WAYS:
                files = disk.left(way, after)
                if files in seen:
                    continue
                seen.append(files)
                said = self._said(situation, files, place / "left")
                if said:
                    broken.append(f"{name}: operation {after} ({done[after - 1]}), {way}: {said}")
            cuts += len(seen)
        gc.unfreeze()
        shutil.rmtree(place)
        return cuts, len(done), broken

    def _operations(self, situation, place):
        """Names of the disk operations of one undisturbed update."""
        situation.before(place / "before")
        copy(place / "before", place / "whole")
        with PowerDisk(place / "whole") as disk:
            self.push(situation, place / "whole")
        return disk.operations

    def _cut(self, situation, place, after):
        """The disk as it is when the power goes after operation `after`."""
        copy(place / "before", place / "cut")
        with PowerDisk(place / "cut", after) as disk:
            try:
                self.push(situation, place / "cut")
            except PowerCut:
                return disk
        raise AssertionError(f"operation {after} never came")

    def _said(self, situation, files, left):
        if left.exists():
            shutil.rmtree(left)
        left.mkdir()
        for name, content in files.items():
            (left / name).write_bytes(content)
        try:
            return self.wrong(situation, left)
        except Exception as error:
            return f"{type(error).__name__}: {error}"


def copy(source, target):
    if Path(target).exists():
        shutil.rmtree(target)
    shutil.copytree(source, target)
