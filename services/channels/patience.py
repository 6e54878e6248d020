"""How long a message waits for its next attempt, and how often it is tried."""

from tenacity import RetryCallState, Retrying, wait_exponential, wait_random

FIRST_SECONDS, MAX_SECONDS, JITTER_SECONDS = 10.0, 3600.0, 5.0
MAX_ATTEMPTS = 12  # over three and a half hours
MAX_RETRY_AFTER = 86_400.0  # seconds: nobody makes us wait for longer
_WAIT = wait_exponential(multiplier=FIRST_SECONDS, max=MAX_SECONDS) + wait_random(0, JITTER_SECONDS)


def wait_seconds(attempts: int, retry_after: float | None = None) -> float:
    """Return the seconds until the next attempt; ``retry_after`` is what the receiver wishes.

    Doubled after each of ``attempts`` from ten seconds up to an hour, with up to five at random.
    """
    state = RetryCallState(Retrying(), None, (), {})
    state.attempt_number = attempts
    return max(_WAIT(state), min(retry_after or 0.0, MAX_RETRY_AFTER))
