from types import SimpleNamespace

import pytest

from contract.clock import utc_text
from host_tools.demo.score import frame_results, late, score, wrong

STATES = ["closed", "open"]


def day(text):
    """'ccoo' -> truth by index; capitals are blocked frames."""
    names = {"c": "closed", "o": "open"}
    return lambda t: SimpleNamespace(state=names[text[t].lower()], blocked=text[t].isupper())


def told(*changes):
    return [{"last_frame": utc_text(t), "sequence": i, "state": state} for i, (t, state) in enumerate(changes)]


def scored(truth, *changes):
    return score(frame_results(range(len(truth)), day(truth), told(*changes)), STATES)


def test_perfect_report_scores_one():
    result = scored("ccoocc", (0, "closed"), (2, "open"), (4, "closed"))
    assert (result.balanced_accuracy, result.openings, result.found, result.invented) == (1.0, 1, 1, 0)


def test_delay_costs_recall_of_the_rare_state():
    result = scored("ccoocccc", (0, "closed"), (3, "open"), (5, "closed"))
    assert result.balanced_accuracy == pytest.approx((1 / 2 + 5 / 6) / 2)
    assert result.found == 1 and result.invented == 0


def test_unknown_counts_as_wrong_where_the_view_is_free():
    result = scored("ccoo", (1, "closed"), (2, "open"))
    assert result.confusion["closed"] == {"closed": 1, "open": 0, "unknown": 1}


def test_blocked_frames_do_not_count_for_accuracy():
    result = scored("cCCcoo", (0, "closed"), (1, "unknown"), (3, "closed"), (4, "open"))
    assert result.balanced_accuracy == 1.0
    assert (result.blocked_periods, result.blocked_reported_open) == (1, 0)


def test_opening_reported_while_blocked_is_counted():
    result = scored("cCCcoo", (0, "closed"), (2, "open"))
    assert result.blocked_reported_open == 1


def test_opening_that_happens_while_blocked_may_be_reported():
    result = scored("coOOoc", (0, "closed"), (2, "open"), (5, "closed"))
    assert result.blocked_reported_open == 0 and result.found == 1


def test_state_held_into_a_blocked_period_is_no_new_opening():
    result = scored("coCCcc", (0, "closed"), (1, "open"), (4, "closed"))
    assert result.blocked_reported_open == 0


def test_opening_nobody_made_is_invented_and_a_missed_one_is_not_found():
    result = scored("cccccooc", (0, "closed"), (1, "open"), (2, "closed"))
    assert (result.openings, result.found, result.invented) == (1, 0, 1)


def test_wrong_lists_only_free_frames():
    results = frame_results(range(4), day("cCco"), told((0, "open")))
    assert [item.time_ms for item in wrong(results)] == [0, 2]


def test_late_counts_wrong_frames_right_after_a_change():
    results = frame_results(range(12), day("ccooooooocCc"), told((0, "closed"), (3, "open"), (8, "closed")))
    assert [item.time_ms for item in wrong(results)] == [2, 8]
    assert late(results) == 1
