from dataclasses import replace

import pytest

from contract.filter import Filter
from training.events import Moment, score, smooth

STATES = ["closed", "open"]
SMOOTHING = {"confirm_frames": 2, "unknown_frames": 2, "stale_s": 30}
LETTERS = {"c": "closed", "o": "open", "u": "unusable", "?": "unknown", "a": "ajar"}
START_MS = 1_772_409_600_000  # 2026-03-02T00:00Z


def moments(true, reported, period_ms=1000, start_ms=START_MS, camera=None):
    assert len(true) == len(reported)
    return [Moment(start_ms + i * period_ms, LETTERS[a], LETTERS[b], camera) for i, (a, b) in enumerate(zip(true, reported))]


def counts(result):
    return result["openings"], result["found"], result["missed"], result["invented"]


def test_opening_is_found_with_its_delay_or_missed():
    result = score(moments("cccooooccccooccc", "cccccooccccccccc"), STATES, SMOOTHING)
    assert counts(result) == (2, 1, 1, 0) and result["rest"] == "closed"
    assert [opening["delay_s"] for opening in result["list"]] == [2.0, None]
    assert result["delay_s"] == {"median": 2.0, "p90": 2.0, "worst": 2.0}
    assert result["list"][0]["start_ms"] == START_MS + 3000 and result["list"][0]["end_ms"] == START_MS + 6000


def test_report_that_outlasts_its_opening_is_not_an_invention_but_one_apart_is():
    result = score(moments("ccooccccccccc", "ccooooc?occcc"), STATES, SMOOTHING)
    assert counts(result) == (1, 1, 0, 1)
    assert result["inventions"][0]["start_ms"] == result["inventions"][0]["end_ms"] == START_MS + 8000


def test_smoother_removes_a_single_invented_frame_and_delays_an_opening():
    result = score(moments("ccccccoooocccccc", "ccocccooooccoocc"), STATES, SMOOTHING)
    assert counts(result) == (1, 1, 0, 2)
    assert counts(result["smoothed"]) == (1, 1, 0, 1)
    assert result["list"][0]["delay_s"] == 0 and result["list"][0]["smoothed_delay_s"] == 1.0


def test_smoothing_is_the_cameras_silence_included():
    early, late = moments("oo", "oo"), moments("ooo", "ooo", start_ms=START_MS + 40_000)
    assert smooth(early + late, SMOOTHING) == ["unknown", "open", "unknown", "open", "open"]


def test_frames_too_far_apart_are_not_smoothed():
    assert score(moments("ccoocc", "ccoocc", 60_000), STATES, SMOOTHING)["smoothed"] is None


def test_blocked_view_neither_begins_nor_ends_an_opening_but_may_be_invented():
    result = score(moments("cuuccoouuooucccc", "cuoccoo??oo?cccc".replace("u", "?")), STATES, SMOOTHING)
    assert counts(result) == (1, 1, 0, 1)
    assert result["list"][0]["end_ms"] == START_MS + 10_000


def test_long_pause_and_another_camera_begin_a_new_opening():
    apart = moments("ccoo", "ccoo") + moments("oocc", "oocc", start_ms=START_MS + 3_600_000)
    assert score(apart, STATES, SMOOTHING)["openings"] == 2
    cameras = moments("cccoo", "cccoo", camera="a") + moments("cccoo", "ccccc", camera="b")
    assert counts(score(cameras, STATES, SMOOTHING)) == (2, 1, 1, 0)


def test_days_are_counted_apart():
    days = score(moments("coc", "coc") + moments("cococ", "ccccc", start_ms=START_MS + 86_400_000), STATES, SMOOTHING)["days"]
    assert days == {"2026-03-02": {"openings": 1, "found": 1, "missed": 0, "invented": 0},
                    "2026-03-03": {"openings": 2, "found": 0, "missed": 2, "invented": 0}}


@pytest.mark.parametrize(("true", "states", "rest"), [
    ("oooc", STATES, "closed"), ("aaoa", ["open", "ajar"], "ajar"), ("aooa", ["open", "ajar"], "open")])
def test_closed_rests_or_else_the_commonest(true, states, rest):
    assert score(moments(true, true), states, SMOOTHING)["rest"] == rest


def test_any_state_but_the_resting_one_finds_an_opening():
    assert counts(score(moments("ccccaao", "cccccao"), ["closed", "ajar", "open"], SMOOTHING)) == (1, 1, 0, 0)


def test_nothing_to_score():
    assert score(moments("c", "c"), STATES, SMOOTHING) == {}


def test_smoothing_asks_the_cameras_filter_where_there_is_one():
    rules = {"confirm_frames": 1, "unknown_frames": 1, "stale_s": 30}
    doubtful, certain = bytes([0, 20]), bytes([0, 120])  # logits of closed and open
    seen = [replace(moment, logits=bytes([100, 0])) for moment in moments("cccccc", "cccccc", 500)]
    for logits, expected in ((doubtful, "closed"), (certain, "open")):
        asked = [*seen, *(replace(moment, logits=logits) for moment in moments("cc", "oo", 500, START_MS + 3000))]
        assert smooth(asked, rules, lambda: Filter([60, 30], 0.05))[-1] == expected
        assert smooth(asked, rules)[-1] == "open"
