"""Writing to a file past the page cache of the system (ADR 43).

Whole pages whose memory is aligned as they are go straight from there to the disk. The others, such
as the end of a file, go through the cache, and so does everything where the file system knows no
other way.
"""

import errno
import os
from fcntl import F_GETFL, F_SETFL, fcntl
from mmap import PAGESIZE

LEAST = 256 << 10  # bytes; fewer at once are joined in the cache
REFUSALS = frozenset({errno.EINVAL, errno.EOPNOTSUPP})


def write_some(descriptor: int, data: memoryview, position: int) -> int:
    """Write some of ``data`` at ``position`` and return how many bytes. Raises OSError.

    No page is written in both ways but the one that a full disk cut in two.
    """
    before = -position % PAGESIZE
    whole = (len(data) - before) // PAGESIZE * PAGESIZE
    if whole < LEAST:
        return os.pwrite(descriptor, data, position)
    if before:
        return os.pwrite(descriptor, data[:before], position)
    return _write_pages(descriptor, data[:whole], position)


def _write_pages(descriptor: int, pages: memoryview, position: int) -> int:
    flags = fcntl(descriptor, F_GETFL)
    try:
        fcntl(descriptor, F_SETFL, flags | os.O_DIRECT)
        return os.pwrite(descriptor, pages, position)
    except OSError as error:
        if error.errno not in REFUSALS:
            raise
    finally:
        fcntl(descriptor, F_SETFL, flags)
    return os.pwrite(descriptor, pages, position)
