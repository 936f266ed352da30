import pytest

from annotation.commands import COMMANDS, SECTIONS, key_name


@pytest.mark.parametrize("keysym, state, name", [
    ("o", 0, "o"), ("O", 1, "shift+o"), ("O", 2, "o"), ("KP_1", 0x10, "1"), ("plus", 1, "plus"), ("KP_Add", 0, "plus"),
    ("Left", 1, "shift+left"), ("g", 4, "ctrl+g"), ("Z", 5, "ctrl+shift+z"), ("question", 1, "question"),
    ("Prior", 4, "ctrl+prior"), ("KP_Enter", 0, "return"), ("o", 8, "alt+o")])
def test_key_names(keysym, state, name):
    assert key_name(keysym, state) == name


def test_no_key_means_two_things():
    keys = [key for command in COMMANDS for key in command.keys]
    assert len(set(keys)) == len(keys)


def test_every_section_of_the_help_page_is_known():
    assert {command.section for command in COMMANDS} == set(SECTIONS)
