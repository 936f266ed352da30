"""Work that is done before it is asked for, on other cores, its results in order.

torch and the codecs let go of Python's lock while they compute, so threads are enough.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import torch

_MORE = 1  # results that wait, beyond one a worker


def results(make, items, workers, threads=1):
    """make(item) of every item, in order; close the generator when stopping early.

    workers: threads that call `make`, some items ahead; 0: it is called here, when asked. threads: torch's threads for
    every single operation meanwhile, here and there. An error of `make` is raised in its place.
    """
    if not workers:
        yield from map(make, items)
        return
    items = iter(items)
    with _torch_threads(threads), ThreadPoolExecutor(workers, "ahead") as pool:
        waiting = [pool.submit(make, item) for _, item in zip(range(workers + _MORE), items)]
        while waiting:
            result = waiting.pop(0).result()
            waiting += [pool.submit(make, item) for _, item in zip(range(1), items)]
            yield result


@contextmanager
def _torch_threads(count):
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
