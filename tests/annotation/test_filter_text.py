import pytest

from annotation.errors import ViewError
from annotation.filter_text import parse, text
from annotation.view import Filter

_STATES = ["closed", "open"]


@pytest.mark.parametrize("typed, shown", [
    ("", Filter()), ("open", Filter(state="open")), ("unlabelled 22-5", Filter(state="unlabelled", hours=(22, 5))),
    ("blocked camera=front", Filter(state="blocked", camera="front")), ("2026-03-01", Filter(day="2026-03-01")),
    ("reason=motion annotator=ada day=2026-03-02", Filter(reason="motion", annotator="ada", day="2026-03-02"))])
def test_typed_text_is_a_filter_and_back(typed, shown):
    assert parse(typed, _STATES) == shown
    assert parse(text(shown), _STATES) == shown


@pytest.mark.parametrize("typed", ["ajar", "open closed", "7", "25-26", "colour=red", "camera="])
def test_what_is_no_filter_is_refused(typed):
    with pytest.raises(ViewError):
        parse(typed, _STATES)
