"""What the endpoints of curves take and answer."""

import csv
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from app.http.schemas import MAX_ID, StrictSchema, whole
from blueprints.tracking.fields import MAX_STEP, goal_field, step_field
from services.runs.definitions import MAX_DEFINITIONS
from services.tracking.catalogue import GOALS, direction_of
from services.tracking.curves import MAX_RUNS, CurvesQuery
from services.tracking.metrics import MAX_POINTS


class CurvesQuerySchema(StrictSchema):
    """Which curves: names and more runs with commas between; an empty client is the run's own.

    A name with a comma stands in double quotes.
    """

    names = fields.String(load_default="", validate=validate.Length(0, 8000))
    runs = fields.String(load_default="", validate=validate.Length(0, 500))
    client = fields.String(validate=validate.Length(0, 255))
    from_step = whole(low=-MAX_STEP - 1, high=MAX_STEP)
    to_step = whole(low=-MAX_STEP - 1, high=MAX_STEP)
    max_points = whole(MAX_POINTS, low=2, high=100_000)
    times = fields.Boolean(load_default=True)

    @validates_schema
    def check_range(self, values: dict[str, Any], **_: Any) -> None:
        """Refuse a range that holds nothing."""
        first, last = values.get("from_step"), values.get("to_step")
        if first is not None and last is not None and first > last:
            raise ValidationError(f"The range ends at step {last}, before it begins.", "from_step")

    @post_load
    def to_query(self, values: dict[str, Any], **_: Any) -> CurvesQuery:
        """Return the use case's own words."""
        return CurvesQuery(
            names=_names(values.pop("names")), runs=_runs(values.pop("runs")), **values
        )


def _names(text: str) -> list[str]:
    try:
        return [name for row in csv.reader([text], strict=True) for name in row if name]
    except csv.Error:
        raise ValidationError("Give names with commas between them.", "names") from None


def _runs(text: str) -> list[int]:
    ids = [one.strip() for one in text.split(",") if one.strip()]
    if len(ids) > MAX_RUNS:
        raise ValidationError(f"{len(ids)} runs: at most {MAX_RUNS} at once.", "runs")
    for one in ids:
        if not (one.isascii() and one.isdigit() and len(one) < 20 and 1 <= int(one) <= MAX_ID):
            raise ValidationError(
                f"{one[:40]!r} is no id of a run: give numbers with commas between them.", "runs"
            )
    return [int(one) for one in ids]


def column(*types: str, **kwargs: Any) -> fields.Raw:
    """Return a field of a column that numpy has made: a check per value would cost too much."""
    items = {"type": list(types) if len(types) > 1 else types[0]}
    return fields.Raw(metadata={"type": "array", "items": items}, **kwargs)


class Curve(Schema):
    """One series as columns of equal length; ``count`` points of the range lie behind them.

    Where several points were put together, min and max say between which values they lie, and
    numbers with a fraction have nine digits; Arrow has all of them.
    """

    run_id = whole(low=1, required=True)
    name = fields.String(required=True)
    client = fields.String(required=True, allow_none=True)
    count = whole(required=True)
    steps = column("integer", required=True)
    values = column("number", "null", required=True)
    times = column("number")
    min = column("number", "null")
    max = column("number", "null")


class Curves(Schema):
    """Curves by run, name and client."""

    series = fields.List(fields.Nested(Curve), required=True)


class SeriesSummaryView(Schema):
    """One series in numbers; extremes ignore what is not finite.

    best is the lowest or highest value, as goal says; without a goal there is none. Of what is
    not in the catalogue a person may choose the goal.
    """

    name = fields.String(required=True)
    client = fields.Function(lambda row: row.client or None, metadata={"type": ["string", "null"]})
    count = whole(required=True)
    last = fields.Float(required=True, allow_none=True)
    last_step = step_field(allow_none=True)
    goal = goal_field()
    in_catalogue = fields.Function(
        lambda row: direction_of(row.name) is not None, metadata={"type": "boolean"}
    )
    best = fields.Float(required=True, allow_none=True)
    best_step = step_field(allow_none=True)
    min = fields.Float(required=True, allow_none=True)
    min_step = step_field(allow_none=True)
    max = fields.Float(required=True, allow_none=True)
    max_step = step_field(allow_none=True)


class SeriesSummaries(Schema):
    """Every series of a run, by name and client."""

    series = fields.List(fields.Nested(SeriesSummaryView), required=True)


class DefinitionsBody(StrictSchema):
    """Which way metrics get better, by name; null takes a definition away."""

    definitions = fields.Dict(
        required=True,
        keys=fields.String(validate=validate.Length(1, 250)),
        values=fields.String(allow_none=True, validate=validate.OneOf(GOALS)),
        validate=validate.Length(1, MAX_DEFINITIONS),
    )

    @post_load
    def goals(self, values: dict[str, Any], **_: Any) -> dict[str, str | None]:
        """Return the directions by name."""
        goals: dict[str, str | None] = values["definitions"]
        return goals


class DefinitionsView(Schema):
    """Every direction that was defined for metrics of the run."""

    definitions = fields.Dict(required=True, keys=fields.String(), values=fields.String())


class SeriesPart(StrictSchema):
    """Points of one series in columns of equal length; null is a gap, no times means now."""

    name = fields.String(required=True, validate=validate.Length(1, 250))
    steps = column("integer", required=True)
    values = column("number", "null", required=True)
    times = column("number")
    client = fields.String(allow_none=True, validate=validate.Length(0, 255))


class SeriesBatchBody(StrictSchema):
    """At most 1,000 series and 1,000,000 points; a batch that is sent again is taken once.

    ``rewind_to`` is for a program that goes on from a checkpoint: the points of all series of the
    run from that step on are removed before those of the batch are stored. Then the list of
    series may be empty.
    """

    batch_id = fields.String(required=True, validate=validate.Length(1, 200))
    series = fields.List(
        fields.Nested(SeriesPart), required=True, validate=validate.Length(0, 1000)
    )
    rewind_to = fields.Integer(allow_none=True)


class BatchTaken(Schema):
    """What became of a batch; a duplicate changed nothing.

    ``replaced`` of its points are not kept, because a later one of the batch is of the same step.
    """

    batch_id = fields.String(required=True)
    points = whole(required=True)
    replaced = whole(required=True)
    duplicate = fields.Boolean(required=True)
