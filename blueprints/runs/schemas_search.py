"""What searching runs takes and answers."""

from collections.abc import Callable
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from app.errors import Invalid
from app.http.schemas import StrictSchema, whole
from app.models.run import MODES, STATUSES
from blueprints.tracking.fields import goal_field
from services.search.columns import parse_columns, split_names
from services.search.filter.errors import FilterError, pointed
from services.search.filter.words import MAX_FILTER_LENGTH
from services.search.groups import MAX_METRICS, GroupsQuery, group_key
from services.search.keyset import MAX_TOKEN_LENGTH
from services.search.order import sort_key
from services.search.query import ARCHIVED, ColumnsQuery, Key, RunsQuery, read_filter

MAX_SORT_LENGTH = 300


def goals_by_name() -> fields.Dict:
    """Return a field of directions by the name of their metric; an unknown one is null."""
    return fields.Dict(required=True, keys=fields.String(), values=goal_field())


class ParsedText(fields.String):
    """A text that ``parse`` turns into an object; what it refuses is the fault of this field.

    ``default`` is only said in the description: without the text the query's own default counts.
    """

    def __init__(
        self,
        parse: Callable[[str], Any],
        length: tuple[int, int],
        default: str | None = None,
        **options: Any,
    ) -> None:
        described = {"minLength": length[0], "maxLength": length[1]}
        said = described if default is None else {**described, "default": default}
        super().__init__(metadata=said, **options)
        self._parse = parse
        self._has_length = validate.Length(*length)

    def _deserialize(self, *args: Any, **options: Any) -> Any:
        text = str(super()._deserialize(*args, **options))
        self._has_length(text)
        try:
            return self._parse(text)
        except Invalid as error:
            raise ValidationError(next(iter(error.errors.values()))) from None


def filter_field(default: str | None = "") -> ParsedText:
    """Return the field of a filter; the message about a fault points at it."""
    return ParsedText(read_filter, (0, MAX_FILTER_LENGTH), default)


def _shorthand(text: str) -> tuple[Key, bool]:
    """Return a sort key that may have a minus before it, and whether it has."""
    return sort_key(text.removeprefix("-")), text.startswith("-")


class Columns(fields.Field[ColumnsQuery]):
    """Columns with commas between, such as ``metrics,params.lr``; or ``auto``."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> ColumnsQuery:
        try:
            return parse_columns(str(value))
        except FilterError as error:
            raise ValidationError(pointed(str(value), error)) from None


class SearchQuery(StrictSchema):
    """Which runs: the fields that every way of searching shares."""

    status = fields.String(validate=validate.OneOf(STATUSES))
    training_mode = fields.String(validate=validate.OneOf(MODES))
    archived = fields.String(load_default="false", validate=validate.OneOf(ARCHIVED))
    filter = filter_field()
    study_id = whole(low=1)


class MatchingQuery(SearchQuery):
    """Which runs, and nothing else."""

    @post_load
    def to_query(self, values: dict[str, Any], **_: Any) -> RunsQuery:
        """Return the query."""
        return RunsQuery(**values)


class ListQuery(SearchQuery):
    """Which runs, in which order. ``sort=-start_time`` is short for sort_by and sort_order.

    With group_studies each study is one row: the first of its matching runs in the order.
    """

    limit = whole(100, low=1, high=1000)
    offset = whole(0)
    sort_by = ParsedText(sort_key, (1, MAX_SORT_LENGTH), "start_time")
    sort_order = fields.String(load_default="desc", validate=validate.OneOf(["asc", "desc"]))
    sort = ParsedText(_shorthand, (1, MAX_SORT_LENGTH))
    columns = Columns(metadata={"type": "string"})
    group_studies = fields.Boolean(load_default=False)
    after = fields.String(validate=validate.Length(1, MAX_TOKEN_LENGTH))

    @validates_schema
    def one_way_of_paging(self, values: dict[str, Any], **_: Any) -> None:
        """Refuse two ways to say where a page begins."""
        if values.get("after") and values.get("offset"):
            raise ValidationError("Give either after or offset.", "after")

    @post_load
    def to_query(self, values: dict[str, Any], **_: Any) -> RunsQuery:
        """Return the query; the shorthand wins."""
        shorthand = values.pop("sort", None)
        descending = values.pop("sort_order") == "desc"
        if shorthand is not None:
            values["sort_by"], descending = shorthand
        return RunsQuery(descending=descending, **values)


class ColumnsInUseView(Schema):
    """What runs can be searched, sorted and grouped by."""

    attributes = fields.List(fields.String(), required=True)
    metrics = fields.List(fields.String(), required=True)
    params = fields.List(fields.String(), required=True)
    tags = fields.List(fields.String(), required=True)
    results = fields.List(fields.String(), required=True)
    goals = goals_by_name()
    truncated = fields.Boolean(required=True)


class MatchingIdsView(Schema):
    """The ids of all runs that match."""

    ids = fields.List(whole(low=1), required=True)
    total = whole(required=True)
    truncated = fields.Boolean(required=True)


class MetricNames(fields.Field[tuple[str, ...]]):
    """Names of metrics with commas between; quotes may hold commas."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> tuple[str, ...]:
        names = split_names(str(value))
        if len(names) > MAX_METRICS:
            raise ValidationError(f"Name at most {MAX_METRICS} metrics.")
        return names


class GroupsQuerySchema(SearchQuery):
    """How to put which runs together."""

    by = ParsedText(group_key, (1, MAX_SORT_LENGTH), required=True)
    metrics = MetricNames(load_default=(), metadata={"type": "string", "default": ""})
    value = fields.String(load_default="best", validate=validate.OneOf(["best", "last", "result"]))

    @post_load
    def to_query(self, values: dict[str, Any], **_: Any) -> GroupsQuery:
        """Return the query."""
        own = {name: values.pop(name) for name in ("by", "metrics", "value")}
        return GroupsQuery(runs=RunsQuery(**values), **own)


class RunIntervalView(Schema):
    """A mean over n runs with its 95 % interval, which one run and equal values do not have.

    Student's t; of a metric between 0 and 1 the score interval with the same error.
    """

    n = whole(low=1, required=True)
    mean = fields.Float(required=True)
    low = fields.Float(required=True, allow_none=True)
    high = fields.Float(required=True, allow_none=True)


class RunGroupView(Schema):
    """The runs of one value; null is for runs without any."""

    value = fields.String(required=True, allow_none=True)
    count = whole(low=1, required=True)
    metrics = fields.Dict(
        required=True, keys=fields.String(), values=fields.Nested(RunIntervalView, allow_none=True)
    )


class GroupsView(Schema):
    """All groups, the largest first; of results, measured_on names the rows of each metric.

    Where num_datasets of a metric is above 1, means of different data sets stand side by side.
    """

    by = fields.String(required=True)
    groups = fields.List(fields.Nested(RunGroupView), required=True)
    truncated = fields.Boolean(required=True)
    goals = goals_by_name()
    measured_on = fields.Dict(
        required=True, keys=fields.String(), values=fields.List(fields.String())
    )
    num_datasets = fields.Dict(required=True, keys=fields.String(), values=whole(low=0))
