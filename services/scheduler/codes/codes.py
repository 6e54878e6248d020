"""The codes an attempt fails with, and which of them are tried again.

They come from what was raised (``raised.py``), never from its text. Retried codes get another
attempt while there is one. The others end the execution: counted ones may open the circuit, those
for a person do so at once. A drained attempt (``preempted``) costs nothing.
"""

from enum import StrEnum

MAX_RETRY_AFTER_S = 24 * 3600  # a longer wait means that the quota is used up


class ErrorCode(StrEnum):
    """Why an attempt failed."""

    RATE_LIMITED = "rate_limited"
    QUOTA_EXHAUSTED = "quota_exhausted"
    AUTH_EXPIRED = "auth_expired"
    AUTH_REVOKED = "auth_revoked"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    NETWORK = "network"
    TIMEOUT = "timeout"
    CONFIG = "config"
    BAD_DATA = "bad_data"
    OOM = "oom"
    PREEMPTED = "preempted"
    WORKER_LOST = "worker_lost"
    INTERNAL = "internal"


RETRIED = frozenset(
    {
        ErrorCode.RATE_LIMITED,
        ErrorCode.NETWORK,
        ErrorCode.TIMEOUT,
        ErrorCode.WORKER_LOST,
        ErrorCode.INTERNAL,
    }
)
COUNTED = frozenset({ErrorCode.NOT_FOUND, ErrorCode.BAD_DATA, ErrorCode.OOM})
FOR_A_PERSON = frozenset(
    {
        ErrorCode.AUTH_EXPIRED,
        ErrorCode.AUTH_REVOKED,
        ErrorCode.FORBIDDEN,
        ErrorCode.CONFIG,
        ErrorCode.QUOTA_EXHAUSTED,
    }
)
FREE = frozenset({ErrorCode.PREEMPTED})

# The five reasons of the older field ``failure_reason``, which clients still read.
_LEGACY = {
    "api_limit": (ErrorCode.RATE_LIMITED, ErrorCode.QUOTA_EXHAUSTED),
    "auth_error": (ErrorCode.AUTH_EXPIRED, ErrorCode.AUTH_REVOKED, ErrorCode.FORBIDDEN),
    "network_error": (ErrorCode.NETWORK, ErrorCode.TIMEOUT),
    "config_error": (ErrorCode.CONFIG,),
}
LEGACY_REASONS = {code: reason for reason, codes in _LEGACY.items() for code in codes}


def legacy_reason(code: ErrorCode) -> str:
    """Return the word that the older field has for ``code``."""
    return LEGACY_REASONS.get(code, "unknown")
