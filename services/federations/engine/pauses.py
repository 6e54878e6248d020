"""How long to wait between two looks for what the other side has not sent yet."""

SHORTEST, LONGEST = 0.2, 1.0  # seconds
SHARE = 0.05


def pause_after(seconds: float) -> float:
    """Return the seconds until the next look, after so many of looking in vain.

    What comes is seen later by at most a twentieth of them and 0.2 s. A site that waits for days
    and a server that waits for a long round look once a second, as a SuperNode does: a look costs
    both sides several milliseconds of computing.
    """
    return min(LONGEST, SHORTEST + SHARE * seconds)
