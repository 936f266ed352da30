import numpy as np

from host_tools import near_duplicates


def views(*levels):
    return np.stack([np.full((16, 16), level, np.uint8) for level in levels])


def groups(small, kinds=None):
    return near_duplicates.groups(small, kinds or ["front"] * len(small), range(len(small))).tolist()


def test_frames_join_the_first_that_they_are_like_also_after_others():
    assert groups(views(100, 101, 200, 102, 201)) == [0, 0, 2, 0, 2]


def test_slow_change_does_not_chain_frames_that_differ():
    assert len(set(groups(views(*range(100, 140))))) > 8


def test_small_part_that_changed_much_is_another_view():
    small = views(100, 100)
    small[1, :, 7] = 130  # a door ajar: a sixteenth of the picture, hardly any difference on average
    assert groups(small) == [0, 1]


def test_kinds_are_never_mixed():
    assert groups(views(100, 100, 100), ["a", "b", "a"]) == [0, 1, 0]


def test_earlier_ones_of_the_given_order_lead():
    assert near_duplicates.groups(views(100, 100), ["a", "a"], [1, 0]).tolist() == [1, 1]


def test_more_leaders_than_are_remembered_are_no_error():
    generator = np.random.default_rng(0)
    small = generator.integers(0, 256, (1100, 16, 16)).astype(np.uint8)
    assert groups(small) == list(range(1100))
