"""Memory that tensors give back stays with the process.

A training frees and takes the same megabytes hundreds of times a second. glibc returns blocks that large to the kernel
every time and gets them back page by page, each filled with zeros, which takes as long as the arithmetic on them.
"""

import ctypes

_MMAP_THRESHOLD, _TRIM_THRESHOLD = -3, -1  # malloc.h, M_...; both in bytes
_MMAP_BYTES, _TRIM_BYTES = 1 << 30, (1 << 31) - 1


def keep_freed_memory():
    """From now on in this process; False where the C library cannot be told."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    return bool(mallopt(_MMAP_THRESHOLD, _MMAP_BYTES)) and bool(mallopt(_TRIM_THRESHOLD, _TRIM_BYTES))
