import pytest

from training import config
from training.forecast import Forecast, guesses


def test_guesses_are_believed_until_something_is_measured():
    forecast = Forecast({"teacher": 60.0, "student": 120.0})
    assert forecast.left(0.0) == 180.0
    forecast.start("teacher", 0.0)
    assert forecast.left(10.0) == pytest.approx(170.0)


def test_slow_machine_lengthens_what_is_still_to_come():
    forecast = Forecast({"reading": 10.0, "teacher": 60.0, "student": 120.0})
    forecast.start("reading", 0.0)
    forecast.start("teacher", 30.0)
    assert forecast.left(30.0) == pytest.approx(180 * 33 / 13)
    forecast.reach(0.5)
    assert forecast.left(210.0) == pytest.approx(180 + 120 * 213 / 43)


def test_stage_that_is_left_out_and_one_that_nobody_guessed():
    forecast = Forecast({"reading": 10.0, "teacher": 600.0, "student": 100.0})
    forecast.start("reading", 0.0)
    forecast.start("something else", 10.0)
    assert forecast.left(10.0) == pytest.approx(700.0)
    forecast.reach(0.5)
    assert forecast.left(20.0) == pytest.approx(710.0)
    forecast.start("student", 30.0)  # an interrupted run's teacher is used again
    assert forecast.left(30.0) == pytest.approx(100.0)


def test_time_left_falls_to_nothing_and_the_share_rises_to_one():
    forecast, lefts, shares = Forecast({"a": 5.0, "b": 20.0}), [], []
    for start, name, length in ((0.0, "a", 10), (10.0, "b", 40)):
        forecast.start(name, start)
        for second in range(1, length + 1):
            forecast.reach(second / length)
            lefts.append(forecast.left(start + second))
            shares.append(forecast.share(start + second, 0.0))
    assert lefts[-1] == 0 and shares[-1] == 1
    assert all(b >= a - 0.02 for a, b in zip(shares, shares[1:]))
    assert max(abs(left - (49 - n)) for n, left in list(enumerate(lefts))[12:]) < 0.1


def test_guesses_follow_the_configuration(frames):
    plain, quick = (guesses(frames, config.load(name)) for name in ("default", "quick"))
    assert list(plain) == list(quick) and plain["student"] > 10 * quick["student"]
    assert 120 < sum(guesses(frames * 30, config.load("default")).values()) < 3600
