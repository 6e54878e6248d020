"""Which persons are of a group, as a condition on their rows."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, and_, or_

from app.errors import Invalid
from app.models.persona import Persona
from services.benchmarks.domain.attributes import (
    AGE_GROUPS,
    ATTRIBUTES,
    OLDEST,
    UNKNOWN,
    UnknownChoiceError,
)


def is_of_group(attribute: str, category: str) -> ColumnElement[bool]:
    """Return the condition on ``Persona``. Raises Invalid of no attribute, and of no age group.

    Other groups are the data set's own words: one that nobody is of matches nobody.
    """
    if attribute == "age_group":
        return _is_of_age(category)
    if attribute not in ATTRIBUTES:
        raise _unknown("attribute", attribute, ATTRIBUTES)
    column = getattr(Persona, attribute)
    if category == UNKNOWN:
        return or_(column.is_(None), column == "", column == UNKNOWN)
    return column == category  # type: ignore[no-any-return]


def _is_of_age(category: str) -> ColumnElement[bool]:
    if category == UNKNOWN:
        return or_(Persona.age.is_(None), Persona.age < 0)
    ranges = _ranges()
    if category not in ranges:
        raise _unknown("category", category, [*ranges, UNKNOWN])
    youngest, oldest = ranges[category]
    at_least = Persona.age >= youngest
    return at_least if oldest is None else and_(at_least, Persona.age <= oldest)


def _ranges() -> Mapping[str, tuple[int, int | None]]:
    youngest, ranges = 0, {}
    for oldest, name in AGE_GROUPS:
        ranges[name] = (youngest, oldest)
        youngest = oldest + 1
    return {**ranges, OLDEST: (youngest, None)}


def _unknown(field: str, value: str, choices: list[str] | tuple[str, ...]) -> Invalid:
    detail = str(UnknownChoiceError(field, value, choices))
    return Invalid(detail, errors={field: [detail]})
