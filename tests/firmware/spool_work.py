"""Samples and a host that fetches them, as fast as they can, until somebody kills the process. For the firmware.

As a script: spool_work.py FOLDER BOOT SEED. Prints a line a fact, each in one write: "listed ID" once a sample is listed,
"gone ID" before the spool may drop it or the host deletes it, "fetched ID" when the host has all of its bytes.
The picture of a sample is its sequence in four bytes, over and over: `picture`.
"""

import json
import random
import struct
import sys

from camera_firmware.metrics import Metrics
from camera_firmware.spool import Spool

_LIMIT = 120000
_MEMORY = 15000


class Silent:
    def repeated(self, area, text):
        pass

    def recovered(self, area, text):
        pass


def say(word, name):
    sys.stdout.write("%s %s\n" % (word, name))


def picture(boot, sequence):
    """Some hundred to some thousand bytes that only this sample has."""
    unit = struct.pack("<II", boot, sequence)
    return unit * (20 + sequence * 37 % 600)


class Told(Spool):
    """Says what leaves before it leaves."""

    def _forget(self, position):
        say("gone", self._index.name(position))
        Spool._forget(self, position)


def list_all(spool, listed):
    """Every page; says what was not there before. An id on two pages ends the process."""
    after, more, seen = None, True, set()
    while more:
        page, more = spool.after(after, 7)
        for name in page:
            if name in seen:
                raise SystemExit("listed twice: " + name)
            seen.add(name)
            if name not in listed:
                listed.add(name)
                say("listed", name)
        after = page[-1] if page else None
        more = more and bool(page)
    return sorted(seen)


def fetch(spool, name):
    record = json.loads(spool.sidecar_text(name))
    with open(spool.path(name), "rb") as file:
        jpeg = file.read()
    if record["id"] != name or len(jpeg) != record["bytes"] or jpeg != picture(int(name[:8], 16), record["sequence"]):
        raise SystemExit("half a file: " + name)
    say("fetched", name)


def sample(spool, boot, draw, now_ms):
    sequence = spool._sequence
    spool.keep(picture(boot, sequence), now_ms, camera="door", time_ms=None, reason="periodic", width=1, height=1,
               value=draw(256), evaluation=draw(9) == 0)


def main(folder, boot, seed):
    random.seed(int(seed))
    boot, now_ms, listed = int(boot), 0, set()
    draw = lambda below: random.getrandbits(16) % below  # noqa: E731
    spool = Told(folder, _LIMIT, boot, bytearray(_MEMORY), Silent(), Metrics())
    say("opened", "%d" % len(spool))
    while True:
        now_ms += draw(60000)
        sample(spool, boot, draw, now_ms)
        if spool.due(now_ms):
            spool.flush(now_ms)
        dice = draw(12)
        if dice == 0:
            spool.flush(now_ms)
        if dice < 3:
            names = list_all(spool, listed)
            if names and dice == 1:
                fetch(spool, names[draw(len(names))])
            if names and dice == 2:
                spool.delete(names[draw(len(names))])


main(*sys.argv[1:])
