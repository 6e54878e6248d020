"""What a person can do about a failure, in words, for each code."""

from services.scheduler.codes.codes import ErrorCode

ADVICE = {
    ErrorCode.RATE_LIMITED: "The service answers only so many requests at a time. Attempts that"
    " are left wait as long as it says. If it comes often, run this schedule more rarely.",
    ErrorCode.QUOTA_EXHAUSTED: "The quota of the service is used up. Wait until it is filled again,"
    " or ask its provider for a larger one, then run the schedule now.",
    ErrorCode.AUTH_EXPIRED: "The service no longer accepts the sign-in of this connection."
    " Connect the account again, then run the schedule now.",
    ErrorCode.AUTH_REVOKED: "Access was withdrawn at the provider. Connect the account again,"
    " then run the schedule now.",
    ErrorCode.FORBIDDEN: "The connected account may not do this. Let the owner at the provider"
    " grant it access, or connect another account, then run the schedule now.",
    ErrorCode.NOT_FOUND: "What the schedule is about no longer exists there."
    " Check the name in its parameters, or archive the schedule.",
    ErrorCode.NETWORK: "The other side was not reached or failed itself. Attempts that are left"
    " follow by themselves. If it stays so, check the address, the name server and the firewall.",
    ErrorCode.TIMEOUT: "There was no answer in time. Attempts that are left follow by themselves."
    " If it stays so, raise the time limit of the schedule or let it do less at once.",
    ErrorCode.CONFIG: "A setting is missing or not valid. Correct the parameters of the schedule"
    " or the settings of the installation, then run it now.",
    ErrorCode.BAD_DATA: "The data is not in the form that was expected, so nothing of it was used."
    " Look at what was delivered; trying again reads the same.",
    ErrorCode.OOM: "There was not enough memory. Use a smaller batch, model or data set,"
    " or a machine with more memory.",
    ErrorCode.PREEMPTED: "The worker had to leave. The work goes on from its checkpoint by itself"
    " and no attempt is used up.",
    ErrorCode.WORKER_LOST: "The worker stopped answering or was killed. Attempts that are left"
    " follow by themselves. If it stays so, look at the memory and at the log of that machine.",
    ErrorCode.INTERNAL: "This is most likely a fault of the platform. If it comes again,"
    " report it with the log of the execution.",
}


def advice_for(code: ErrorCode) -> str:
    """Return what a person can do about a failure with ``code``."""
    return ADVICE[code]
