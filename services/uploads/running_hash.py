"""The hash of an upload, computed beside the writing of it."""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hashlib import _Hash

_hashing = ThreadPoolExecutor(4, thread_name_prefix="upload-hash")  # each beside a disk's thread


class RunningHash:
    """The SHA-256 of bytes of which the last ones may still be on their way into it.

    No state ever changes: whoever holds a future of it has the hash of the bytes until there.
    """

    def __init__(self, state: "_Hash") -> None:
        self._before = self._newest = _settled(state)

    def extend(self, view: memoryview) -> None:
        """Begin to hash the next bytes, which stay as they are until ``wait_for_earlier`` waits."""
        self._before = self._newest
        self._newest = _hashing.submit(_extended, self._before, view)

    def wait_for_earlier(self) -> None:
        """Return when all but the bytes that came last are hashed, and may change."""
        self._before.result()

    def replace_last(self, view: memoryview) -> None:
        """Hash ``view`` in place of the bytes that came last."""
        self._newest.result()
        self._newest = _settled(_extended(self._before, view))

    def so_far(self) -> "Future[_Hash]":
        """Return the hash of all bytes until now, to be had in a moment."""
        return self._newest


def _extended(before: "Future[_Hash]", view: memoryview) -> "_Hash":
    # never waits for what stands behind it: those before it were submitted earlier
    state = before.result().copy()
    state.update(view)
    return state


def _settled(state: "_Hash") -> "Future[_Hash]":
    future: Future[_Hash] = Future()
    future.set_result(state)
    return future
