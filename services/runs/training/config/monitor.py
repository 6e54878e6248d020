"""Which way the monitored metric gets better."""

LOWER_IS_BETTER = ("val_loss",)


def lower_is_better(metric: str) -> bool:
    """Return whether a smaller value of the metric is the better one."""
    return metric in LOWER_IS_BETTER


def rank(metric: str, value: float) -> float:
    """Return a number that is smaller for a better value."""
    return value if lower_is_better(metric) else -value
