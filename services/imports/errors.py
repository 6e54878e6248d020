"""What can go wrong with what people import, in words for them."""

from collections.abc import Iterable

from app.errors import BadRequest, Conflict, NotFound


class NothingToBackfill(BadRequest):
    """The file holds no round that could be stored."""

    code = "nothing_to_backfill"


class ResultsMissing(NotFound):
    """There is no result file for the run."""

    code = "results_missing"


class NotFederated(Conflict):
    """The run has no server that could have evaluated it."""

    code = "not_federated"


class ImportsWaiting(Conflict):
    """The files that a person has sent and that no worker has read yet are enough."""

    code = "imports_waiting"


class ImportRefused(BadRequest):
    """The file is not of the kind that it was sent as, or it is damaged."""

    code = "import_refused"

    def __init__(self, detail: str, reasons: Iterable[str] = ()) -> None:
        self.reasons = list(reasons)
        super().__init__(detail, errors={"file": [detail, *self.reasons]})
