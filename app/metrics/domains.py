"""What the domains measure of themselves, as their manifests name it."""

from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module

from prometheus_client.core import Metric
from sqlalchemy.exc import SQLAlchemyError

from app.db.engine import Database
from app.domains import Domain


class DomainsCollector:
    """Yields the measures of every domain; while the database is away there are none."""

    def __init__(self, database: Database, domains: Sequence[Domain]) -> None:
        self._database = database
        self._names = [name for domain in domains for name in domain.measures]

    def describe(self) -> Iterable[Metric]:
        """Return nothing, so that registering does not ask the database."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Look at everything now; what a domain measures with is imported with the first look."""
        for name in self._names:
            module, _, function = name.partition(":")
            measure = getattr(import_module(module), function)
            try:
                with self._database.read() as session:
                    measures = list(measure(session))
            except SQLAlchemyError:  # its absence is a measure of the platform itself
                return
            yield from measures
