"""Column types that mean the same on SQLite and on PostgreSQL."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Float, Integer, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import TypeDecorator

from app import strict_json

BigId = BigInteger().with_variant(Integer, "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time; naive values are refused where they would be written."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the value in UTC; SQLite gets it without the offset it cannot store."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without an offset cannot be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the value aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """Strict JSON as text, so that both databases give back the very same value."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Return the value as strict JSON text."""
        return None if value is None else strict_json.dumps(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Return the stored value."""
        return None if value is None else strict_json.loads(value)


class database_time(GenericFunction[float]):  # noqa: N801 - reads as the SQL function it is
    """Seconds since 1970 by the database's clock, the only clock that leases trust."""

    type = Float()
    inherit_cache = True


@compiles(database_time, "sqlite")
def _sqlite_time(*_: Any, **__: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(database_time, "postgresql")
def _postgresql_time(*_: Any, **__: Any) -> str:
    return "extract(epoch from clock_timestamp())::double precision"


class json_text(GenericFunction[str]):  # noqa: N801 - reads as the SQL function it is
    """A text column as a JSON string, with its quotes."""

    type = Text()
    inherit_cache = True


@compiles(json_text, "sqlite")
def _sqlite_json_text(element: Any, compiler: Any, **options: Any) -> str:
    return f"json_quote({compiler.process(element.clauses, **options)})"


@compiles(json_text, "postgresql")
def _postgresql_json_text(element: Any, compiler: Any, **options: Any) -> str:
    return f"to_json({compiler.process(element.clauses, **options)})::text"


class json_rows(GenericFunction[Any]):  # noqa: N801 - reads as the SQL function it is
    """An aggregate: a JSON list of the values of each row, in no order."""

    type = Json()
    inherit_cache = True


@compiles(json_rows, "sqlite")
def _sqlite_json_rows(element: Any, compiler: Any, **options: Any) -> str:
    return f"json_group_array(json_array({compiler.process(element.clauses, **options)}))"


@compiles(json_rows, "postgresql")
def _postgresql_json_rows(element: Any, compiler: Any, **options: Any) -> str:
    return f"json_agg(json_build_array({compiler.process(element.clauses, **options)}))::text"
