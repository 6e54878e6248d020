"""Groups of runs: columns out of covering indexes, put together in numpy.

A database would look up run after run, or sort them all. Reading the ids and the values of an
index in its order costs a fifth of that, whatever the number of groups.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Float, Select, String, cast, func, literal, select
from sqlalchemy.orm import Session

from app import strict_json
from app.models.label import SHORT
from app.models.run import Run
from services.search.attributes import attribute
from services.search.compiler import NAMED, row_conditions, row_table
from services.search.filter.tree import Identifier
from services.search.matching import LIMITS, Matching
from services.search.sets import Ids, ids_in, is_sqlite, joined
from services.statistics.interval import Interval
from services.statistics.spread import MAX_MAGNITUDE, intervals_by_group
from services.tracking.catalogue import is_share
from services.tracking.domain.params import comparable

Codes = NDArray[np.int64]
Value = str | None
LARGEST = literal(MAX_MAGNITUDE, Float(53))


@dataclass(frozen=True, kw_only=True)
class GroupFigures:
    """The mean of a metric in each group with its interval, and of how many data sets they are."""

    intervals: Sequence[Interval | None]
    num_datasets: int


@dataclass(frozen=True, kw_only=True)
class Members:
    """The runs of the groups that are shown: ``ids`` ascending, and two codes for each."""

    ids: Ids
    groups: Codes
    num_groups: int
    datasets: Codes


@dataclass(frozen=True, kw_only=True)
class Grouped:
    """The matching runs: ``ids`` ascending, and which of the ``values`` each of them has."""

    session: Session
    ids: Ids
    codes: Codes
    values: Sequence[Value]

    @classmethod
    def of(cls, session: Session, matching_runs: Matching, by: Identifier) -> Self:
        """Read which runs match, and what ``by`` says of them."""
        ids = np.sort(matching_runs.read_ids(session))
        read = _attributes if by.kind == "attributes" else _labels
        runs, codes, values = read(session, ids, by)
        places, known = _places(ids, runs)
        all_codes = np.full(len(ids), len(values), dtype=np.int64)
        all_codes[places] = codes[known]
        return cls(session=session, ids=ids, codes=all_codes, values=[*values, None])

    def members(self, limit: int) -> list[tuple[Value, int]]:
        """Return the values of at most ``limit`` groups with their runs, the largest first."""
        counts = np.bincount(self.codes, minlength=len(self.values)).tolist()
        groups: dict[Value, int] = {}
        for value, count in zip(self.values, counts, strict=True):
            if count:
                groups[value] = groups.get(value, 0) + count
        return heapq.nsmallest(limit, groups.items(), key=_rank)

    def figures(
        self, metrics: Sequence[Identifier], groups: Sequence[Value]
    ) -> dict[str, GroupFigures]:
        """Return what each metric comes to in each of ``groups``."""
        place = {value: number for number, value in enumerate(groups)}
        numbers = [place.get(value, -1) for value in self.values]
        group = np.array(numbers, dtype=np.int64)[self.codes]
        shown = group >= 0
        members = Members(
            ids=self.ids[shown],
            groups=group[shown],
            num_groups=len(groups),
            datasets=_datasets(self.session, self.ids)[shown],
        )
        return {metric.name: _figures(self.session, metric, members) for metric in metrics}


def _rank(group: tuple[Value, int]) -> tuple[int, bool, str]:
    value, count = group
    return -count, value is None, value or ""


def _figures(session: Session, metric: Identifier, members: Members) -> GroupFigures:
    ids, row = members.ids, row_table(metric)
    value = getattr(row, metric.part)
    conditions = (*row_conditions(metric, row), value.between(-LARGEST, LARGEST))
    runs, values = _numbers(session, _few(select(row.run_id, value).where(*conditions), row, ids))
    places, known = _places(ids, runs)
    intervals = intervals_by_group(
        members.groups[places],
        values[known],
        members.num_groups,
        is_share=is_share(metric.name),
    )
    datasets = np.unique(members.datasets[places])
    return GroupFigures(intervals=intervals, num_datasets=len(datasets))


def _datasets(session: Session, ids: Ids) -> Codes:
    """Return a number for the data set of each run; runs without one share a number."""
    few = [Run.id.in_(ids.tolist())] if len(ids) <= LIMITS.few else []
    query = select(joined(session, Run.id.expression), _array(session, Run.dataset_id)).where(*few)
    text, encoded = session.execute(query).one()
    codes, _ = _coded(strict_json.loads(encoded or "[]"))
    places, known = _places(ids, ids_in(text or ""))
    datasets = np.full(len(ids), -1, dtype=np.int64)
    datasets[places] = codes[known]
    return datasets


def _numbers(session: Session, query: Select[Any]) -> tuple[Ids, NDArray[np.float64]]:
    """Return the ids and the numbers that a query selects, exactly.

    They come as two texts, for a row of each costs more than finding it; but SQLite's texts leave
    digits out, so its rows come straight from the driver.
    """
    if is_sqlite(session):
        cursor: Any = session.connection().execute(query).cursor
        pairs = np.fromiter(chain.from_iterable(cursor), np.float64).reshape(-1, 2)
        return pairs[:, 0].astype(np.int64), pairs[:, 1]
    run_id, value = query.subquery().c
    texts = select(joined(session, run_id), func.string_agg(cast(value, String), ","))
    runs, values = session.execute(texts).one()
    return ids_in(runs or ""), np.fromstring(values or "", dtype=np.float64, sep=",")


def _labels(session: Session, ids: Ids, by: Identifier) -> tuple[Ids, Codes, list[Value]]:
    """Return runs, the code of each, and the values of the codes, of a parameter or a tag.

    Parameters that spell one number in several ways have one code.
    """
    runs, codes, values = _read_labels(session, ids, by)
    if by.kind != "params":
        return runs, codes, values
    merged, keys = _coded([None if one is None else comparable(one) for one in values])
    first = {
        code: value for value, code in reversed(list(zip(values, merged.tolist(), strict=True)))
    }
    return runs, merged[codes], [first[code] for code in range(len(keys))]


def _read_labels(session: Session, ids: Ids, by: Identifier) -> tuple[Ids, Codes, list[Value]]:
    row = row_table(by)
    mine = row_conditions(by, row)
    each = select(row.run_id, row.value).where(*mine)
    if len(ids) <= LIMITS.few:
        return _read_rows(session, _few(each, row, ids))
    short = select(row.short, func.count(), joined(session, row.run_id)).where(*mine)
    groups = session.execute(short.group_by(row.short)).all()
    complete = [group for group in groups if len(group[0]) < SHORT]
    values: list[Value] = [value for value, _, _ in complete]
    codes = np.repeat(np.arange(len(complete)), [count for _, count, _ in complete])
    runs = ids_in(",".join([text for _, _, text in complete]))
    if len(complete) < len(groups):  # of long texts this is only the beginning
        long = each.where(func.length(row.short) >= SHORT)
        more, beyond, texts = _read_rows(session, long)
        runs, codes = np.concatenate([runs, more]), np.concatenate([codes, beyond + len(values)])
        values += texts
    return runs, codes.astype(np.int64), values


def _read_rows(session: Session, query: Select[Any]) -> tuple[Ids, Codes, list[Value]]:
    rows = session.execute(query).all()
    codes, values = _coded([value for _, value in rows])
    return np.array([run_id for run_id, _ in rows], dtype=np.int64), codes, values


def _attributes(session: Session, ids: Ids, by: Identifier) -> tuple[Ids, Codes, list[Value]]:
    """Return runs, the code of each, and the values of the codes, of an attribute."""
    column, model = NAMED.get(by.name, (None, None))
    column = attribute(by.name) if column is None else column
    few = [Run.id.in_(ids.tolist())] if len(ids) <= LIMITS.few else []
    query = select(joined(session, Run.id.expression), _array(session, column)).where(*few)
    text, encoded = session.execute(query).one()
    codes, values = _coded(strict_json.loads(encoded or "[]"))
    if model is not None:
        names = {row.id: row.name for row in session.execute(select(model.id, model.name))}
        values = [names.get(value) for value in values]
    return ids_in(text or ""), codes, [None if one is None else str(one) for one in values]


def _array(session: Session, column: Any) -> ColumnElement[str]:
    """Return all values of a column as one JSON array."""
    if is_sqlite(session):
        return func.json_group_array(column)
    return cast(func.json_agg(column), String)


def _coded(values: Sequence[Any]) -> tuple[Codes, list[Any]]:
    """Return the code of each value, and the values in the order of their codes."""
    known: dict[Any, int] = {}
    codes = [known.setdefault(value, len(known)) for value in values]
    return np.array(codes, dtype=np.int64), list(known)


def _few(query: Select[Any], row: Any, ids: Ids) -> Select[Any]:
    """Let the query read the rows of few runs only; of many, those that do not match as well."""
    return query.where(row.run_id.in_(ids.tolist())) if len(ids) <= LIMITS.few else query


def _places(ids: Ids, runs: Ids) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return where in the ascending ``ids`` those ``runs`` are that are there, and which are."""
    if not len(ids):
        return np.array([], dtype=np.int64), np.zeros(len(runs), dtype=np.bool_)
    places = np.minimum(np.searchsorted(ids, runs), len(ids) - 1)
    known = ids[places] == runs
    return places[known], known
