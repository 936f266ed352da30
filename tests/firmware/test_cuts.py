"""Some of the cuts of check_cuts.py: what was logged, told and retained is what was shown."""

import pytest
from check_cuts import Trial, differs, good, twice
from door_by_plan import adopted

CUTS = {"x86_64": 9, "armv7": 3}


@pytest.mark.parametrize("architecture", CUTS)
def test_log_and_retained_state_are_what_was_shown_through_sudden_death(tmp_path, architecture):
    report = Trial(tmp_path, architecture, CUTS[architecture], seed=2).run()
    assert good(report), report
    assert report["transitions_logged"] > report["cuts"] and report["right_state"]["measured"] > 1


def frames(*shown):
    return [(1772360430500 + 500 * at, one) for at, one in enumerate(shown)]


def logged(told):
    return [{"kind": "state", "state": state, "reason": reason, "since": since} for state, reason, since, _ in told]


def test_truth_is_two_agreeing_frames():
    told = adopted(frames("open", "closed", "closed", "open", "closed", "blocked", "blocked", "blocked", "open", "open"))
    assert told == [("unknown", "no_frame", None, 0), ("closed", "frames", "2026-03-01T10:20:31.000Z", 3),
                    ("unknown", "unusable", "2026-03-01T10:20:33.000Z", 7), ("open", "frames", "2026-03-01T10:20:34.500Z", 10)]


def test_only_the_last_transition_may_be_missing_and_only_of_the_last_frame():
    shown = frames("open", "open", "closed", "closed")
    life = logged(adopted(shown))
    assert differs(life, shown, alive=True) == (None, False)
    assert differs(life[:-1], shown, alive=False) == (None, True)
    for wrong, seen in ((life[:-1], shown + frames("closed")), (life[:-2], shown), (life + life[1:2], shown), (life[1:], shown)):
        assert differs(wrong, seen, alive=False)[0], wrong
    assert differs(life[:-1], shown, alive=True)[0]


def test_rule_that_is_raised_again_is_noticed():
    raised = {"kind": "rule", "rule": "long", "active": True, "rules": {"long": None}}
    cleared = {"kind": "rule", "rule": "long", "active": False, "rules": {}}
    state = {"kind": "state", "rule": None, "active": None, "rules": {"long": None}}
    assert twice([raised, state, cleared, raised]) == 0
    assert twice([raised, raised]) and twice([cleared]) and twice([state]) and twice([raised, dict(state, rules={})])
