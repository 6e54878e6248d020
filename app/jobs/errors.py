"""Why an attempt ends without an answer of its own.

They are no ``Exception``: code that catches what a model or a client raised must let them pass.
"""


class AttemptOver(BaseException):
    """The attempt must not go on."""


class LeaseLost(AttemptOver):
    """Another attempt holds the job by now, or it is over: nothing more may be written."""


class Drained(AttemptOver):
    """The worker has to leave: give the job back, it continues from its checkpoint."""
