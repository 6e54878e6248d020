"""What bulk changes of runs take and answer."""

from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from app.http.schemas import StrictSchema, whole
from app.models.run import MODES, STATUSES, VISIBILITIES
from blueprints.runs.schemas_search import filter_field
from blueprints.tracking.fields import tags_field
from services.runs.bulk import MAX_IDS
from services.runs.bulk_actions import ACTIONS, BulkChange
from services.search.query import ARCHIVED, RunsQuery

MATCHING = ("filter", "status", "training_mode", "archived")
OF_ACTION = {"tag": "tags", "visibility": "visibility"}


@dataclass(frozen=True, kw_only=True)
class BulkRequest:
    """A change, and the runs that it is for: their ids, or what they match."""

    change: BulkChange
    runs: list[int] | RunsQuery
    dry_run: bool


class BulkBody(StrictSchema):
    """What to do, and to which runs."""

    action = fields.String(required=True, validate=validate.OneOf(ACTIONS))
    ids = fields.List(whole(low=1), validate=validate.Length(1, MAX_IDS))
    filter = filter_field(default=None)
    status = fields.String(validate=validate.OneOf(STATUSES))
    training_mode = fields.String(validate=validate.OneOf(MODES))
    archived = fields.String(validate=validate.OneOf(ARCHIVED))
    tags = tags_field()
    visibility = fields.String(validate=validate.OneOf(VISIBILITIES))
    dry_run = fields.Boolean(load_default=False)

    @validates_schema
    def _one_way_to_name_runs(self, values: dict[str, Any], **_: Any) -> None:
        matched = [name for name in MATCHING if name in values]
        if not matched and "ids" not in values:
            raise ValidationError("Say which runs: by their ids, or by a filter.", "ids")
        if matched and "ids" in values:
            raise ValidationError("Give either ids or what the runs match.", matched[0])

    @validates_schema
    def _together(self, values: dict[str, Any], **_: Any) -> None:
        required = OF_ACTION.get(values["action"])
        for name in OF_ACTION.values():
            if name == required and not values.get(name):
                raise ValidationError(f"The action {values['action']} needs it.", name)
            if name != required and name in values:
                raise ValidationError(f"It does not go with the action {values['action']}.", name)

    @post_load
    def request(self, values: dict[str, Any], **_: Any) -> BulkRequest:
        """Return the use case's own words."""
        values_of_action = {name: values[name] for name in OF_ACTION.values() if name in values}
        change = BulkChange(action=values["action"], **values_of_action)
        matched = {name: values[name] for name in MATCHING if name in values}
        runs = RunsQuery(**matched) if matched else values["ids"]
        return BulkRequest(change=change, runs=runs, dry_run=values["dry_run"])


class SkippedView(Schema):
    """A run that is left as it is, and why."""

    id = whole(low=1, required=True)
    reason = fields.String(required=True)


class BulkOutcomeView(Schema):
    """What was done, or in a dry run would be; matched counts the runs that were meant.

    ``reveals_private_data`` are the runs by which the team comes to read the columns, classes
    and counts of a data set that is private.
    """

    action = fields.String(required=True, validate=validate.OneOf(ACTIONS))
    dry_run = fields.Boolean(required=True)
    matched = whole(required=True)
    changed = fields.List(whole(low=1), required=True)
    skipped = fields.List(fields.Nested(SkippedView), required=True)
    reveals_private_data = fields.List(whole(low=1), required=True)
