"""The place of a row in a list whose newest rows come first: a time and an id, as one text."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from app.errors import Invalid

_FORM = re.compile(r"([0-9]{1,17})-([0-9]{1,18})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def cursor_of(at: datetime, number: int) -> str:
    """Return the text for a row."""
    return f"{(at - _EPOCH) // _MICROSECOND}-{number}"


def behind(at: Any, number: Any, after: str | None) -> tuple[ColumnElement[bool], ...]:
    """Return what is true of the rows behind ``after``; raises Invalid where it is no place."""
    if after is None:
        return ()
    form = _FORM.fullmatch(after)
    if form is None:
        detail = f"after is {after[:40]!r}: give the next_after of a page."
        raise Invalid(detail, errors={"after": [detail]})
    moment = _EPOCH + int(form[1]) * _MICROSECOND
    return (or_(at < moment, and_(at == moment, number < int(form[2]))),)
