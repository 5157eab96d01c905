"""Keeping the memory that tensors leave behind, so that the next ones need not fetch it anew."""

import ctypes

# Parameters of mallopt(3).
_M_TRIM_THRESHOLD = -1
_M_MMAP_THRESHOLD = -3
# What glibc allows at most: larger blocks are given back at once and are rare here.
_LARGEST_KEPT = 32 * 1024 * 1024
_KEPT = 256 * 1024 * 1024


def keep_freed_memory() -> bool:
    """Have the C library keep up to 256 MB of freed memory, for the whole process.

    glibc gives blocks of megabytes back to the system as soon as they are free. What lies between
    two layers of a network is such blocks, so that every batch would fetch them anew, page by page.

    Returns:
        Whether there is such a C library.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, TypeError, AttributeError):
        return False
    return bool(mallopt(_M_MMAP_THRESHOLD, _LARGEST_KEPT) and mallopt(_M_TRIM_THRESHOLD, _KEPT))
