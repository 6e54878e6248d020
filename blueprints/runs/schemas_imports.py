"""What backfills and imports answer."""

from marshmallow import Schema, fields

from app.http.schemas import whole


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
