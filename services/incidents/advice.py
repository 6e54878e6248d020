"""What the owner of a job can do about its failure, for each code: jobs have no schedule."""

from services.scheduler.codes.codes import ErrorCode

ADVICE = {
    ErrorCode.RATE_LIMITED: "The service answers only so many requests at a time. Wait a while,"
    " then retry.",
    ErrorCode.QUOTA_EXHAUSTED: "The quota of the service is used up. Wait until it is filled again,"
    " or ask its provider for a larger one, then retry.",
    ErrorCode.AUTH_EXPIRED: "The service no longer accepts the credentials. Enter new ones,"
    " then retry.",
    ErrorCode.AUTH_REVOKED: "Access was withdrawn at the provider. Connect the account again,"
    " then retry.",
    ErrorCode.FORBIDDEN: "The account may not do this. Let its owner grant access, then retry.",
    ErrorCode.NOT_FOUND: "What the job is about no longer exists. Check the names in its settings.",
    ErrorCode.NETWORK: "The other side was not reached or failed itself. Retry; if it stays so,"
    " check the address, the name server and the firewall.",
    ErrorCode.TIMEOUT: "There was no answer in time. Retry; if it stays so, raise the time limit"
    " or let it do less at once.",
    ErrorCode.CONFIG: "A setting is missing or not valid. Correct it as the sentence says:"
    " a retry with the same settings fails again.",
    ErrorCode.BAD_DATA: "The data is not in the form that was expected, so nothing of it was used."
    " Look at it first: a retry reads the same.",
    ErrorCode.OOM: "There was not enough memory. Use a smaller batch, model or data set,"
    " or a machine with more memory.",
    ErrorCode.PREEMPTED: "The worker had to leave. The work goes on from its checkpoint by itself.",
    ErrorCode.WORKER_LOST: "The worker stopped answering or was killed several times in a row."
    " Look at the memory and at the log of that machine, then retry.",
    ErrorCode.INTERNAL: "This is most likely a fault of the platform. Retry; if it stays so,"
    " report it with the log of the job.",
}
OUTSIDE = "The program that does the work reported this. Only that program can start it again."


def advice_of(code: str) -> str:
    """Return what to do about a failure with ``code``."""
    return ADVICE[ErrorCode(code)]
