"""The power goes after every single disk operation of a firmware update, in several ways and situations."""

import gc
import shutil
from pathlib import Path

from firmware_lives import CLASSIFIES_NOTHING, CRASHES, FirmwareLife, camera, copy, lives, pushed, signed
from power_disk import WAYS, PowerCut, PowerDisk

_SIZE = 1700000  # bytes of the ARMv7 executable


class Situation:
    """`before(folder)` makes the camera that `data` is pushed to; `allowed`: numbers of the firmwares that may run after a
    power cut, `after`: the one in the end, None where `data` must be given up.
    """

    def __init__(self, before, data, allowed, after, piece=65536):
        self.before, self.data, self.allowed, self.after, self.piece = before, data, allowed, after, piece


def _half_received(folder):
    camera(folder, 1)
    life, data = lives(folder), signed(2)
    for at in range(0, 100000, 50000):
        life.firmware.put(at, data[at:at + 50000])


def _on_trial(folder):
    camera(folder, 1)
    life = lives(folder)
    life.push(signed(2), 65536)
    life.firmware.tick(0, 0, 0)


def _crash_loop(folder):
    camera(folder, 1, 2)
    for _ in range(3):
        FirmwareLife(folder)


def _other_package(folder):
    camera(folder, 1)
    (Path(folder).parent / "package").write_bytes(b"another packaged executable")


SITUATIONS = {
    "first firmware": Situation(lambda folder: camera(folder), signed(1), (None, 1), 1, 16384),
    "third firmware": Situation(lambda folder: camera(folder, 1, 2), signed(3), (2, 3), 3, 5001),
    "firmware of full size": Situation(lambda folder: camera(folder, 1), signed(2, size=_SIZE), (1, 2), 2),
    "firmware: upload goes on": Situation(_half_received, signed(2), (1, 2), 2),
    "firmware: trial goes on": Situation(_on_trial, signed(2), (1, 2), 2),
    "firmware that crashes": Situation(lambda folder: camera(folder, 1), signed(2, CRASHES), (1,), None),
    "firmware that does not classify": Situation(lambda folder: camera(folder, 1), signed(2, CLASSIFIES_NOTHING), (1, 2), None),
    "firmware: crash loop": Situation(_crash_loop, signed(3), (1, 3), 3),
    "firmware: another package": Situation(_other_package, signed(2), (None, 2), 2),
}


def operations(situation, place):
    """Names of the disk operations of one undisturbed update; `place` is a folder for this."""
    situation.before(place / "before")
    copy(place / "before", place / "whole")
    with PowerDisk(place / "whole") as disk:
        pushed(place / "whole", situation.data, situation.piece)
    return disk.operations


def cut(situation, place, after):
    """The power goes after operation `after`; the disk, as it then is."""
    copy(place / "before", place / "cut")
    with PowerDisk(place / "cut", after) as disk:
        try:
            pushed(place / "cut", situation.data, situation.piece)
        except PowerCut:
            return disk
    raise AssertionError(f"operation {after} never came")


def wrong(situation, files, place):
    """What is wrong with a camera whose disk holds `files` when the power is back, as a sentence, or None."""
    left, final = place / "left", situation.after or situation.allowed[0]
    if left.exists():
        shutil.rmtree(left)
    left.mkdir()
    for name, content in files.items():
        (left / name).write_bytes(content)
    try:
        life = FirmwareLife(left)
        if not life.crashed and (life.runs not in situation.allowed or life.model != 1):
            return f"firmware {life.runs} runs with model {life.model}: {life.log.said}"
        for when, life in (("another push", pushed(left, situation.data)), ("another start", lives(left))):
            if (life.runs, life.model) != (final, 1):
                return f"after {when} firmware {life.runs} runs with model {life.model}: {life.log.said} {life.firmware.state()}"
        return None
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def check(name, place, every=1, first=0):
    """(power cuts, operations, [what was wrong]) of one situation; every `every`th operation from `first` on.

    Ways that leave the same files count once.
    """
    situation, place = SITUATIONS[name], Path(place)
    place.mkdir()
    done, cuts, broken = operations(situation, place), 0, []
    gc.freeze()  # the camera's code collects often; on the host that is slow
    for after in range(1 + first, len(done) + 1, every):
        disk, seen = cut(situation, place, after), []
        for way in WAYS:
            files = disk.left(way, after)
            if files in seen:
                continue
            seen.append(files)
            said = wrong(situation, files, place)
            if said:
                broken.append(f"{name}: operation {after} ({done[after - 1]}), {way}: {said}")
        cuts += len(seen)
    gc.unfreeze()
    shutil.rmtree(place)
    return cuts, len(done), broken
