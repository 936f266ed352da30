"""What the camera raises an alarm about by itself, decided from its states: a door that is open too long, at the wrong time, or
too often, and a view in which nothing is to be seen.

A rule is raised once and cleared once: it clears when what raised it has been over for `settle_s`. While the camera cannot see,
the door is neither open nor shut: rules about it stay what they are.
"""

from collections import OrderedDict

from contract.clock import utc_ms, utc_text
from contract.decision import UNKNOWN
from contract.rule_settings import CANNOT_SEE, OPEN_LONGER, OPEN_OUTSIDE
from contract.time_zone import TimeZone
from contract.weekly_hours import WeeklyHours

_HOUR_MS = 3600000
_MINUTE_MS = 60000
_MET, _OVER, _NEITHER = 1, 0, None


def open_state(wanted, states):
    """Which of a model's states (() without one) is the open door: `wanted`, without one "open", else the second."""
    return wanted or ("open" if "open" in states or not states else states[1])


class Door:
    """What is remembered of the states: since when the door is open, when it was opened, since when nothing is seen.

    Times are milliseconds of a monotonic clock, also below zero.
    """

    def __init__(self, remembered):
        self.opened = None   # since when it is open; an opening goes on while the camera cannot see
        self.blind = None    # since when the state is unknown
        self.openings = []   # of the last hour, the newest `remembered` of them
        self._remembered = remembered
        self._was_open = None

    def saw(self, is_open, at, counts=True):
        """A state was adopted: `is_open` is None where it is unknown. counts: an opening now is one of the last hour's."""
        if is_open is None:
            self.blind = at if self.blind is None else self.blind
            return
        self.blind = None
        if not is_open:
            self.opened = None
        elif self.opened is None:
            self.opened = at
            if counts and self._was_open is False:
                self.openings = (self.openings + [at])[-self._remembered:]
        self._was_open = is_open

    def count(self, now):
        """How often it was opened in the last hour."""
        while self.openings and now - self.openings[0] >= _HOUR_MS:
            self.openings.pop(0)
        return len(self.openings)


class _Rule:
    """`since` is the UTC text, or None, of when it was met; None as well while it is not."""

    def __init__(self, settings):
        self.name, self.when, self.urgent = settings["name"], settings["when"], settings["urgent"]
        self.times = settings.get("times", 0)
        self._ms = int(settings.get("minutes", 0) * _MINUTE_MS)
        self._hours = WeeklyHours(settings["hours"]) if "hours" in settings else None
        self.active = self.met = False
        self.since = None
        self._over_since = None

    def judge(self, door, now, local_ms):
        """(_MET, _OVER or _NEITHER, since when it is met)"""
        if self.when == CANNOT_SEE:
            return self._lasts(door.blind, now)
        if door.blind is not None:
            return _NEITHER, None
        if self.when == OPEN_LONGER:
            return self._lasts(door.opened, now)
        if self.when == OPEN_OUTSIDE:
            if door.opened is None:
                return _OVER, None
            if local_ms is None:
                return _NEITHER, None
            return (_OVER, None) if self._hours.contain(local_ms) else (_MET, now)
        count = door.count(now)
        if count > self.times:
            return _MET, door.openings[self.times]
        return (_OVER if count <= self.times // 2 else _NEITHER), None

    def _lasts(self, begun, now):
        if begun is None:
            return _OVER, None
        return (_MET, begun + self._ms) if now - begun >= self._ms else (_NEITHER, None)

    def step(self, judgement, since, now, settle_ms, quiet):
        """`since` is a UTC text or None. True if it has been raised or cleared."""
        if judgement == _OVER and self.met:
            self._over_since = now if self._over_since is None else self._over_since
            if not self.active or now - self._over_since >= settle_ms:
                told, self.active, self.met, self.since, self._over_since = self.active, False, False, None, None
                return told
            return False
        self._over_since = None
        if judgement == _MET:
            if not self.met:
                self.met, self.since = True, since
            if not self.active and (self.urgent or not quiet):
                self.active = True
                return True
        return False

    def resume(self, since):
        self.active = self.met = True
        self.since = since


class Rules:
    """`settings` as rule_settings.complete returns them; `states()`: the model's states, () without one."""

    def __init__(self, settings, states):
        self._rules = [_Rule(one) for one in settings["list"]]
        self._door = Door(1 + max([one.times for one in self._rules] + [0]))
        self._wanted, self._states = settings["state"], states
        self._settle_ms = int(1000 * settings["settle_s"])
        self._zone = TimeZone(settings["time_zone"]) if settings["time_zone"] else None
        self._quiet = WeeklyHours(settings["quiet_hours"]) if settings["quiet_hours"] else None

    @property
    def active(self):
        """{name: UTC text or None of when it was met} of the rules that are raised, in the settings' order."""
        return OrderedDict((one.name, one.since) for one in self._rules if one.active)

    def resume(self, events, now, wall_ms):
        """What former lives told: `events` (dictionaries, oldest first). now: monotonic ms; wall_ms: UTC or None.

        How long ago that was is known by the wall clock; without it the door is as it was, but since now.
        """
        latest = None
        for latest in events:
            at = _past(latest.get("time"), now, wall_ms)
            self.saw(latest["state"], now if at is None else at, at is not None)
        raised = latest.get("rules", {}) if latest else {}
        for one in self._rules:
            if one.name in raised:
                one.resume(raised[one.name])

    def saw(self, state, now, counts=True):
        """A state was adopted."""
        self._door.saw(None if state == UNKNOWN else state == open_state(self._wanted, self._states()), now, counts)

    def tick(self, now, wall_ms):
        """Gives (name, is it raised now?) of every rule that changes, one after the other; to be called every second or so.

        now: monotonic ms; wall_ms: UTC or None, then hours say nothing and nothing is quiet. `active` changes with each.
        """
        local_ms = self._zone.local_ms(wall_ms) if self._zone and wall_ms is not None else None
        quiet = bool(self._quiet and local_ms is not None and self._quiet.contain(local_ms))
        for one in self._rules:
            judgement, since = one.judge(self._door, now, local_ms)
            text = None if since is None or wall_ms is None else utc_text(wall_ms - (now - since))
            if one.step(judgement, text, now, self._settle_ms, quiet):
                yield one.name, one.active


def _past(text, now, wall_ms):
    """When on the monotonic clock the UTC time `text` was; None where that cannot be known."""
    if text is None or wall_ms is None:
        return None
    return now - max(0, wall_ms - utc_ms(text))
