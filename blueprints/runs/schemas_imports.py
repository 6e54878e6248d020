"""What backfills and imports answer."""

from marshmallow import Schema, fields, validate

from app.http.schemas import StrictSchema, whole
from app.models.run import VISIBILITIES


class SkippedRoundView(Schema):
    """A round that was left out, by its name in the file, and why."""

    round = fields.String(required=True)
    reason = fields.String(required=True)


class BackfillResultView(Schema):
    """What became of the rounds of a result file."""

    run_id = whole(low=1, required=True)
    success = fields.Boolean(required=True)
    message = fields.String(required=True)
    rounds_processed = whole(required=True)
    rounds_created = whole(required=True)
    rounds_updated = whole(required=True)
    rounds_skipped = whole(required=True)
    reasons = fields.List(fields.Nested(SkippedRoundView), required=True)


class ImportFields(StrictSchema):
    """What a single run is called and who sees the runs; by default the file gives the name."""

    name = fields.String(load_default=None, validate=validate.Length(1, 200))
    visibility = fields.String(load_default="private", validate=validate.OneOf(VISIBILITIES))


class ImportForm(ImportFields):
    """A file that holds runs."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class ImportedRunView(Schema):
    """A run that was made."""

    run_id = whole(low=1, required=True)
    name = fields.String(required=True)


class LeftOutView(Schema):
    """What did not come along, and why."""

    name = fields.String(required=True)
    reason = fields.String(required=True)


class ImportOutcomeView(Schema):
    """The runs that were made, and what did not come along."""

    imported = fields.List(fields.Nested(ImportedRunView), required=True)
    skipped = fields.List(fields.Nested(LeftOutView), required=True)
