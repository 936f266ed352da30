"""The camera's sampling policy on the host: which pictures of a source go into a project, and why.

A kept picture is on disk with its sidecar at once, in the index after a while; killed in between, the next `doorlens
sample` of the same name puts it there.
"""

import queue
import random
import threading
import time
import zlib
from collections import Counter, deque
from dataclasses import dataclass, field

import msgspec

from contract import durable, sample
from contract.sampling.policy import Policy
from host_tools import ingest
from host_tools.looks import Blank, Looker
from host_tools.native import imgprep
from host_tools.sources import SourceError

_WAITING = 16           # pictures of all sources that are read ahead
_RETRY_S = (1, 2, 5, 15, 30)   # between attempts at a stream
_JUMP_MS = 3_600_000    # forwards; any step back is one
_INDEXED = 32           # kept pictures between two writes of the index
_BEFORE = 8             # pictures that may turn out to come before a transition
_TROUBLES = {"damaged": "pictures are damaged", "blank": "pictures are of one grey", "resized": "the pictures' size changed",
             "jumps": "times jump"}


@dataclass
class Summary:
    """counts: "frames", "kept", and of troubles "damaged", "blank", "resized", "jumps", "interrupted"; kept:
    [(path in the project, reason)]."""

    name: str
    counts: Counter = field(default_factory=Counter)
    kept: list = field(default_factory=list)
    reasons: Counter = field(default_factory=Counter)


class Intake:
    """One source's pictures into frames/`name`. No threads, no clock: Shots go in one after the other.

    live: a stream, whose ids are drawn and whose policy remembers what an earlier run kept; otherwise ids follow from
    the name and the picture's number, so that the same source gives the same files again and none twice.
    """

    def __init__(self, project, name, live, settings, seed, say):
        self.summary, self._project, self._name, self._live, self._say = Summary(name), project, name, live, say
        drawn = random.Random(f"{seed} {name}")
        self._policy = Policy(settings, imgprep.mean_abs_diff, drawn.random, imgprep.nearest)
        self._state = project.path / "cache" / f"sampling-{name}.json"
        self._boot = random.SystemRandom().getrandbits(32) if live else zlib.crc32(name.encode())
        self._looker, self._size, self._last_ms, self._now_ms = Looker(project.region), None, None, 0
        self._before, self._after_ms, self._told = deque(maxlen=_BEFORE), None, None
        if live:
            self._restore()

    def offer(self, shot):
        """Look at one picture and keep it if the policy says so."""
        self.summary.counts["frames"] += 1
        try:
            size, look = self._looker.look(shot.jpeg)
        except Blank:
            return self._trouble("blank")
        except ValueError:
            return self._trouble("damaged")
        if self._size not in (None, size):
            self._trouble("resized")
        self._size = size
        self._pass_time(shot.time_ms)
        choice = self._policy.update(look, shot.time_ms, self._now_ms, len(shot.jpeg))
        if choice:
            self._roll_before(choice)
            self._keep(shot, size, choice.reason, choice.value, choice.evaluation)
            self._after_ms = self._now_ms + choice.roll if choice.roll else None
        elif self._after_ms is not None and self._now_ms <= self._after_ms and self._policy.may_roll(len(shot.jpeg)):
            self._keep(shot, size, "roll", 100, False)
        else:
            self._before.append((self._now_ms, shot, size))

    def interrupted(self, text):
        """The source failed; one line, but not twice the same in a row, and a count."""
        self.summary.counts["interrupted"] += 1
        if text != self._told:
            self._say(f"{self._name}: {text}")
        self._told = text

    def finish(self):
        """Everything kept is in the index afterwards."""
        if self._live and self.summary.counts["frames"]:
            self._state.parent.mkdir(exist_ok=True)
            durable.write(self._state, msgspec.json.encode(self._policy.dump()))
        return ingest.add_samples(self._project, self._name)

    def _pass_time(self, time_ms):
        """A clock that never steps back, however the source's times jump: they are given to the policy as they are."""
        if time_ms is None or self._last_ms is None:
            step = 1000 if self._last_ms is None and self._now_ms else 0
        else:
            step = time_ms - self._last_ms
            if step < 0 or step > _JUMP_MS:
                self._trouble("jumps")
        self._now_ms += min(max(step, 0), _JUMP_MS)
        self._last_ms = time_ms if time_ms is not None else self._last_ms

    def _trouble(self, kind):
        self.summary.counts[kind] += 1
        if self.summary.counts[kind] == 1:
            self._say(f"{self._name}: {_TROUBLES[kind]}; further ones are counted")

    def _roll_before(self, choice):
        for now_ms, shot, size in self._before if choice.roll else ():
            if self._now_ms - now_ms <= choice.roll and self._policy.may_roll(len(shot.jpeg)):
                self._keep(shot, size, "roll", choice.value // 2, False)
        self._before.clear()

    def _keep(self, shot, size, reason, value, evaluation):
        number = self.summary.counts["frames"] if shot.number is None else shot.number
        record = sample.sidecar(self._boot, number, self._name, shot.time_ms, reason, *size, len(shot.jpeg),
                                value=value, evaluation=evaluation)
        path, new = ingest.store_sample(self._project, self._name, shot.jpeg, record)
        self._policy.kept(len(shot.jpeg), reason == "roll")
        self.summary.counts["kept"] += new
        self.summary.reasons[reason] += 1
        self.summary.kept.append((path, reason))
        if len(self.summary.kept) % _INDEXED == 0:
            ingest.add_samples(self._project, self._name)

    def _restore(self):
        try:
            self._policy.restore(msgspec.json.decode(self._state.read_bytes()))
        except FileNotFoundError:
            pass
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            self._say(f"{self._state} is damaged: what earlier runs kept is not known")


class _Reader(threading.Thread):
    """Reads one source into the common queue; a stream that fails is opened again, later each time."""

    def __init__(self, source, intake, shots, stop):
        super().__init__(daemon=True)
        self._source, self._intake, self._shots, self._stop_event = source, intake, shots, stop

    def run(self):
        attempt = 0
        while not self._stop_event.is_set():
            try:
                for shot in self._source.shots():
                    attempt = 0
                    if not self._put(shot):
                        return
            except SourceError as error:
                self._put(error)
            except Exception as error:  # whatever a decoder comes up with, the other sources go on
                self._put(SourceError(" ".join(f"{type(error).__name__}: {error}".split())))
            if not self._source.live:
                break
            self._stop_event.wait(_RETRY_S[min(attempt, len(_RETRY_S) - 1)])
            attempt += 1
        self._put(None)

    def _put(self, item):
        while not self._stop_event.is_set():
            try:
                self._shots.put((self._intake, item), timeout=0.2)
                return True
            except queue.Full:
                continue
        return False


def run(pairs, seconds=None, progress=lambda intake: None, clock=time.monotonic):
    """Feed Intakes from their sources, [(source, Intake)], until all end, `seconds` are over, or Ctrl+C.

    progress(intake) is called after each picture. Everything kept is in the index when it returns.
    """
    shots, stop, left = queue.Queue(_WAITING), threading.Event(), len(pairs)
    for source, intake in pairs:
        _Reader(source, intake, shots, stop).start()
    until = None if seconds is None else clock() + seconds
    try:
        while left and (until is None or clock() < until):
            try:
                intake, item = shots.get(timeout=0.2)
            except queue.Empty:
                continue
            if item is None:
                left -= 1
            elif isinstance(item, SourceError):
                intake.interrupted(str(item))
            else:
                intake.offer(item)
                progress(intake)
    except KeyboardInterrupt:
        pass
    finally:
        stop.set()
        for _, intake in pairs:
            intake.finish()
