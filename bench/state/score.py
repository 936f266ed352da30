"""What was published against what was true."""

from statistics import median

import numpy

from bench.state import film
from bench.state.player import Player
from contract.decision import UNKNOWN
from contract.events import VIEW_REASONS

_LEAST_MS = 3_000   # openings that must be found
_LATE_MS = 3_000    # a state may still be published so long after it has ended
_BLOCKED_MS = 10_000


def ordinary(scene, cameras, day, limit=None):
    """Facts of one day without trouble, of its first `limit` spans, for each of `cameras` (player.Known); see `summary`.
    Every span begins with cameras that were just switched on."""
    every = [{"frames": 0, "openings": [], "invented": [], "alarms": [], "blocked_s": [], "wrong_while_blocked": 0}
             for _ in cameras]
    for low, high in film.spans(scene, day, film.generator(scene.installation, scene.seed, day))[:limit]:
        players, blocked = [Player(known) for known in cameras], [_Blocked() for _ in cameras]
        for time_ms in range(low + film.generator(low).randrange(film.STEP_MS), high, film.STEP_MS):
            picture, truth = scene.render(time_ms), scene.truth(time_ms)
            for player, timer, facts in zip(players, blocked, every):
                player.show(picture, time_ms)
                timer.look(truth.blocked, player.state == UNKNOWN, time_ms)
                facts["frames"] += 1
        for player, timer, facts in zip(players, blocked, every):
            facts["blocked_s"] += timer.delays
            _judge(scene, player.published, low, high, facts)
    return every


class _Blocked:
    """How long it took from a view's being blocked to "unknown"; None where it stayed so for five seconds and was not said."""

    def __init__(self):
        self.delays = []
        self._since = None
        self._said = False

    def look(self, blocked, unknown, time_ms):
        if not blocked:
            self._since = None
        elif self._since is None:
            self._since, self._said = time_ms, unknown  # it may have been said before
        elif not self._said and unknown:
            self.delays.append((time_ms - self._since) / 1000)
            self._said = True
        elif not self._said and time_ms - self._since >= _BLOCKED_MS:
            self.delays.append(None)
            self._said = True


def _judge(scene, published, low, high, facts):
    openings = scene.openings(low - film.DAY_MS, high + 60_000)
    for event in published:
        truth = scene.truth(event.time_ms)
        if event.reason in VIEW_REASONS and not truth.blocked:
            facts["alarms"].append([event.time_ms, event.reason])
        if truth.blocked and event.state not in (UNKNOWN, truth.state):
            facts["wrong_while_blocked"] += 1
        if event.state == "open" and not any(a <= _end(published, event, high) and event.time_ms <= b + _LATE_MS for a, b in openings):
            facts["invented"].append(event.time_ms)
    for a, b in openings:
        if low + film.STEP_MS <= a < high and b - a >= _LEAST_MS:
            _opening(scene, published, a, min(b, high), facts)


def _end(published, event, high):
    """When another state than that of `event` was published."""
    return next((later.time_ms for later in published if later.time_ms > event.time_ms and later.state != event.state), high)


def _opening(scene, published, a, b, facts):
    """An opening counts as found when it is published before it ends; one that nobody could see is left out."""
    hidden = all(scene.truth(at).blocked for at in range(a, min(b, a + 10_000), 1000))
    hit = next((event.time_ms for event in published
                if event.state == "open" and event.time_ms <= b and _end(published, event, b) >= a), None)
    if hit is None and hidden:
        return
    facts["openings"].append(None if hit is None else max(0, hit - a) / 1000)


def troubled(scene, known, day, trouble, times):
    """[{"unknown_s", "followed_s", "wrong", "reason"}] of one trouble at several times; the door does not move."""
    found = []
    needed = int(trouble.patience_s * 1000) + 5_000
    rng = film.generator(scene.installation, scene.seed, day, trouble.name)
    for start in film.clear_times(scene, day, rng, times, needed + 15_000):
        player, noise, at = Player(known), numpy.random.default_rng(start), start + 15_000 + rng.randrange(2_000)
        player.view._live = 40  # as after a minute
        frozen, before, truth = None, None, scene.truth(start).state
        for time_ms in range(start, at + needed, film.STEP_MS):
            if time_ms < at:
                before = frozen = scene.render(time_ms)
            elif trouble.change is not None:
                before = trouble.change(scene.render(time_ms), noise)
            else:
                before = frozen
            player.show(before, time_ms)
        found.append(_aftermath(player, at, truth))
    return found


def _aftermath(player, at, truth):
    after = [event for event in player.published if event.time_ms >= at]
    unknown = next((event for event in after if event.state == UNKNOWN), None)
    return {"unknown_s": None if unknown is None else (unknown.time_ms - at) / 1000,
            "reason": None if unknown is None else unknown.reason,
            "followed": player.view.shift != (0, 0), "wrong": sum(event.state not in (UNKNOWN, truth) for event in after)}


def summary(days):
    """The figures of several days' `ordinary`."""
    openings = [delay for facts in days for delay in facts["openings"]]
    found = [delay for delay in openings if delay is not None]
    blocked = [delay for facts in days for delay in facts["blocked_s"]]
    said = [delay for delay in blocked if delay is not None]
    return {"days": len(days), "frames": sum(facts["frames"] for facts in days), "openings": len(openings), "found": len(found),
            "missed": len(openings) - len(found), "invented": sum(len(facts["invented"]) for facts in days),
            "median_delay_s": median(found) if found else None, "worst_delay_s": max(found, default=None),
            "false_alarms": sum(len(facts["alarms"]) for facts in days), "blocked": len(blocked),
            "blocked_within_5_s": sum(delay <= 5 for delay in said), "blocked_worst_s": max(said, default=None),
            "wrong_while_blocked": sum(facts["wrong_while_blocked"] for facts in days)}


def troubles_summary(found, trouble):
    """The figures of `troubled`: how often it was unknown in time or followed, how late, how often another state was published."""
    seen = [case["unknown_s"] for case in found if case["unknown_s"] is not None]
    good = [case for case in found if (case["unknown_s"] is not None and case["unknown_s"] <= trouble.patience_s)
            or (trouble.followed and case["followed"])]
    return {"times": len(found), "unknown": len(seen), "followed": sum(case["followed"] for case in found), "good": len(good),
            "worst_s": max(seen, default=None), "wrong": sum(case["wrong"] for case in found),
            "reasons": sorted({case["reason"] for case in found if case["reason"]})}
