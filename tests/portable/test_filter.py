import math

from contract.filter import SURE, UNIT, Filter
from contract.smoother import Smoother

SCALE = 0.05
LABELS = ("closed", "open", "unusable")


def logits(label, lead):
    """Raw int8 of a frame in which `label` leads by so many steps over both others."""
    return bytes((lead - 60 if name == label else -60) & 0xFF for name in LABELS)


def play(letters, lead=80, dwell_s=(60, 30, 30), period_ms=500, smoother=None):
    """The smoother's state after each frame, a letter a frame."""
    made, smoother, states = Filter(dwell_s, SCALE), smoother or Smoother(2, 2, 30000, "no_frame", 0), []
    for i, letter in enumerate(letters):
        label, now_ms = {"c": "closed", "o": "open", "u": "unusable"}[letter], i * period_ms
        made.update(logits(label, lead), period_ms if i else None)
        verdict = "unknown" if label == "unusable" else label
        smoother.update(verdict, "unusable", 1000000 + now_ms, now_ms, made.is_sure(LABELS.index(label)))
        states.append(smoother.state)
    return states


def reference(frames, dwell_s, period_ms):
    """(best, lead in nats) after each frame, by the recursion in real numbers."""
    scores, found = [0.0] * len(dwell_s), []
    for frame in frames:
        values = [value - 256 if value > 127 else value for value in frame]
        price = [max(math.log(2), math.log(s * 1000) - math.log(period_ms)) for s in dwell_s]
        scores = [max([scores[j]] + [scores[i] - price[i] for i in range(len(scores))]) for j in range(len(scores))]
        weight = min(1, period_ms / 500)
        scores = [s - min(8, (max(values) - value) * SCALE) * weight for s, value in zip(scores, values)]
        ordered = sorted(scores)
        found.append((scores.index(ordered[-1]), ordered[-1] - ordered[-2]))
        scores = [s - ordered[-1] for s in scores]
    return found


def test_filter_equals_the_recursion_in_real_numbers():
    state, frames = 5, []
    for _ in range(400):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        frames.append(bytes([state >> 8 & 0xFF, state >> 12 & 0xFF, state >> 20 & 0xFF]))
    for period_ms in (100, 500, 4000):
        made = Filter((60, 30, 20), SCALE)
        for i, (best, lead) in enumerate(reference(frames, (60, 30, 20), period_ms)):
            made.update(frames[i], period_ms)
            assert made.best == best or lead < 0.2, i
            assert abs(made.lead / UNIT - lead) < 0.3, (i, made.lead / UNIT, lead)


def test_sure_frames_change_the_state_in_two():
    assert play("cccooo")[-3:] == ["closed", "open", "open"]
    assert play("ccooccoo") == ["unknown", "closed", "closed", "open", "open", "closed", "closed", "open"]


def test_two_doubtful_frames_in_a_row_do_not_invent_an_opening_and_many_find_it():
    assert set(play("cccc" + "oo" + "ccc", lead=30)[1:]) == {"closed"}
    states = play("cccc" + "o" * 12, lead=30)
    assert states[5] == "closed" and states[-1] == "open"


def test_view_that_was_unusable_needs_evidence_for_a_state_again():
    states = play("ccuuuu" + "oo" + "uu", lead=30)
    assert states[1:] == ["closed", "closed"] + ["unknown"] * 7


def test_latency_is_bounded_by_the_lead():
    for lead in (20, 40, 80, 160):
        most = Filter((60, 30, 30), SCALE).frames(lead)
        states = play("c" * 40 + "o" * 40, lead=lead)
        assert 40 <= states.index("open") <= 40 + max(2, most), (lead, most)
        assert most <= 7


def test_frames_that_follow_each_other_closely_say_one_thing_together():
    assert "open" not in play("c" * 20 + "o" * 2 + "c" * 20, lead=80, period_ms=50)
    assert play("c" * 20 + "o" * 30, lead=80, period_ms=50)[-1] == "open"


def test_frames_far_apart_are_believed_sooner():
    assert play("ccoo", lead=60, period_ms=30000, smoother=Smoother(1, 1, 60000, "no_frame", 0))[-2] == "open"


def test_forgotten_frames_do_not_count():
    made = Filter((60, 30, 30), SCALE)
    for i in range(5):
        made.update(logits("open", 100), 500)
    assert made.is_sure(1) and made.lead > SURE
    made.forget()
    made.update(logits("closed", 60))
    assert made.best == 0


def test_odd_scales_and_clocks_stay_in_range():
    for scale in (1e-9, 1000):
        made = Filter((3600, 1, 30), scale)
        for i, passed_ms in enumerate((None, 0, 1, 86400000, -5, 10)):
            made.update(logits("open" if i % 2 else "closed", 127), passed_ms)
            assert 0 <= made.lead < 1 << 20 and all(-(1 << 20) < score <= 0 for score in made._scores)


def test_update_allocates_nothing():
    try:
        from micropython import heap_lock, heap_unlock
    except ImportError:
        return  # a matter of MicroPython's heap
    made, frame = Filter((60, 30, 30), SCALE), logits("open", 60)
    made.update(frame)
    heap_lock()
    try:
        for i in range(5):
            made.update(frame, 500)
            made.is_sure(1)
    finally:
        heap_unlock()
