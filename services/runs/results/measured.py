"""The database as the source of a run's metrics."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from app.models.run import Run
from services.runs.results.domain.extraction import Extractor, extractor_for
from services.runs.results.domain.history import Evaluated, History
from services.runs.results.evaluated import evaluated
from services.runs.statements import evaluations_of
from services.tracking.domain.columns import Columns
from services.tracking.metrics import read_columns


class StoredMetrics:
    """What the database knows of one run."""

    def __init__(self, session: Session, run_id: int) -> None:
        self._session = session
        self._run_id = run_id

    def columns(self, names: Sequence[str]) -> Mapping[str, Columns]:
        """Return the run's own series of these names, with all their points."""
        return read_columns(self._session, self._run_id, names)

    def evaluations(self) -> Sequence[Evaluated]:
        """Return what the server measured."""
        return [evaluated(row) for row in evaluations_of(self._session, self._run_id)]


def extractor_of(session: Session, run: Run) -> Extractor:
    """Return the extractor that reads ``run`` from the database."""
    source = StoredMetrics(session, run.id)
    ours = run.origin == "trained"
    return extractor_for(run.training_mode, source, counts_from_zero=ours)


def read_history(session: Session, run: Run) -> History:
    """Return the history of a run, in ascending order of epochs or rounds."""
    return extractor_of(session, run).history()
