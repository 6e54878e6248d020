"""What an attempt ended with, as far as its code and its card need it: an exception or an answer.

``type`` is the word for it in a cause: the class of an exception, or what was answered.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from services.scheduler.codes.answers import code_of_bing, code_of_http, code_of_oauth
from services.scheduler.codes.codes import ErrorCode
from services.scheduler.codes.exceptions import code_of_exception, lineage_of


class WorkerEnd(StrEnum):
    """What happened to the worker of an attempt that ended with no answer of its own."""

    DIED = "died"
    SILENT = "silent"
    DRAINED = "drained"


@dataclass(frozen=True, kw_only=True)
class Raised:
    """What an attempt ended with: the word for it, and its code."""

    type: str
    code: ErrorCode

    @classmethod
    def from_exception(cls, error: BaseException) -> Self:
        """Return what an exception says."""
        return cls(type=lineage_of(type(error))[0], code=code_of_exception(error))

    @classmethod
    def from_http(
        cls, status: int, *, reason: str | None = None, retry_after_s: float | None = None
    ) -> Self:
        """Return what an HTTP answer says; ``reason`` is the word that its body gives."""
        words = f"HTTP {status}" if reason is None else f"HTTP {status} {reason}"
        return cls(type=words, code=code_of_http(status, reason, retry_after_s))

    @classmethod
    def from_oauth(cls, error: str) -> Self:
        """Return what an error of an OAuth server says."""
        return cls(type=f"OAuth {error}", code=code_of_oauth(error))

    @classmethod
    def from_bing(cls, number: int) -> Self:
        """Return what an ErrorCode of Bing says."""
        return cls(type=f"Bing {number}", code=code_of_bing(number))

    @classmethod
    def from_worker(cls, end: WorkerEnd, *, signal: int | None = None) -> Self:
        """Return what the end of a worker says; ``signal`` is what killed it."""
        code = ErrorCode.PREEMPTED if end is WorkerEnd.DRAINED else ErrorCode.WORKER_LOST
        by = "" if signal is None else f" by signal {signal}"
        return cls(type=f"worker {end}{by}", code=code)
