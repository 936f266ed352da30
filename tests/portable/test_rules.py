from contract.clock import utc_ms, utc_text
from contract.rule_settings import MAX_RULES, RuleError, complete
from contract.rules import Rules, open_state
from expect import raises

MINUTE, HOUR = 60000, 3600000
NOON = utc_ms("2026-03-04T12:00:00.000Z")  # a Wednesday; 13:00 in Berlin
BERLIN = "CET-1CEST,M3.5.0,M10.5.0/3"
LONG = {"name": "long", "when": "open_longer", "minutes": 10}
NIGHT = {"name": "night", "when": "open_outside", "hours": "Mo-Fr 07:00-19:00"}
OFTEN = {"name": "often", "when": "opened_often", "times": 3}
BLIND = {"name": "blind", "when": "cannot_see", "minutes": 5}


class Camera:
    """Rules and their clocks; `told` is what changed, as (name, active, minutes since the start)."""

    def __init__(self, *rules, wall_ms=NOON, **settings):
        self.settings = complete(dict({"list": list(rules), "time_zone": BERLIN}, **settings))
        self.now, self.wall, self.told, self.log = 0, wall_ms, [], []
        self.rules = Rules(self.settings, lambda: ("closed", "open"))

    def pass_(self, minutes):
        step = 10000 if minutes <= 60 else MINUTE
        for _ in range(int(minutes * MINUTE) // step):
            self.now += step
            if self.wall is not None:
                self.wall += step
            self.tick()

    def tick(self):
        for name, active in self.rules.tick(self.now, self.wall):
            self.told.append((name, active, self.now / MINUTE))
            self._write(self.log[-1]["state"])

    def saw(self, state, minutes=0):
        self.rules.saw(state, self.now)
        self._write(state)
        self.tick()
        self.pass_(minutes)

    def _write(self, state):
        self.log.append({"state": state, "time": None if self.wall is None else utc_text(self.wall),
                         "rules": self.rules.active})

    def restart(self, minutes=1, wall=True):
        """The power is away for so long; wall: the clock goes on."""
        self.wall = self.wall + int(minutes * MINUTE) if wall and self.wall is not None else None
        self.now = 0
        self.rules = Rules(self.settings, lambda: ("closed", "open"))
        self.rules.resume(self.log, self.now, self.wall)
        self.saw("unknown")


def test_door_that_is_open_too_long_is_told_once_and_its_end_once():
    camera = Camera(LONG)
    camera.saw("closed", 30)
    camera.saw("open", 9.9)
    assert camera.told == []
    camera.pass_(60)
    assert camera.told == [("long", True, 40)]
    assert dict(camera.rules.active) == {"long": utc_text(NOON + 40 * MINUTE)}
    camera.saw("closed", 5)
    assert camera.told[1:] == [("long", False, camera.now / MINUTE - 4)] and not camera.rules.active


def test_short_openings_in_a_row_are_no_long_one():
    camera = Camera(LONG)
    for _ in range(10):
        camera.saw("open", 9)
        camera.saw("closed", 0.2)
    assert camera.told == []


def test_flapping_door_raises_no_second_alarm():
    camera = Camera(LONG)
    camera.saw("open", 11)
    for _ in range(20):
        camera.saw("closed", 0.5)
        camera.saw("open", 0.5)
    assert camera.told == [("long", True, 10)]
    camera.saw("closed", 2)
    assert [active for _, active, _ in camera.told] == [True, False]


def test_opening_goes_on_while_the_camera_cannot_see_and_nothing_is_said_meanwhile():
    camera = Camera(LONG)
    camera.saw("open", 5)
    camera.saw("unknown", 20)
    assert camera.told == []
    camera.saw("open")
    assert camera.told == [("long", True, 25)] and camera.rules.active["long"] == utc_text(NOON + 10 * MINUTE)
    camera.saw("unknown", 60)
    assert len(camera.told) == 1
    camera.saw("closed", 2)
    assert len(camera.told) == 2


def test_hours_are_those_of_the_local_clock():
    camera = Camera(NIGHT)
    camera.saw("open", 359)
    assert camera.told == []
    camera.pass_(2)
    assert camera.told == [("night", True, 360)], "19:00 in Berlin is 18:00 UTC in winter"
    camera.pass_(13 * 60)
    assert camera.told[1:] == [("night", False, 18 * 60 + 1)], "and seven in the morning ends it, a minute later"


def test_hours_say_nothing_until_the_time_is_known():
    camera = Camera(NIGHT, LONG, wall_ms=None)
    camera.saw("open", 30)
    assert camera.told == [("long", True, 10)] and camera.rules.active["long"] is None
    camera.wall = NOON + 9 * HOUR
    camera.tick()
    assert camera.told[1:] == [("night", True, 30)]
    camera.wall = None
    camera.pass_(10)
    assert len(camera.told) == 2, "a clock that is lost again changes nothing"
    camera.saw("closed", 2)
    assert sorted(name for name, active, _ in camera.told if not active) == ["long", "night"]


def test_jump_of_the_clock_is_no_time_that_passes():
    camera = Camera(LONG, BLIND, OFTEN)
    camera.saw("open", 1)
    for jump in (24 * HOUR, -48 * HOUR, 8000 * HOUR):
        camera.wall += jump
        camera.pass_(1)
    camera.saw("unknown", 2)
    camera.wall += 1000 * HOUR
    camera.pass_(1)
    assert camera.told == []


def test_door_that_is_opened_too_often_is_told_until_half_as_many_are_left():
    camera = Camera(OFTEN)
    camera.saw("closed")
    for _ in range(3):
        camera.saw("open", 2)
        camera.saw("closed", 3)
    camera.saw("unknown", 1)
    camera.saw("closed", 4)
    assert camera.told == []
    camera.saw("open", 1)
    camera.saw("unknown", 1)
    camera.saw("open", 1)
    camera.saw("closed")
    assert camera.told == [("often", True, 20)], "what was unknown in between is no opening"
    camera.pass_(120)
    assert camera.told[1:] == [("often", False, 71)], "the third of four is an hour ago at 70, a minute more is for flapping"


def test_first_look_at_an_open_door_is_no_opening():
    camera = Camera(dict(OFTEN, times=1))
    camera.saw("open", 1)
    camera.saw("closed", 1)
    camera.saw("open", 1)
    assert camera.told == []
    camera.saw("closed", 1)
    camera.saw("open", 1)
    assert [one[:2] for one in camera.told] == [("often", True)]


def test_camera_that_cannot_see_is_told():
    camera = Camera(BLIND)
    camera.saw("unknown", 4)
    camera.saw("closed", 1)
    camera.saw("unknown", 4.9)
    assert camera.told == []
    camera.pass_(1)
    camera.saw("open", 0.5)
    camera.saw("unknown", 0.5)
    camera.saw("open", 2)
    assert [one[:2] for one in camera.told] == [("blind", True), ("blind", False)]


def test_alarm_of_quiet_hours_is_told_when_they_end_if_it_is_still_true():
    quiet = {"quiet_hours": "22:00-06:00", "wall_ms": NOON + 10 * HOUR}  # 23:00
    camera = Camera(LONG, BLIND, dict(LONG, name="urgent", urgent=True), **quiet)
    camera.saw("open", 60)
    assert camera.told == [("urgent", True, 10)]
    camera.pass_(8 * 60)
    assert camera.told[1:] == [("long", True, 7 * 60)]
    assert camera.rules.active["long"] == camera.rules.active["urgent"] == utc_text(NOON + 10 * HOUR + 10 * MINUTE)
    camera = Camera(LONG, **quiet)
    camera.saw("open", 60)
    camera.saw("closed", 8 * 60)
    assert camera.told == [], "what is over by then is dropped"


def test_quiet_hours_hold_back_no_end():
    camera = Camera(LONG, quiet_hours="22:00-06:00", wall_ms=NOON + 8 * HOUR)
    camera.saw("open", 90)
    camera.saw("closed", 2)
    assert [one[:2] for one in camera.told] == [("long", True), ("long", False)]


def test_restart_raises_no_second_alarm_for_the_same_opening():
    camera = Camera(LONG, NIGHT, OFTEN, BLIND)
    camera.saw("closed", 1)
    camera.saw("open", 11)
    raised = dict(camera.rules.active)
    for wall in (True, True, False):
        camera.restart(3, wall)
        assert dict(camera.rules.active) == raised
        camera.saw("open", 30)
    assert [one[:2] for one in camera.told] == [("long", True)]
    camera.restart()
    camera.saw("closed", 2)
    assert [one[:2] for one in camera.told] == [("long", True), ("long", False)]
    camera.restart()
    assert not camera.rules.active


def test_time_before_a_restart_counts_where_the_clock_is_known():
    camera = Camera(LONG, BLIND)
    camera.saw("closed", 1)
    camera.saw("open", 6)
    camera.restart(1)
    camera.saw("open", 2.5)
    assert camera.told == []
    camera.pass_(1)
    assert camera.told == [("long", True, 3)]
    camera = Camera(LONG)
    camera.saw("open", 6)
    camera.restart(1, wall=False)
    camera.saw("open", 9)
    assert camera.told == []
    camera.pass_(1)
    assert camera.told == [("long", True, 10)], "without a clock it counts anew"


def test_openings_before_a_restart_count_once():
    camera = Camera(OFTEN)
    camera.saw("closed")
    for _ in range(3):
        camera.saw("open", 1)
        camera.saw("closed", 1)
    for _ in range(5):
        camera.restart()
        camera.saw("closed", 1)
    assert camera.told == []
    camera.saw("open", 1)
    assert [one[:2] for one in camera.told] == [("often", True)]
    camera = Camera(OFTEN, wall_ms=None)
    camera.saw("closed")
    for _ in range(3):
        camera.saw("open", 1)
        camera.saw("closed", 1)
    camera.restart()
    camera.saw("closed")
    camera.saw("open", 1)
    assert camera.told == [], "whether they were in the last hour is not known"


def test_rules_that_were_raised_together_and_cut_apart_are_both_told():
    camera = Camera(LONG, dict(LONG, name="other"))
    camera.saw("open", 11)
    assert dict(camera.log[-2]["rules"]) == {"long": utc_text(NOON + 10 * MINUTE)}
    assert sorted(camera.log[-1]["rules"]) == ["long", "other"]
    camera.log.pop()
    camera.restart(0)
    camera.saw("open")
    assert [one[:2] for one in camera.told] == [("long", True), ("other", True), ("other", True)]


def test_log_of_an_older_firmware_or_of_other_rules_is_read():
    camera = Camera(LONG)
    camera.log = [{"state": "closed", "sequence": 1}, {"state": "open", "time": None, "rules": {"gone": None}}]
    camera.restart()
    camera.saw("open", 11)
    assert [one[:2] for one in camera.told] == [("long", True)]


def test_open_is_the_state_of_that_name_or_the_second():
    assert open_state("", ("open", "closed")) == open_state("", ("closed", "open")) == open_state("", ()) == "open"
    assert open_state("", ("down", "up")) == "up" and open_state("down", ("down", "up")) == "down"


def message(**rules):
    text = str(raises(RuleError, complete, rules))
    assert "\n" not in text and text.startswith("setting rules")
    return text


def test_defaults_are_filled_in():
    assert complete({})["list"] == [] and complete({})["settle_s"] == 60
    rule = complete({"list": [LONG]})["list"][0]
    assert rule == {"name": "long", "when": "open_longer", "minutes": 10, "urgent": False}


def test_wrong_settings_are_refused_by_name():
    assert message(colour=1).startswith("setting rules.colour is not known")
    assert message(list={}) == "setting rules.list must be a list"
    assert message(list=[3]) == "setting rules.list[0] must be a JSON object"
    assert message(list=[LONG, {"name": "x"}]) == "setting rules.list[1].when is missing"
    assert message(list=[{"when": "opened"}]).startswith("setting rules.list[0].when must be one of cannot_see, open_longer,")
    assert message(list=[{"when": [1], "name": "x"}]) == "setting rules.list[0].when must be a text"
    assert message(list=[dict(LONG, name="a b")]) == "setting rules.list[0].name may hold letters, digits, - and _ only"
    assert message(list=[dict(LONG, name="")]).startswith("setting rules.list[0].name must be between 1 and 32")
    assert message(list=[{"name": "x", "when": "open_longer"}]) == "setting rules.list[0].minutes is missing"
    assert message(list=[dict(LONG, minutes=True)]) == "setting rules.list[0].minutes must be a number"
    assert message(list=[dict(LONG, minutes=0)]).startswith("setting rules.list[0].minutes must be between 0.01 and")
    assert message(list=[dict(LONG, times=3)]).startswith("setting rules.list[0].times is not known to a rule about open_longer")
    assert message(list=[dict(OFTEN, times=1.5)]) == "setting rules.list[0].times must be a whole number"
    assert message(list=[dict(LONG, urgent=1)]) == "setting rules.list[0].urgent must be true or false"
    assert message(list=[LONG, LONG]) == "setting rules.list has two rules named long"
    many = [dict(LONG, name="r%d" % number) for number in range(MAX_RULES + 1)]
    assert message(list=many) == "setting rules.list must be between 0 and 16 entries long"
    assert len(complete({"list": many[1:]})["list"]) == MAX_RULES
    assert str(raises(RuleError, complete, [])) == "setting rules must be a JSON object"


def test_hours_need_a_time_zone():
    assert message(list=[NIGHT]).startswith("setting rules.time_zone is missing, and rules.list[0].hours is set")
    assert message(quiet_hours="22:00-06:00").startswith("setting rules.time_zone is missing, and rules.quiet_hours is set")
    assert message(time_zone="Europe/Berlin") == ("setting rules.time_zone: Europe/Berlin is not a POSIX time zone such as "
                                                  "CET-1CEST,M3.5.0,M10.5.0/3")
    assert message(time_zone="UTC0", quiet_hours="nights").startswith("setting rules.quiet_hours: nights is not hours such as")
    assert message(time_zone="UTC0", list=[dict(NIGHT, hours="Mo-Fr 7-19")]).startswith("setting rules.list[0].hours: Mo-Fr 7-19 ")
