import numpy as np
import pytest

from host_tools import choosing


def clouds(sizes, spread=0.1):
    """float32 [sum, 2]: round clouds 10 apart."""
    generator = np.random.default_rng(5)
    return np.concatenate([generator.normal((10 * n, 0), spread, (size, 2)) for n, size in enumerate(sizes)]).astype(np.float32)


def generator(seed=0):
    return np.random.default_rng(seed)


def test_typical_takes_one_of_every_cloud_the_largest_first():
    rows = clouds([40, 60, 20])
    chosen = choosing.typical(rows, [], 3, generator())
    assert [int(rows[i, 0].round(-1)) for i in chosen] == [10, 0, 20]


def test_typical_rows_lie_in_the_middle_of_their_cloud():
    rows = np.concatenate([clouds([50]), [[3.0, 0.0]]]).astype(np.float32)
    assert choosing.typical(rows, [], 1, generator()) != [50]


def test_clouds_with_a_label_are_left_alone():
    rows = clouds([40, 60, 20])
    chosen = choosing.typical(rows, [0, 45], 1, generator())
    assert chosen[0] >= 100


def test_equal_rows_are_still_chosen_as_many_as_asked_for():
    chosen = choosing.typical(np.zeros((9, 4), np.float32), [2], 5, generator())
    assert len(set(chosen)) == 5 and 2 not in chosen


@pytest.mark.parametrize("count", [0, 3, 7])
def test_fewer_rows_than_wanted_are_all_taken(count):
    assert choosing.typical(clouds([count]), [], 10, generator()) == list(range(count))
    assert choosing.doubtful(clouds([count]), np.ones(count), range(count), 10, generator()) == list(range(count))


def test_doubtful_prefers_doubt_but_not_the_same_again():
    rows, doubt = clouds([20, 20, 300]), np.concatenate([np.full(40, 0.9), np.full(300, 0.1)])
    chosen = choosing.doubtful(rows, doubt, range(340), 4, generator())
    assert {int(rows[i, 0].round(-1)) for i in chosen} == {0, 10}


def test_doubtful_never_leaves_its_candidates_nor_repeats():
    rows, doubt = clouds([30, 30]), np.linspace(0, 1, 60)
    chosen = choosing.doubtful(rows, doubt, range(0, 60, 2), 12, generator())
    assert len(set(chosen)) == 12 and all(i % 2 == 0 for i in chosen)
    assert [doubt[i] for i in chosen] == sorted((doubt[i] for i in chosen), reverse=True)


def test_same_seed_chooses_the_same():
    rows, doubt = clouds([30, 30], 3.0), np.linspace(0, 1, 60)
    for choose in (lambda g: choosing.typical(rows, [3], 9, g), lambda g: choosing.doubtful(rows, doubt, range(60), 5, g)):
        assert choose(generator(4)) == choose(generator(4))


def test_shares_go_to_the_state_with_the_fewest_labels():
    assert choosing.shares({"closed": 20, "open": 3}, 6) == {"closed": 0, "open": 6}
    assert choosing.shares({"closed": 4, "open": 3}, 5) == {"closed": 2, "open": 3}
