"""Which way the monitored metric gets better."""

from services.tracking.catalogue import direction_of


def lower_is_better(metric: str) -> bool:
    """Return whether a smaller value of the metric is the better one."""
    return direction_of(metric) == "min"


def rank(metric: str, value: float) -> float:
    """Return a number that is smaller for a better value."""
    return value if lower_is_better(metric) else -value
