"""The bench of states: the real pipeline is played, and what it publishes is judged rightly."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
from little_model import write_model

from bench.state import __main__ as command
from bench.state import film, player, score
from bench.state.player import Published

DARK, BRIGHT = np.full((48, 64, 3), 20, np.uint8), np.full((48, 64, 3), 230, np.uint8)


@pytest.fixture
def known(tmp_path):
    return player.learn(write_model(tmp_path / "model.safetensors", steepness=6.0), [])


def states(known, pictures):
    made, seen = player.Player(known), []
    for i, picture in enumerate(pictures):
        made.show(picture, 1772360430500 + i * film.STEP_MS)
        seen.append(made.state)
    return seen, [event.state for event in made.published]


def test_pipeline_is_played_and_a_model_without_surroundings_has_no_view(known):
    assert not known.viewed
    assert states(known, [BRIGHT] * 3 + [DARK] * 3) == (["unknown", "closed", "closed", "closed", "open", "open"],
                                                      ["closed", "open"])


def test_filter_of_the_model_file_needs_more_than_two_doubtful_frames(known):
    assert known.model.smoothing["dwell_s"] == [30, 30]
    doubtful = np.full((48, 64, 3), 60, np.uint8)  # the little model calls a dark door open
    seen, published = states(known, [BRIGHT] * 4 + [doubtful] * 2 + [BRIGHT] * 4 + [DARK] * 12)
    assert "open" not in seen[:10] and published == ["closed", "open"]
    known.model.smoothing.pop("dwell_s")
    assert "open" in states(known, [BRIGHT] * 4 + [doubtful] * 2)[0], "the counter alone believes them"


def test_filter_goes_by_the_times_of_the_frames(known):
    for step_ms, expected in ((2000, "open"), (20, "closed")):
        made = player.Player(known)
        for i, picture in enumerate([BRIGHT] * 9 + [DARK] * 2):
            made.show(picture, 1772360430500 + (i * 2000 if i < 9 else 8 * 2000 + (i - 8) * step_ms))
        assert made.state == expected, step_ms


class Scene:
    """A door that is open from 20 to 40 s, and cannot be seen from 60 to 80 s."""

    def openings(self, low, high):
        return [(20_000, 40_000)]

    def truth(self, time_ms):
        state = "open" if 20_000 <= time_ms < 40_000 else "closed"
        return SimpleNamespace(state=state, blocked=60_000 <= time_ms < 80_000)


def judged(*published):
    facts = {"openings": [], "invented": [], "alarms": [], "wrong_while_blocked": 0}
    score._judge(Scene(), [Published(*event) for event in published], 0, 100_000, facts)
    return facts


def test_openings_are_found_late_missed_or_invented():
    assert judged((1000, "closed", "frames"), (20_500, "open", "frames"), (41_000, "closed", "frames")) == {
        "openings": [0.5], "invented": [], "alarms": [], "wrong_while_blocked": 0}
    assert judged((18_000, "open", "frames"))["openings"] == [0.0], "it had begun to move"
    assert judged((5_000, "open", "frames"), (9_000, "closed", "frames")) == {
        "openings": [None], "invented": [5_000], "alarms": [], "wrong_while_blocked": 0}


def test_alarms_and_wrong_states_of_blocked_views_are_told():
    facts = judged((1000, "closed", "frames"), (5000, "unknown", "covered"), (61_000, "unknown", "covered"), (70_000, "open", "frames"))
    assert facts["alarms"] == [[5000, "covered"]] and facts["wrong_while_blocked"] == 1


def test_blocked_view_is_timed_from_its_first_frame():
    blocked = score._Blocked()
    for i in range(60):
        blocked.look(20 <= i < 40, i >= 23, i * 500)
    assert blocked.delays == [1.5]
    never = score._Blocked()
    for i in range(60):
        never.look(i >= 20, False, i * 500)
    assert never.delays == [None]


def test_summary_counts_days_together():
    facts = {"frames": 5, "openings": [0.5, None, 1.5], "invented": [7], "alarms": [], "blocked_s": [0.5, None, 6.0],
             "wrong_while_blocked": 1}
    found = score.summary([facts, facts])
    assert (found["openings"], found["found"], found["missed"], found["invented"]) == (6, 4, 2, 2)
    assert found["median_delay_s"] == 1.0 and found["blocked"] == 6 and found["blocked_within_5_s"] == 2
    case = {"unknown_s": None, "reason": None, "followed": True, "wrong": 0}
    late = {"unknown_s": 9.0, "reason": "moved", "followed": False, "wrong": 1}
    nudge, turn = film.TROUBLES[0], film.TROUBLES[3]
    assert score.troubles_summary([case, late], nudge)["good"] == 1 and score.troubles_summary([case, late], turn)["good"] == 0


def test_spans_are_in_order_and_apart_and_hold_both_ends_of_every_opening():
    scene = command.Scene("lobby", 3, (64, 36))
    spans = film.spans(scene, 20_516, film.generator(1))
    assert all(a < b for a, b in spans) and all(a[1] < b[0] for a, b in zip(spans, spans[1:]))
    for a, b in scene.openings(20_516 * film.DAY_MS, 20_517 * film.DAY_MS):
        assert any(low < a < high for low, high in spans) and any(low < b < high for low, high in spans)


def test_command_writes_its_figures(tmp_path, monkeypatch, capsys):
    model = write_model(tmp_path / "model.safetensors")
    out = tmp_path / "state.json"
    monkeypatch.setattr(film, "spans", lambda scene, day, rng: [(day * film.DAY_MS, day * film.DAY_MS + 2000)])
    monkeypatch.setattr("sys.argv", ["state", "lobby", "--short", "--size", "64x36", "--model", str(model), "--out", str(out)])
    monkeypatch.setattr(command, "_learnt", lambda name: [])
    assert command.main() == 0
    found = json.loads(out.read_text())
    assert found["short"] and found["installations"]["lobby"]["ordinary"]["frames"] == 4
    assert not found["installations"]["lobby"]["view"] and "lobby: " in capsys.readouterr().out
