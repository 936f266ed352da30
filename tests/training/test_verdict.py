import pytest

from training.compare import Comparison
from training.dataset import Frame
from training.evaluate import Scored, summarise
from training.verdict import judge, percent

STATES = ["closed", "open"]
START_MS = 1_772_409_600_000


class Parsed:
    states = labels = STATES
    smoothing = {"confirm_frames": 2, "unknown_frames": 2, "stale_s": 30}


def evaluation(true, reported, period_ms=60_000):
    """One letter a frame: c, o or u (unusable) is true; c, o or ? (unknown) is reported."""
    names = {"c": "closed", "o": "open", "u": "unusable", "?": "unknown"}
    return summarise([Scored(Frame(f"{i}.jpg", names[a], START_MS + i * period_ms), names[b], 10,
                             (0.02, 0.98) if b == "o" else (0.98, 0.02)) for i, (a, b) in enumerate(zip(true, reported))], Parsed())


GOOD = ("c" * 60 + "o" * 5) * 6


def test_all_right_on_enough_pictures_is_green():
    judged = judge(evaluation(GOOD, GOOD))
    assert (judged.light, judged.advice) == ("green", [])
    assert "390 of 390 pictures it had never seen (100 %)" in judged.text and "found all 6 openings and invented none" in judged.text
    assert "one in 2 could" in judged.text
    mistakes = judge(evaluation(GOOD * 3, GOOD * 2 + GOOD[:-1] + "c"))
    assert "expect between" in mistakes.text and "could still be missed" not in mistakes.text


def test_few_pictures_are_amber_and_say_so():
    judged = judge(evaluation("c" * 30 + "o" * 5, "c" * 30 + "o" * 5))
    assert judged.light == "amber" and any('only 5 of "open"' in line for line in judged.advice)


def test_missed_and_invented_openings_are_named():
    judged = judge(evaluation(GOOD, GOOD[:-5] + "c" * 5))
    assert judged.light == "red" and any("1 of 6 openings went unnoticed" in line for line in judged.advice)
    invented = judge(evaluation(GOOD, "ococo" + GOOD[5:]))
    assert any("3 openings were reported that did not happen" in line for line in invented.advice)


def test_state_nobody_recognises_or_labelled_is_red():
    weak = judge(evaluation(GOOD, GOOD.replace("ooooo", "oo???")))
    assert weak.light == "red" and '"open" is recognised in only 40.0 %' in weak.advice[0]
    lacking = judge(evaluation("c" * 40, "c" * 40))
    assert lacking.light == "red" and 'No picture shows "open"' in lacking.advice[0]


def test_pictures_used_for_training_cannot_be_green():
    judged = judge(evaluation(GOOD, GOOD), seen=200)
    assert judged.light == "amber" and "200 of the pictures" in judged.advice[0] and "never seen" not in judged.text


@pytest.mark.parametrize(("verdict", "light"), [("better", "green"), ("same", "green"), ("worse", "red")])
def test_worse_than_the_deployed_model_is_red(verdict, light):
    assert judge(evaluation(GOOD, GOOD), comparison=Comparison(verdict, "old")).light == light


@pytest.mark.parametrize(("share", "text"), [(1, "100 %"), (0.9999, "99.9 %"), (0.9876, "98.8 %"), (0.0, "0.0 %")])
def test_nearly_all_is_not_all(share, text):
    assert percent(share) == text
