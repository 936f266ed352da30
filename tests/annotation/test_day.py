from annotation.day import DAY_MS, columns, days, gaps, ticks
from annotation.timeline import band

_MINUTE = 60000
_START = 20513 * DAY_MS


def _day(minutes):
    return days([_START + minute * _MINUTE for minute in minutes])[0]


def test_frames_are_sorted_into_days_and_those_without_time_into_none():
    found = days([_START + 5, None, _START + DAY_MS, _START])
    assert [(day.start, day.positions) for day in found] == [(_START, [3, 0]), (_START + DAY_MS, [2])]


def test_gap_is_what_is_much_longer_than_usual():
    assert gaps(_day([0, 1, 2, 3, 30, 31]).times) == [(_START + 3 * _MINUTE, _START + 30 * _MINUTE)]
    assert gaps(_day([0, 1, 3, 4, 7]).times) == []


def test_columns_show_frames_until_the_next_and_nothing_in_a_gap():
    day = _day([0, 1, 2, 12, 13, 14])  # a quarter of an hour is shown
    assert columns(day, 15, list("abcdef")) == ["a", "b", "c"] + [None] * 9 + ["d", "e", "f"]


def test_label_wins_over_unlabelled_frames_of_the_same_pixel():
    day = _day([0, 1, 2, 3])
    assert columns(day, 1, ["", "open", "", ""]) == ["open"]


def test_click_finds_the_nearest_frame():
    day = _day([0, 5, 14])
    assert [day.nearest(x, 150) for x in (0, 20, 60, 149)] == [0, 0, 1, 2]


def test_ticks_are_whole_times_with_room_between_them():
    found = ticks(_day(range(0, 24 * 60, 10)), 1200, 64)
    assert [text for _, text in found][:3] == ["00:00", "02:00", "04:00"]
    assert all(after - before >= 64 for (before, _), (after, _) in zip(found, found[1:]))


def test_band_has_the_colours_of_labels_gaps_and_unlabelled_frames():
    row = band(_day([0, 1, 2, 12, 13, 14]), 15, ["open", "", "odd", "", "", ""], {"open": "#ff0000"}, "#ffffff",
               "#000000", "#808080")
    assert [row.getpixel((x, 0)) for x in (0, 1, 2, 5)] == [(255, 0, 0), (255, 255, 255), (0, 0, 0), (128, 128, 128)]
