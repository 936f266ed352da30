"""Programs in the emulator that do not disturb each other: as many at a time as there are processors."""

import contextlib
import os
from concurrent.futures import ThreadPoolExecutor


@contextlib.contextmanager
def side_by_side(work, names):
    """{name: Future of work(name)}; what has not begun when the context ends is left out."""
    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        yield {name: pool.submit(work, name) for name in names}
    finally:
        pool.shutdown(cancel_futures=True)
