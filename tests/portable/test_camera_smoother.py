from contract.smoother import Smoother

CONFIRM, UNKNOWN_FRAMES, STALE_MS, PERIOD_MS = 3, 2, 5000, 500
LETTERS = {"c": "closed", "o": "open", "u": "unknown"}


def play(letters, smoother=None, start=0):
    """Feeds one frame a letter; returns the smoother and [(frame, state, reason)] of every change."""
    smoother = smoother or Smoother(CONFIRM, UNKNOWN_FRAMES, STALE_MS, "no_frame", 0)
    changes = []
    for i, letter in enumerate(letters):
        time_ms = (start + i) * PERIOD_MS
        if smoother.update(LETTERS[letter], "unusable" if letter == "u" else "frames", 1000000 + time_ms, time_ms):
            changes.append((i, smoother.state, smoother.reason))
    return smoother, changes


def test_state_needs_agreeing_frames_even_after_unknown():
    assert play("cc")[1] == []
    assert play("ccc")[1] == [(2, "closed", "frames")]


def test_smoother_ignores_single_frame_flip():
    assert play("cccoccooccc")[1] == [(2, "closed", "frames")]


def test_since_is_the_time_of_the_first_agreeing_frame():
    smoother, changes = play("cccccooo")
    assert changes[-1] == (7, "open", "frames")
    assert smoother.since_ms == 1000000 + 5 * PERIOD_MS and smoother.previous == "closed"
    assert smoother.last_frame_ms == 1000000 + 7 * PERIOD_MS


def test_unknown_has_its_own_count_and_a_single_one_is_ignored():
    assert play("cccucuc")[1] == [(2, "closed", "frames")]
    assert play("cccuu")[1][-1] == (4, "unknown", "unusable")


def test_silence_becomes_unknown_once_and_ends_with_confirming_frames():
    smoother, _ = play("ccc")
    last = 2 * PERIOD_MS
    assert not smoother.tick(last + STALE_MS - 1)
    assert smoother.tick(last + STALE_MS)
    assert (smoother.state, smoother.reason, smoother.since_ms) == ("unknown", "no_frame", smoother.last_frame_ms)
    assert not smoother.tick(last + 2 * STALE_MS)
    assert play("ccc", smoother, 100)[1] == [(2, "closed", "frames")]


def test_frames_before_a_silence_do_not_confirm_those_after_it():
    smoother, _ = play("oo")
    smoother.tick(100000)
    assert play("o", smoother, 300)[1] == []


def test_another_reason_for_unknown_is_a_change_but_not_a_new_beginning():
    smoother, _ = play("cccuu")
    since, previous = smoother.since_ms, smoother.previous
    assert smoother.tick(100000) and smoother.reason == "no_frame"
    assert smoother.since_ms == since and smoother.previous == previous == "closed"


def test_frame_of_unknown_time_leaves_since_unknown():
    smoother = Smoother(1, 1, STALE_MS, "no_frame", 0)
    assert smoother.update("open", "frames", None, 100)
    assert smoother.since_ms is None and smoother.last_frame_ms is None


def test_new_model_keeps_a_state_it_knows_and_must_confirm_again():
    smoother, _ = play("cccoo")
    assert not smoother.configure(CONFIRM, UNKNOWN_FRAMES, STALE_MS, ["closed", "open"])
    assert play("o", smoother, 10)[1] == [] and smoother.state == "closed"


def test_new_model_that_does_not_know_the_state_makes_it_unknown():
    smoother, _ = play("ccc")
    assert smoother.configure(CONFIRM, UNKNOWN_FRAMES, STALE_MS, ["up", "down"])
    assert smoother.state == "unknown" and smoother.previous == "closed"
