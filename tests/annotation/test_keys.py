import string

import pytest

from annotation.errors import LabelError
from annotation.keys import blocked_key, digit_keys, label_keys


def test_state_gets_its_first_letter():
    assert label_keys(["closed", "open"]) == {"closed": "c", "open": "o", "unusable": "u"}


def test_taken_and_reserved_letters_are_passed_over():
    assert label_keys(["open", "opening", "new", "up"]) == {
        "open": "o", "opening": "p", "new": "e", "up": "a", "unusable": "u"}


def test_state_without_letters_gets_any_free_one():
    assert label_keys(["100 %", "c"]) == {"100 %": "a", "c": "c", "unusable": "u"}


def test_more_states_than_letters_leave_the_rest_without():
    keys = label_keys(["state %d" % number for number in range(30)])
    given = [key for key in keys.values() if key]
    assert len(set(given)) == len(given) == 26 - 4
    assert not set(given) & set("nlzq")
    assert set(given) <= set(string.ascii_lowercase)


def test_configured_key_comes_first():
    assert label_keys(["closed", "open"], {"open": "c"}) == {"closed": "o", "open": "c", "unusable": "u"}


@pytest.mark.parametrize("configured", [{"ajar": "a"}, {"open": "n"}, {"open": "u"}, {"open": "oo"}, {"open": ""},
                                        {"open": "3"}, {"open": "x", "closed": "x"}])
def test_bad_configuration_is_refused(configured):
    with pytest.raises(LabelError):
        label_keys(["closed", "open"], configured)


def test_digits_count_the_states_up_to_nine():
    assert digit_keys(["closed", "open"]) == {"closed": "1", "open": "2"}
    assert list(digit_keys([str(number) for number in range(13)]).values()) == list("123456789")


def test_blocked_has_a_key_of_what_is_left():
    assert blocked_key(["closed", "open"]) == "b"
    assert blocked_key(["barred", "open"]) == "c"
    assert blocked_key(["closed", "open"], {"open": "b"}) == "o"
    assert blocked_key(["blocked", "open"]) == ""
