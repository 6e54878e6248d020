"""Seconds between two times, to a thousandth, as both databases tell them alike.

Indexes and queries must say it in the very same words, or the index is not found.
"""

from typing import Any

from sqlalchemy import Float
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction


class elapsed_seconds(GenericFunction[float]):  # noqa: N801 - reads as the SQL function it is
    """Seconds from one time to a later one; SQLite's days are too coarse for more digits."""

    type = Float()
    inherit_cache = True


@compiles(elapsed_seconds, "sqlite")
def _sqlite_elapsed(element: Any, compiler: Any, **options: Any) -> str:
    start, end = (compiler.process(clause, **options) for clause in element.clauses)
    return f"round((julianday({end}) - julianday({start})) * 86400.0, 3)"


@compiles(elapsed_seconds, "postgresql")
def _postgresql_elapsed(element: Any, compiler: Any, **options: Any) -> str:
    start, end = (compiler.process(clause, **options) for clause in element.clauses)
    return f"(round(extract(epoch from {end} - {start}), 3)::double precision)"
