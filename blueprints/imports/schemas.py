"""What backfills and imports answer."""

from typing import Any

from marshmallow import Schema, fields, pre_dump, validate

from app.http.schemas import PageQuery, StrictSchema, moment, whole
from app.models.run import STATUSES, VISIBILITIES
from blueprints.uploads.hand_over import upload_id_field
from services.imports.read import ImportReport
from services.imports.types import KINDS


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
    upload_id = upload_id_field()


class ImportForm(ImportFields):
    """A file that holds runs: sent with the form, or a finished upload."""

    file = fields.Raw(metadata={"type": "string", "format": "binary"})


class ImportedRunView(Schema):
    """A run that was made."""

    run_id = whole(low=1, required=True)
    name = fields.String(required=True)


class LeftOutView(Schema):
    """What did not come along, and why."""

    name = fields.String(required=True)
    reason = fields.String(required=True)


class ImportView(Schema):
    """An import: ``done`` of ``total`` runs of the file were seen to, null before it is open.

    ``error`` says why it failed; runs that were made before stay.
    """

    id = whole(low=1, required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    name = fields.String(required=True)
    owner_id = whole(low=1, required=True)
    visibility = fields.String(required=True, validate=validate.OneOf(VISIBILITIES))
    size_bytes = whole(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    total = whole(required=True, allow_none=True)
    done = whole(required=True)
    num_imported = whole(required=True)
    num_skipped = whole(required=True)
    error = fields.String(required=True, allow_none=True)
    created_at = moment(required=True)
    finished_at = moment(required=True, allow_none=True)


class ImportReportView(ImportView):
    """An import with the runs that were made, and what did not come along: a page of each."""

    imported = fields.List(fields.Nested(ImportedRunView), required=True)
    skipped = fields.List(fields.Nested(LeftOutView), required=True)

    @pre_dump
    def _flat(self, report: ImportReport, **_: Any) -> dict[str, Any]:
        about = {name: getattr(report.about, name) for name in ImportView().fields}
        return {**about, "imported": report.imported, "skipped": report.skipped}


class ImportList(Schema):
    """One page of imports, the newest first."""

    items = fields.List(fields.Nested(ImportView), required=True)
    total = whole(required=True)
    limit = whole(required=True)
    offset = whole(required=True)


class OutcomesQuery(PageQuery):
    """Which part of an import's outcomes to answer, of both lists."""

    limit = whole(1000, low=1, high=1000)
