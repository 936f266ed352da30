from camera_firmware.attempts import Attempts
from camera_firmware.trial import Trial

WANTED = 40


def outcome(verdicts, old, took_ms=5, compared=True):
    """Of a trial that saw these verdicts beside those of the model in use."""
    trial = Trial(WANTED, 90, 100, compared)
    for i in range(len(verdicts)):
        trial.count(verdicts[i], old[i], took_ms[i] if isinstance(took_ms, list) else took_ms)
    return trial.outcome()


def test_trial_goes_on_until_it_has_seen_its_frames():
    assert outcome(["open"] * 39, ["open"] * 39) is None and outcome(["open"] * 40, ["open"] * 40) == ""


def test_agreement_is_counted_where_both_are_sure():
    old = ["open", "closed"] * 20
    assert outcome(old, old) == ""
    assert outcome(["closed", "open"] * 20, old) == "it agreed with the model in use on 0 of 40 frames, 90 % are wanted"
    assert outcome(["open"] * 8 + old[8:], old) == "" and "on 35 of 40" in outcome(["open"] * 10 + old[10:], old)
    assert outcome(["unknown"] * 15 + old[15:], old) == "", "not sure is not wrong"
    assert outcome(["open", "closed"] * 20, ["unknown"] * 20 + old[20:]) == ""


def test_model_that_is_hardly_ever_sure_is_given_up():
    assert outcome(["unknown"] * 21 + ["open"] * 19, ["open"] * 40) == "it was sure of only 19 of 40 frames that the model in use was sure of"
    assert outcome(["unknown"] * 40, ["open"] * 40).startswith("it was sure of only 0 of 40")


def test_trial_waits_for_frames_to_compare_but_not_for_ever():
    assert outcome(["open"] * 40, ["open"] * 19 + ["unknown"] * 21) is None
    assert outcome(["open"] * 45, ["open"] * 19 + ["unknown"] * 25 + ["open"]) == ""
    assert outcome(["open"] * 399, ["unknown"] * 399) is None
    assert "sure of only 0 of 400 frames" in outcome(["open"] * 400, ["unknown"] * 400)


def test_without_comparison_frames_are_enough():
    assert outcome(["unknown"] * 40, ["open"] * 40, compared=False) == ""
    assert outcome(["unknown"] * 40, ["unknown"] * 40, compared=False) == ""


def test_slow_model_is_given_up():
    same = ["open"] * 40
    assert outcome(same, same, 100) == "" and outcome(same, same, [9999] + [100] * 39) == "", "the first frame makes its buffers"
    assert outcome(same, same, [9999] + [101] * 2 + [100] * 37) == "", "one in twenty may be"
    assert outcome(same, same, [100] + [101] * 3 + [100] * 36) == "it took more than 100 ms for 3 of 40 frames"
    assert "100 ms" in outcome(same, same, 101, False), "whether it is compared or not"


def wrong(attempts, address, count, now_ms=0):
    """How many of `count` wrong tokens were looked at."""
    looked = 0
    for _ in range(count):
        if attempts.allowed(address, now_ms):
            looked += 1
            attempts.wrong(address, now_ms)
    return looked


def test_wrong_tokens_are_limited_by_address_and_time():
    attempts = Attempts()
    assert wrong(attempts, "a", 100) == 30 and not attempts.allowed("a", 1999)
    assert attempts.allowed("b", 0) and wrong(attempts, "b", 100) == 30
    assert wrong(attempts, "a", 100, 2000) == 1 and wrong(attempts, "a", 100, 20000) == 9
    assert wrong(attempts, "a", 100, 86400000) == 30
    total = sum([wrong(attempts, "c", 3, now) for now in range(0, 600000, 1000)])
    assert total <= 30 + 300, "whatever the pace"


def test_many_addresses_share_what_is_left():
    attempts = Attempts()
    assert sum([wrong(attempts, i, 10) for i in range(1000)]) <= 32 * 30 + 30
    assert len(attempts._accounts) <= 33
    assert attempts.allowed(5, 0), "who came early has an account of his own"
    assert attempts.allowed("late", 3600000)
