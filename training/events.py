"""Openings: which of them were found, when, and which were invented."""

from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from statistics import median

from contract.clock import utc_text
from contract.decision import UNKNOWN, UNUSABLE, winner
from contract.events import LOW_MARGIN, NO_FRAME
from contract.smoother import Smoother

_CLOSED = "closed"
_PAUSE_MS = 1_800_000  # without a frame for longer, nobody knows whether it is the same opening


@dataclass(frozen=True)
class Moment:
    """One frame: its UTC time, what is true (a state or "unusable"), what is reported (a state or "unknown"); logits: raw int8
    for the camera's filter, or None."""

    time_ms: int
    true: str
    reported: str
    camera: str | None = None
    logits: bytes | None = None


def score(moments, states, smoothing, make_filter=None):
    """Openings of [Moment] in any order -> dictionary; empty if fewer than two moments are given.

    An opening is a run of frames that are in another state than `rest` (`resting_state`); "unusable"
    frames neither begin nor end one. It is found if another state than `rest` is reported during it.
    A reported run that touches no opening is invented. smoothing: {"confirm_frames", "unknown_frames",
    "stale_s"}, the camera's rules; make_filter() -> its contract.filter.Filter or None, for moments with logits.

    rest; spacing_s: median time between frames, no delay is known better; observed_h; openings, found, missed,
    invented: counts; delay_s: None or {"median", "p90", "worst"} of the found; days: UTC date -> the four counts;
    smoothed: the counts, delay_s, days and inventions once more after the camera's smoother, None where frames come
    more seldom than it waits (stale_s); list: every opening {"camera", "state", "start_ms", "end_ms", "delay_s",
    "smoothed_delay_s"}, the delays None where missed; inventions: {"camera", "state", "start_ms", "end_ms"}.
    """
    if len(moments) < 2:
        return {}
    rest = resting_state(moments, states)
    runs = sequences(moments)
    gaps = [b.time_ms - a.time_ms for sequence in runs for a, b in zip(sequence, sequence[1:])]
    spacing_s = median(gaps) / 1000 if gaps else None
    openings, inventions = _match(runs, [[m.reported for m in s] for s in runs], rest)
    smoothed = None
    if gaps and spacing_s <= smoothing["stale_s"]:
        late, ghosts = _match(runs, [smooth(sequence, smoothing, make_filter) for sequence in runs], rest)
        smoothed = {**_counts(late, ghosts, runs), "inventions": ghosts}
        for opening, after in zip(openings, late):
            opening["smoothed_delay_s"] = after["delay_s"]
    return {"rest": rest, "spacing_s": spacing_s, "observed_h": round(sum(gaps) / 3.6e6, 3),
            **_counts(openings, inventions, runs), "smoothed": smoothed, "list": openings,
            "inventions": inventions}


def resting_state(moments, states):
    """"closed" if it is a state, whatever was sampled; else the one that is true most often, the first of equals."""
    if _CLOSED in states:
        return _CLOSED
    counts = Counter(moment.true for moment in moments)
    return max(states, key=lambda state: counts[state])


def smooth(sequence, smoothing, make_filter=None):
    """What the camera would publish at every Moment of a sequence, had it seen these frames only."""
    smoother = Smoother(smoothing["confirm_frames"], smoothing["unknown_frames"], int(smoothing["stale_s"] * 1000),
                        NO_FRAME, sequence[0].time_ms)
    belief = make_filter() if make_filter else None
    published, before = [], None
    for moment in sequence:
        smoother.tick(moment.time_ms)
        sure = True
        if belief is not None and moment.logits is not None:
            belief.update(moment.logits, before and moment.time_ms - before.time_ms)
            sure = belief.is_sure(winner(moment.logits, len(moment.logits)))
        smoother.update(moment.reported, LOW_MARGIN, moment.time_ms, moment.time_ms, sure)
        published.append(smoother.state)
        before = moment
    return published


def sequences(moments):
    """Lists of one camera's moments, or frames with a time, in the order of time, cut at pauses of half an hour."""
    found = []
    ordered = sorted(moments, key=lambda moment: (moment.camera or "", moment.time_ms))
    for _, own in groupby(ordered, key=lambda moment: moment.camera or ""):
        previous = None
        for moment in own:
            if previous is None or moment.time_ms - previous.time_ms > _PAUSE_MS:
                found.append([])
            found[-1].append(moment)
            previous = moment
    return found


def _match(sequences, reported, rest):
    """(openings, inventions) as in `score`."""
    openings, inventions = [], []
    for sequence, says in zip(sequences, reported):
        inside = set()
        for first, last in _runs([moment.true for moment in sequence], rest, UNUSABLE):
            inside |= set(range(first, last + 1))
            hit = next((i for i in range(first, last + 1) if says[i] not in (rest, UNKNOWN)), None)
            delay = None if hit is None else (sequence[hit].time_ms - sequence[first].time_ms) / 1000
            openings.append({**_span(sequence, [m.true for m in sequence], first, last), "delay_s": delay,
                             "smoothed_delay_s": None})
        for first, last in _runs([rest if said == UNKNOWN else said for said in says], rest, None):
            if inside.isdisjoint(range(first, last + 1)):
                inventions.append(_span(sequence, says, first, last))
    return openings, inventions


def _runs(values, rest, through):
    """[(first, last)] of runs of values other than `rest`; the value `through` neither begins nor ends one."""
    runs, first, last = [], None, None
    for i, value in enumerate([*values, rest]):
        if value == rest and first is not None:
            runs.append((first, last))
            first = None
        elif value not in (rest, through):
            first, last = i if first is None else first, i
    return runs


def _span(sequence, values, first, last):
    states = Counter(value for value in values[first:last + 1] if value != UNUSABLE)
    return {"camera": sequence[first].camera, "state": states.most_common(1)[0][0],
            "start_ms": sequence[first].time_ms, "end_ms": sequence[last].time_ms}


def _counts(openings, inventions, sequences):
    dates = {date(moment.time_ms) for sequence in sequences for moment in sequence}
    return {**_tally(openings, inventions), "delay_s": _delays(openings),
            "days": {day: _tally([o for o in openings if date(o["start_ms"]) == day],
                                 [i for i in inventions if date(i["start_ms"]) == day]) for day in sorted(dates)}}


def _tally(openings, inventions):
    found = sum(opening["delay_s"] is not None for opening in openings)
    return {"openings": len(openings), "found": found, "missed": len(openings) - found, "invented": len(inventions)}


def _delays(openings):
    delays = sorted(opening["delay_s"] for opening in openings if opening["delay_s"] is not None)
    if not delays:
        return None
    return {"median": median(delays), "p90": delays[(len(delays) * 9 - 1) // 10], "worst": delays[-1]}


def date(time_ms):
    """1772360430500 -> "2026-03-01", UTC."""
    return utc_text(time_ms)[:10]
