import threading

import pytest
import torch

from training import ahead


@pytest.mark.parametrize("workers", [0, 1, 3])
def test_results_come_in_order_whoever_makes_them(workers):
    assert list(ahead.results(lambda item: item * item, iter(range(20)), workers)) == [n * n for n in range(20)]
    assert list(ahead.results(str, [], workers)) == []


def test_workers_are_some_items_ahead_and_no_further():
    made, third = [], threading.Event()

    def make(item):
        made.append(item)
        if item == 2:
            third.set()
        return item
    found = ahead.results(make, range(50), 2)
    assert next(found) == 0 and third.wait(30)
    assert len(made) <= 5
    found.close()


@pytest.mark.parametrize("workers", [0, 2])
def test_error_is_raised_in_its_place(workers):
    def make(item):
        if item == 3:
            raise KeyError(item)
        return item
    found = ahead.results(make, range(9), workers)
    assert [next(found) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(KeyError):
        next(found)


def test_torchs_threads_are_as_asked_for_meanwhile_and_as_they_were_afterwards():
    before = torch.get_num_threads()
    found = ahead.results(lambda _: torch.get_num_threads(), range(5), 2, 1)
    assert next(found) == 1 and torch.get_num_threads() == 1
    found.close()
    assert torch.get_num_threads() == before
