"""How runs are trained: in one place, or round by round at clients."""

FEDERATED = "federated"


def is_federated(training_mode: str) -> bool:
    """Return whether runs of this mode have rounds and clients."""
    return training_mode == FEDERATED
