import pytest

from annotation.goto import GoToError, find
from contract.clock import utc_ms

_TIMES = [utc_ms("2026-03-01T10:00:00Z"), utc_ms("2026-03-01T12:00:00Z"), utc_ms("2026-03-02T12:00:00Z"), None]


@pytest.mark.parametrize("text, position", [
    ("1", 0), (" 4 ", 3), ("11:30", 1), ("09:00:10", 0), ("2026-03-02 11:00", 2), ("2026-03-02T11:00:00Z", 2),
    ("2026-03-01", 0), ("2030-01-01", 2)])
def test_number_or_time_finds_the_nearest_frame(text, position):
    assert find(text, 0, _TIMES) == position


def test_time_without_a_date_is_on_the_day_of_the_current_frame():
    assert find("12:01", 2, _TIMES) == 2
    assert find("12:01", 3, _TIMES) == 1


@pytest.mark.parametrize("text", ["0", "5", "", "noon", "25:00", "10:61", "2026-13-01", "2026-02-01 10", "-3"])
def test_what_is_neither_is_refused_in_a_sentence(text):
    with pytest.raises(GoToError):
        find(text, 0, _TIMES)


def test_frames_without_times_are_said_to_have_none():
    with pytest.raises(GoToError, match="No frame has a time"):
        find("10:00", 0, [None, None])
