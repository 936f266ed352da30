"""The power goes after every single disk operation of an update, in several ways and situations."""

import gc
import shutil
from pathlib import Path

from power_disk import WAYS, PowerCut, PowerDisk
from update_lives import Life, again, copy, installed, number, short, worse


class Situation:
    """`before(folder)` makes the camera that the update `data` is pushed to; `allowed`: numbers of the models that may be in
    use after a power cut, `after`: the one that is in the end, None where `data` must be given up.
    """

    def __init__(self, before, data, allowed, after, piece=16384):
        self.before, self.data, self.allowed, self.after, self.piece = before, data, allowed, after, piece


def _trial_began(folder):
    installed(folder, 1)
    Life(folder).push(number(2), 65536)


def _half_received(folder):
    installed(folder, 1)
    data = number(2)
    Life(folder).updates.put(0, data[:65536])
    life = Life(folder)
    life.updates.settled()
    life.updates.put(0, data[:65536])
    life.updates.put(65536, data[65536:70000])


def _crash_loop(times):
    def before(folder):
        installed(folder, 1, 2)
        short(folder, times)
    return before


SITUATIONS = {
    "first model": Situation(lambda folder: installed(folder), number(1), (None, 1), 1),
    "second model": Situation(lambda folder: installed(folder, 1), number(2), (1, 2), 2),
    "third model": Situation(lambda folder: installed(folder, 1, 2), number(3), (2, 3), 3, 4096),
    "large pieces": Situation(lambda folder: installed(folder, 1, 2), number(3), (2, 3), 3, 65536),
    "odd pieces": Situation(lambda folder: installed(folder, 1, 2), number(3), (2, 3), 3, 5001),
    "upload goes on": Situation(_half_received, number(2), (1, 2), 2),
    "trial goes on": Situation(_trial_began, number(2), (1, 2), 2),
    "worse model": Situation(lambda folder: installed(folder, 1, 2), number(3, worse), (2,), None),
    "crash loop": Situation(_crash_loop(3), number(3), (2, 1, 3), 3),
    "safe mode": Situation(_crash_loop(6), number(3), (None, 1, 3), 3),
}


def operations(situation, place):
    """Names of the disk operations of one undisturbed update; `place` is a folder for this."""
    situation.before(place / "before")
    copy(place / "before", place / "whole")
    with PowerDisk(place / "whole") as disk:
        again_on(situation, place / "whole")
    return disk.operations


def again_on(situation, folder):
    """One undisturbed update, as `again` but with the situation's pieces."""
    life = Life(folder)
    life.update(situation.data, situation.piece)
    if life.safe_mode:
        Life(folder).update(situation.data, situation.piece)


def cut(situation, place, after):
    """The power goes after operation `after`; (disk, as it then is)."""
    copy(place / "before", place / "cut")
    with PowerDisk(place / "cut", after) as disk:
        try:
            again_on(situation, place / "cut")
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
        life = Life(left)
        if life.use not in situation.allowed:
            return f"model {life.use} is in use, not one of {situation.allowed}: {life.log.said}"
        life = again(left, situation.data)
        if life.use != final:
            return f"after another push model {life.use} is in use: {life.log.said} {life.updates.state()}"
        life = Life(left)
        if life.use != final:
            return f"after another start model {life.use} is in use: {life.log.said}"
        if situation.after and situation.data not in [path.read_bytes() for path in left.glob("slot-*.dlu")]:
            return "no slot holds what was pushed"
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
