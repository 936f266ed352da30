import json
import os

from camera_firmware.events import Events
from camera_firmware.metrics import Metrics
from camera_firmware.rules import RuleWatch
from contract.clock import utc_ms, utc_text
from contract.events import FIELDS, FRAMES, KINDS, RULE
from contract.rule_settings import complete
from contract.smoother import Smoother

NOON = utc_ms("2026-03-04T12:00:00.000Z")
SETTINGS = {"list": [{"name": "long", "when": "open_longer", "minutes": 10}, {"name": "blind", "when": "cannot_see", "minutes": 5}]}


class Log:
    def __init__(self):
        self.warnings = []

    def info(self, area, text):
        pass

    def warning(self, area, text):
        self.warnings.append(text)

    repeated = warning

    def recovered(self, area, text):
        pass


class Life:
    """One of the camera's lives over the folder `path`, begun `minutes` after noon."""

    def __init__(self, path, minutes=0, settings=SETTINGS):
        self.minutes = minutes
        self.log, self.heard = Log(), []
        self.events = Events(path, "door", self.log, Metrics(), lambda: self.wall())
        self.begun = minutes
        self.watch = RuleWatch(complete(settings), self.events, lambda: ("closed", "open"), lambda: None, self, self.log, self.wall)
        self.events.listeners.append(lambda event, jpeg: self.heard.append((event["kind"], event["state"], sorted(event["rules"]))))

    def now(self):
        return int((self.minutes - self.begun) * 60000)

    def wall(self):
        return NOON + int(self.minutes * 60000)

    def saw(self, state):
        smoother = Smoother(1, 1, 1000, FRAMES, 0)
        smoother.state = state
        self.events.publish(smoother, 0.5, 3)

    def pass_(self, minutes):
        for _ in range(minutes * 2):
            self.minutes += 0.5
            self.watch.tick()


def folder():
    path = "/tmp/doorlens-rules-test-%s" % "".join("%02x" % value for value in os.urandom(8))
    os.mkdir(path)
    return path


def clear(path):
    for name in os.listdir(path):
        os.remove(path + "/" + name)
    os.rmdir(path)


def lines(path):
    with open(path + "/events.jsonl") as file:
        return [json.loads(line) for line in file.read().splitlines()]


def test_rule_is_an_event_that_says_the_state_as_well():
    path = folder()
    life = Life(path)
    life.saw("open")
    life.pass_(11)
    life.saw("closed")
    life.pass_(2)
    told = lines(path)
    assert [(event["sequence"], event["kind"], event["rule"], event["active"]) for event in told] == [
        (1, "state", None, None), (2, "rule", "long", True), (3, "state", None, None), (4, "rule", "long", False)]
    since = utc_text(NOON + 600000)
    assert [event["rules"] for event in told] == [{}, {"long": since}, {"long": since}, {}]
    assert told[1]["state"] == "open" and told[1]["time"] == since and told[3]["state"] == "closed"
    assert life.heard == [("state", "open", []), (RULE, "open", ["long"]), ("state", "closed", ["long"]), (RULE, "closed", [])]
    assert sorted(told[1]) == sorted(field[0] for field in FIELDS) and RULE in KINDS
    assert list(life.events.latest) == [field[0] for field in FIELDS], "in the contract's order"
    clear(path)


def test_next_life_tells_no_second_time_and_writes_nothing_for_that():
    path = folder()
    life = Life(path)
    life.saw("open")
    life.pass_(11)
    assert sorted(os.listdir(path)) == ["events.jsonl"]
    for number in range(3):
        life = Life(path, 20 + 20 * number)
        life.saw("unknown")
        life.saw("open")
        life.pass_(15)
        assert dict(life.events.latest["rules"]) == {"long": utc_text(NOON + 600000)}
    life = Life(path, 100)
    life.saw("closed")
    life.pass_(3)
    assert [(event["rule"], event["active"]) for event in lines(path) if event["kind"] == RULE] == [("long", True), ("long", False)]
    clear(path)


def test_rule_that_is_no_longer_in_the_settings_is_raised_no_longer():
    path = folder()
    life = Life(path)
    life.saw("open")
    life.pass_(11)
    life = Life(path, 20, {"list": SETTINGS["list"][1:]})
    life.saw("open")
    life.pass_(20)
    assert lines(path)[-1]["rules"] == {} and lines(path)[-1]["kind"] == "state"
    clear(path)


def test_log_that_cannot_be_read_is_one_line_and_rules_go_on():
    for spoil in ('{"sequence":1,"state":3,"time":"noon","rules":{}}\n', '{"sequence":1}\n', None):
        path = folder()
        if spoil:
            with open(path + "/events.jsonl", "w") as file:
                file.write(spoil)
        else:
            os.mkdir(path + "/events.jsonl")
        life = Life(path)
        assert len(life.log.warnings) == 1 and life.log.warnings[0].startswith("what was raised before is not known: events.jsonl")
        life.saw("open")
        life.pass_(11)
        assert life.heard[-1] == (RULE, "open", ["long"])
        if not spoil:
            os.rmdir(path + "/events.jsonl")
        clear(path)


def test_long_log_is_read_from_its_end():
    path = folder()
    life = Life(path)
    for _ in range(500):
        life.saw("open")
        life.saw("closed")
    assert [event["sequence"] for event in Life(path, 1).events.recent(3)] == [998, 999, 1000]
    assert sum(1 for _ in Life(path, 1).events.recent(100000)) > 500
    clear(path)
