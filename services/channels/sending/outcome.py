"""What became of one attempt to send a message."""

from dataclasses import dataclass
from enum import StrEnum

MAX_DETAIL = 300  # characters


class Result(StrEnum):
    """Delivered; to be tried again; or refused, which no further attempt would change."""

    DELIVERED = "delivered"
    AGAIN = "again"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class SendOutcome:
    """One attempt: ``status`` is the receiver's (HTTP or SMTP), ``retry_after`` in seconds.

    ``detail`` holds nothing of what the receiver wrote: it may repeat an address that is a secret.
    """

    result: Result
    detail: str
    status: int | None = None
    retry_after: float | None = None


class TargetRefused(Exception):
    """The target cannot be used or may not be called; the sentence says why, without it."""


def refused(detail: str, status: int | None = None) -> SendOutcome:
    """Return that no further attempt would help."""
    return SendOutcome(result=Result.REFUSED, detail=detail, status=status)


def again(detail: str, status: int | None = None, wait: float | None = None) -> SendOutcome:
    """Return that a later attempt may succeed, the receiver's wish to wait with it."""
    return SendOutcome(result=Result.AGAIN, detail=detail, status=status, retry_after=wait)


def delivered(detail: str, status: int) -> SendOutcome:
    """Return that the receiver has it."""
    return SendOutcome(result=Result.DELIVERED, detail=detail, status=status)
