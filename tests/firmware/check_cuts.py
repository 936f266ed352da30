"""The power is cut at random instants (kill -9): python tests/firmware/check_cuts.py [--cuts 500] [--architecture armv7]

A door opens, shuts and is blocked before the built firmware while it is killed and started again. After every life its log of
transitions is compared with what it was shown; after every start that is not cut at once a subscriber waits for the right
retained state. Writes build/power-cuts.json; exit status 1 if the log differs, a number came twice, an event was lost, or a
right state took more than ten seconds.
"""

import argparse
import json
import pathlib
import random
import statistics
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parents[1])]

from camera_model import make  # noqa: E402  after the path
from camera_process import BUILD, CameraProcess  # noqa: E402
from door_by_plan import SEEN, Door, adopted  # noqa: E402
from mqtt_broker import PASSWORD, USER, Broker, Listener  # noqa: E402
from waiting import until  # noqa: E402

from contract import events  # noqa: E402

STATE, EVENT = events.state_topic("doorlens", "door"), events.event_topic("doorlens", "door")
LIMIT_S = 10
_AT_ONCE = 0.4     # of the lives are cut without waiting for anything
_LIFE_S = 1.6      # at most until then, or from the right state on
_HELD, _HELD_S = 0.1, 1.5  # of the others: the door stands still for so long, and rules are raised or cleared
_RULES = {"settle_s": 0.2, "list": [{"name": "long", "when": "open_longer", "minutes": 0.01},
                                    {"name": "blind", "when": "cannot_see", "minutes": 0.01},
                                    {"name": "often", "when": "opened_often", "times": 10}]}


class UnboundedBroker(Broker):
    """Lets no message for a slow subscriber go."""

    def __init__(self, folder):
        super().__init__(folder)
        self._config.write_text(self._config.read_text() + "max_queued_messages 0\n")


class Log:
    """What the lives have written, also what has been rotated away since: `lives` are lists of events."""

    def __init__(self, folder):
        self.lives, self.wrong = [], []
        self._folder, self._lines = folder, {}

    def read(self):
        """What is new since the last call is the life that has just ended."""
        found = {}
        for name in ("events.previous.jsonl", "events.jsonl"):
            path = self._folder / name
            for line in path.read_text().splitlines() if path.exists() else ():
                try:
                    event = json.loads(line)
                except ValueError:
                    continue  # torn, at the very end; the next life writes over it
                found[event["sequence"]] = event
        new = [number for number in sorted(found) if number not in self._lines]
        self.wrong += [f"number {number} is another event now" for number in found
                       if self._lines.get(number, found[number]) != found[number]]
        if new != list(range(len(self._lines) + 1, len(self._lines) + 1 + len(new))):
            self.wrong.append(f"numbers {new} come after {len(self._lines)}")
        self._lines.update((number, found[number]) for number in new)
        self.lives.append([found[number] for number in new])

    @property
    def last(self):
        """The highest number that was read."""
        return len(self._lines)

    @property
    def events(self):
        return [event for life in self.lives for event in life]


def differs(life, frames, alive):
    """(what differs between the log of a life and what it was shown, is the last transition missing?)

    That one may be: the frame that decided was the last one, and the camera was killed over it. alive: it was not killed.
    """
    logged = [(event["state"], event["reason"], event["since"]) for event in life if event["kind"] == events.STATE]
    told = adopted(frames)
    expected = [one[:3] for one in told]
    if logged == expected:
        return None, False
    if logged == expected[:-1] and told[-1][3] == len(frames) and not alive:
        return None, True
    return f"shown {expected}, logged {logged}", False


def right(listener, since, number, shown):
    """Has the subscriber heard that the door is what is shown, from a life whose events have numbers above `number`?

    since: of the first message that may say so. The broker may still have had some of the life before.
    """
    heard = [json.loads(payload) for topic, payload, _ in listener.messages[since:] if topic == STATE]
    return bool(heard) and heard[-1]["sequence"] > number and (heard[-1]["state"], heard[-1]["reason"]) == SEEN[shown][1:]


def retained(port):
    """What the broker tells somebody who comes now."""
    with Listener(port, topics=STATE) as fresh:
        until(lambda: fresh.messages)
        return fresh.json(STATE)[0]


class Trial:
    """`cuts` lives of one camera and a last one that is let live."""

    def __init__(self, folder, architecture, cuts, seed):
        self._folder, self._architecture, self._cuts, self._rng = folder, architecture, cuts, random.Random(seed)
        self._seed = seed
        self.delays, self.wrong, self.undecided, self.at_once = [], [], 0, 0

    def run(self):
        """The report as a dictionary."""
        begin = time.monotonic()
        home = self._folder / "camera"
        home.mkdir()
        (home / "model.safetensors").write_bytes(make(change=patient))
        with Door(self._seed) as door, UnboundedBroker(self._folder) as broker, Listener(broker.port, topics="doorlens/door/+") as listener:
            self._door, self._listener, self._broker = door, listener, broker
            settings = {"source": {"type": "snapshot", "url": door.url(0), "interval_ms": 10, "clock": "header"}, "rules": _RULES,
                        "mqtt": {"host": "127.0.0.1", "port": broker.port, "user": USER, "password": PASSWORD, "picture": False},
                        "spool": {"bytes": 1048576}, "log": {"level": "warning"}}
            camera, log = CameraProcess(home, settings, self._architecture), Log(home)
            try:
                for life in range(self._cuts):
                    self._live(camera, life, log.last)
                    camera.kill()
                    self._compare(log, life, alive=False)
                self._last(camera, log)
            finally:
                camera.kill()
        return self._report(log, time.monotonic() - begin)

    def _live(self, camera, life, number):
        at_once, heard = self._rng.random() < _AT_ONCE, len(self._listener.messages)
        shown = self._door.hold()
        if at_once:
            self.at_once += 1
            self._door.release()
        self._begin(camera, life)
        if not at_once:
            self._wait(heard, number, shown)
            time.sleep(_HELD_S if self._rng.random() < _HELD else 0)
            self._door.release()
        time.sleep(self._rng.uniform(0, _LIFE_S))

    def _begin(self, camera, life):
        camera.settings["source"]["url"] = self._door.url(life)
        (camera.folder / "settings.json").write_text(json.dumps(camera.settings))
        camera.begin()

    def _wait(self, heard, number, shown):
        begin = time.monotonic()
        until(lambda: right(self._listener, heard, number, shown))
        self.delays.append(time.monotonic() - begin)
        kept = retained(self._broker.port)
        if (kept["state"], kept["reason"]) != SEEN[shown][1:]:
            self.wrong.append(f"{kept['state']} is retained while {shown} is shown")

    def _compare(self, log, life, alive):
        log.read()
        what, undecided = differs(log.lives[life], self._door.shown[life], alive)
        self.undecided += undecided
        if what:
            self.wrong.append(f"life {life}: {what}")

    def _last(self, camera, log):
        """A life that ends in order: everything is told."""
        heard, shown = len(self._listener.messages), self._door.hold()
        self._begin(camera, self._cuts)
        self._wait(heard, log.last, shown)
        camera.wait("the control API answers", camera.answers)
        camera.wait("all is told", lambda: camera.status["mqtt"]["waiting"] == 0)
        number = camera.status["state"]["sequence"]
        until(lambda: number in self._listener.numbers(EVENT))
        camera.process.terminate()
        camera.process.wait()
        self._compare(log, self._cuts, alive=True)

    def _report(self, log, seconds):
        logged, told, different = {event["sequence"]: event for event in log.events}, {}, 0
        heard = self._listener.json(EVENT)
        for event in heard:
            different += told.setdefault(event["sequence"], event) != event
        order, states = list(told), self._listener.numbers(STATE)
        down = sum(frames[0][1] != before[-1][1] for before, frames in zip(self._frames(), self._frames()[1:]))
        changes = sum(one[1] != two[1] for frames in self._frames() for one, two in zip(frames, frames[1:]))
        return {
            "architecture": self._architecture, "seed": self._seed, "cuts": self._cuts, "cut_at_once": self.at_once,
            "lives_without_a_frame": self._cuts + 1 - len(self._frames()), "frames": sum(map(len, self._frames())),
            "changes_shown": changes, "changes_while_down": down,
            "transitions_logged": sum(event["kind"] == events.STATE for event in log.events),
            "undecided_when_cut": self.undecided, "wrong": self.wrong + log.wrong,
            "events": len(logged), "lost": len(set(logged) - set(told)), "numbers_given_twice": different,
            "repeated_on_the_wire": len(heard) - len(told),
            "told_as_logged": all(logged.get(number) == event for number, event in told.items()),
            "out_of_order": sum(one > two for one, two in zip(order, order[1:])),
            "state_went_back": sum(one > two for one, two in zip(states, states[1:])),
            "rules_raised": sum(event["active"] is True for event in logged.values()), "rules_told_twice": twice(log.events),
            "right_state": {"measured": len(self.delays), "median_s": round(statistics.median(self.delays), 2),
                            "slowest_s": round(max(self.delays), 2), "late": sum(one > LIMIT_S for one in self.delays)},
            "seconds": round(seconds),
        }

    def _frames(self):
        """Those of every life that got one."""
        return [self._door.shown[life] for life in sorted(self._door.shown) if self._door.shown[life]]


def patient(spec, tensors):
    spec["smoothing"]["stale_s"] = 60  # on a busy machine a frame may take seconds


def twice(logged):
    """How often a rule was raised that was raised already, or cleared that was not."""
    raised, wrong = set(), 0
    for event in logged:
        if event["kind"] == events.RULE:
            wrong += (event["rule"] in raised) == event["active"]
            (raised.add if event["active"] else raised.discard)(event["rule"])
        wrong += set(event["rules"]) != raised
    return wrong


def good(report):
    """Whatever the time that it took."""
    return not (report["wrong"] or report["lost"] or report["numbers_given_twice"] or report["out_of_order"]
                or report["state_went_back"] or report["rules_told_twice"]) and report["told_as_logged"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cuts", type=int, default=500)
    parser.add_argument("--architecture", choices=("x86_64", "armv7"), default="x86_64")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="doorlens-cuts-") as folder:
        try:
            report = Trial(pathlib.Path(folder), options.architecture, options.cuts, options.seed).run()
        except (AssertionError, OSError) as error:
            sys.exit(f"check_cuts: {error}")
    target = BUILD / ("power-cuts.json" if options.architecture == "x86_64" else f"power-cuts-{options.architecture}.json")
    target.write_text(json.dumps(report, indent=2) + "\n")
    print(json.dumps(report, indent=2))
    sys.exit(0 if good(report) and not report["right_state"]["late"] else 1)


if __name__ == "__main__":
    main()
