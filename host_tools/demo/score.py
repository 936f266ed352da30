"""What the camera reported against what was true. Pure functions over frames and events."""

from dataclasses import dataclass

from contract.clock import utc_ms
from contract.decision import UNKNOWN


SETTLING = 3  # frames in which a smoothed report may follow what it sees


@dataclass(frozen=True)
class FrameResult:
    """One served frame: its time, what is true, what the camera's latest event said then."""

    time_ms: int
    state: str
    blocked: bool
    reported: str


@dataclass(frozen=True)
class Score:
    """confusion[true][reported] counts frames that are not blocked; `balanced_accuracy` is the mean recall of
    the true states over these, "unknown" counting as wrong. An opening is found when it is reported during
    it; a reported opening that touches no true one is invented. blocked_reported_open counts blocked
    periods in which "open" is newly reported although the door is not open.
    """

    frames: int
    confusion: dict
    balanced_accuracy: float
    openings: int
    found: int
    invented: int
    blocked_periods: int
    blocked_reported_open: int


def frame_results(times_ms, truth, events):
    """[FrameResult] for `times_ms`; `truth(time_ms)` has .state and .blocked; events as published."""
    ordered = sorted((utc_ms(event["last_frame"]), event["sequence"], event["state"])
                     for event in events if event["last_frame"])
    results, position, reported = [], 0, UNKNOWN
    for time_ms in times_ms:
        while position < len(ordered) and ordered[position][0] <= time_ms:
            reported = ordered[position][2]
            position += 1
        now = truth(time_ms)
        results.append(FrameResult(time_ms, now.state, now.blocked, reported))
    return results


def score(results, states, opened="open"):
    """Score of [FrameResult] in the order of time. `opened` is the state whose periods are openings."""
    confusion = {true: dict.fromkeys([*states, UNKNOWN], 0) for true in states}
    for result in results:
        if not result.blocked:
            confusion[result.state][result.reported] += 1
    seen = [true for true in states if sum(confusion[true].values())]
    recalls = [confusion[true][true] / sum(confusion[true].values()) for true in seen]
    openings = _runs(results, lambda result: result.state == opened)
    visible = [run for run in openings if any(not result.blocked for result in run)]
    reported = _runs(results, lambda result: result.reported == opened)
    blocked = _runs(results, lambda result: result.blocked)
    newly = {run[0].time_ms for run in reported}
    return Score(
        frames=len(results),
        confusion=confusion,
        balanced_accuracy=sum(recalls) / len(recalls),
        openings=len(visible),
        found=sum(any(result.reported == opened for result in run) for run in visible),
        invented=sum(all(result.state != opened for result in run) for run in reported),
        blocked_periods=len(blocked),
        blocked_reported_open=sum(any(result.time_ms in newly and result.state != opened for result in run) for run in blocked),
    )


def wrong(results):
    """The results that are not blocked and wrongly reported, in the order of time."""
    return [result for result in results if not result.blocked and result.reported != result.state]


def late(results):
    """How many of the wrong results lie within SETTLING frames after a change of what there is to see."""
    def settled(i):
        now = results[i]
        return all((then.state, then.blocked) == (now.state, False) for then in results[max(0, i - SETTLING):i])
    return sum(not result.blocked and result.reported != result.state and not settled(i) for i, result in enumerate(results))


def _runs(results, holds):
    """Maximal runs of consecutive results for which `holds`."""
    runs, current = [], []
    for result in results:
        if holds(result):
            current.append(result)
        elif current:
            runs.append(current)
            current = []
    return runs + [current] if current else runs
