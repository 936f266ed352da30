"""Situations of a firmware's update in which the power goes."""

from pathlib import Path

from firmware_lives import CLASSIFIES_NOTHING, CRASHES, FirmwareLife, camera, lives, pushed, signed
from power_cuts import Enumeration, Situation

_SIZE = 1700000  # bytes of the ARMv7 executable


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
    "firmware of full size": Situation(lambda folder: camera(folder, 1), signed(2, size=_SIZE), (1, 2), 2, 65536),
    "firmware: upload goes on": Situation(_half_received, signed(2), (1, 2), 2, 65536),
    "firmware: trial goes on": Situation(_on_trial, signed(2), (1, 2), 2, 65536),
    "firmware that crashes": Situation(lambda folder: camera(folder, 1), signed(2, CRASHES), (1,), None, 65536),
    "firmware that does not classify": Situation(lambda folder: camera(folder, 1), signed(2, CLASSIFIES_NOTHING), (1, 2), None, 65536),
    "firmware: crash loop": Situation(_crash_loop, signed(3), (1, 3), 3, 65536),
    "firmware: another package": Situation(_other_package, signed(2), (None, 2), 2, 65536),
}




def push(situation, folder):
    pushed(folder, situation.data, situation.piece)


def wrong(situation, left):
    """See power_cuts."""
    final = situation.after or situation.allowed[0]
    life = FirmwareLife(left)
    if not life.crashed and (life.runs not in situation.allowed or life.model != 1):
        return f"firmware {life.runs} runs with model {life.model}: {life.log.said}"
    for when, life in (("another push", pushed(left, situation.data)), ("another start", lives(left))):
        if (life.runs, life.model) != (final, 1):
            return f"after {when} firmware {life.runs} runs with model {life.model}: {life.log.said} {life.firmware.state()}"
    return None


FIRMWARE = Enumeration(SITUATIONS, push, wrong)
