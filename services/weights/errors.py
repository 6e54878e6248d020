"""What can go wrong with weights, in words for people."""

from app.errors import Conflict, Invalid, NotFound


class WeightsNotFound(NotFound):
    """There are no such weights, or they are not the caller's to see."""

    code = "weights_not_found"


class WeightsRefused(Invalid):
    """The file is not one that a run can start from; ``errors`` holds what is wrong with it."""

    code = "weights_refused"

    def __init__(self, detail: str) -> None:
        super().__init__(detail, errors={"file": [detail]})


class WeightsInUse(Conflict):
    """A run that is not over yet needs the weights."""

    code = "weights_in_use"


class WeightsDamaged(Conflict):
    """The stored file is not the one that was uploaded."""

    code = "weights_damaged"
