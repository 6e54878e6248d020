"""What the work of a schedule raises when it knows why it failed: each class is one code.

Their texts are for people and are never read for the code.
"""

from datetime import datetime
from typing import ClassVar

from services.scheduler.codes.codes import ErrorCode


class AttemptFailed(Exception):
    """An attempt failed for a reason that its work knows.

    ``retry_after`` is in seconds, ``reset_at`` is when a used-up quota is filled again.
    """

    code: ClassVar[ErrorCode] = ErrorCode.INTERNAL

    def __init__(
        self,
        detail: str,
        *,
        retry_after: float | None = None,
        reset_at: datetime | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.retry_after = retry_after
        self.reset_at = reset_at


class RateLimited(AttemptFailed):
    """The service answers no more requests for a while."""

    code = ErrorCode.RATE_LIMITED


class QuotaExhausted(AttemptFailed):
    """The quota of the service is used up."""

    code = ErrorCode.QUOTA_EXHAUSTED


class SignInExpired(AttemptFailed):
    """The service no longer accepts the sign-in."""

    code = ErrorCode.AUTH_EXPIRED


class AccessRevoked(AttemptFailed):
    """Access was withdrawn at the provider."""

    code = ErrorCode.AUTH_REVOKED


class AccessForbidden(AttemptFailed):
    """The account may not do this."""

    code = ErrorCode.FORBIDDEN


class ThingGone(AttemptFailed):
    """What the schedule is about does not exist there."""

    code = ErrorCode.NOT_FOUND


class ServiceUnreachable(AttemptFailed):
    """The service was not reached, or failed itself."""

    code = ErrorCode.NETWORK


class AnswerTooLate(AttemptFailed):
    """There was no answer in time."""

    code = ErrorCode.TIMEOUT


class ConfigMissing(AttemptFailed):
    """A setting is missing or not valid."""

    code = ErrorCode.CONFIG


class BadData(AttemptFailed):
    """An answer or a file is not in the form that was expected."""

    code = ErrorCode.BAD_DATA
