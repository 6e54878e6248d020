"""What the routes of imported ratings take and answer."""

from typing import Any

from marshmallow import Schema, fields, pre_dump, validate

from app.http.schemas import StrictSchema, whole
from app.models.run import VISIBILITIES
from blueprints.benchmarks.schemas_start import MARGIN
from services.benchmarks.imported.create import RatingsPreview
from services.benchmarks.runs.types import DEFAULT_MARGIN

MAX_MAPPING = 100_000  # characters


class RatingsFields(StrictSchema):
    """What a file's samples are and how the run is called.

    ``mapping`` is a JSON object: the field of each role (``persona``, ``trait``, ``order``,
    ``rating`` or ``text``, …) or a constant such as ``=in``, ``attributes`` of the person,
    ``values`` for words that are called otherwise here, ``shown`` for the attributes that prompts
    showed, ``lenient``. Without it the file's metadata counts (``benchmark_mapping``), else what
    the fields' names suggest. With ``dataset_id`` the persons are those of a data set.
    """

    mapping = fields.String(load_default=None, validate=validate.Length(1, MAX_MAPPING))
    name = fields.String(load_default=None, validate=validate.Length(1, 200))
    model_name = fields.String(load_default=None, validate=validate.Length(1, 200))
    visibility = fields.String(load_default="private", validate=validate.OneOf(VISIBILITIES))
    language = fields.String(load_default=None, validate=validate.OneOf(("en", "de")))
    dataset_id = whole(None, low=1, allow_none=True)
    equivalence_margin = fields.Float(load_default=DEFAULT_MARGIN, validate=MARGIN)
    skip_faults = fields.Boolean(load_default=False)
    again = fields.Boolean(load_default=False)


class RatingsForm(RatingsFields):
    """A file of ratings with what its samples are."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class SampleFieldView(Schema):
    """A field of the samples: how many have a value there, and different ones of them."""

    name = fields.String(required=True)
    count = whole(required=True)
    examples = fields.List(fields.String(), required=True)


class UnmappedView(Schema):
    """Samples that are no items: at which role, why, and how many."""

    field = fields.String(required=True)
    cause = fields.String(required=True)
    count = whole(required=True)


class UnusedFieldView(Schema):
    """A field without a role, and how many samples have a value there."""

    name = fields.String(required=True)
    count = whole(required=True)


class MappingProblemView(Schema):
    """What the mapping lacks: at which field of it, and what would be right."""

    field = fields.String(required=True)
    detail = fields.String(required=True)


class RatingsPreviewView(Schema):
    """What would come of a file; nothing is stored.

    ``problem`` says what the mapping lacks: then all counts are 0. ``mapping_from`` is given, file
    or names. ``groups`` are persons per group of each attribute that counts as shown. ``left`` are
    samples that are no items, ``faults`` the same sample by sample, ``left_of_file`` and ``unused``
    what else of the file is not kept. ``earlier`` is the run that the very file is already.
    """

    name = fields.String(required=True)
    model_name = fields.String(required=True)
    sha256 = fields.String(required=True)
    task = fields.String(required=True, allow_none=True)
    tool = fields.String(required=True, allow_none=True)
    fields_ = fields.List(fields.Nested(SampleFieldView), required=True, data_key="fields")
    mapping = fields.Dict(required=True)
    mapping_from = fields.String(required=True, validate=validate.OneOf(("given", "file", "names")))
    problem = fields.Nested(MappingProblemView, required=True, allow_none=True)
    num_samples = whole(required=True)
    num_items = whole(required=True)
    num_ratings = whole(required=True)
    num_personas = whole(required=True)
    failures = fields.Dict(keys=fields.String(), values=whole(), required=True)
    orders = fields.Dict(keys=fields.String(), values=whole(), required=True)
    models = fields.Dict(keys=fields.String(), values=whole(), required=True)
    traits = fields.List(fields.String(), required=True)
    new_traits = fields.List(fields.String(), required=True)
    groups = fields.Dict(
        keys=fields.String(),
        values=fields.Dict(keys=fields.String(), values=whole()),
        required=True,
    )
    shown = fields.List(fields.String(), required=True)
    dataset = fields.String(required=True, allow_none=True)
    earlier = whole(required=True, allow_none=True)
    left = fields.List(fields.Nested(UnmappedView), required=True)
    faults = fields.Dict(keys=fields.String(), values=fields.List(fields.String()), required=True)
    unused = fields.List(fields.Nested(UnusedFieldView), required=True)
    left_of_file = fields.Dict(keys=fields.String(), values=whole(), required=True)

    @pre_dump
    def _flat(self, preview: RatingsPreview, **_: Any) -> dict[str, Any]:
        summary = preview.summary
        counts = {name: summary.get(name, 0) for name in ("num_items", "num_ratings")}
        by_name = {
            name: summary.get(name, {}) for name in ("failures", "orders", "models", "faults")
        }
        return {
            **summary,
            **counts,
            **by_name,
            "fields_": summary["fields"],
            "num_personas": len(summary.get("people", ())),
            "left": summary.get("left", []),
            "unused": summary.get("unused", []),
            "shown": preview.shown,
            **{
                name: getattr(preview, name)
                for name in (
                    "name", "model_name", "sha256", "traits", "new_traits", "groups", "dataset",
                    "earlier",
                )
            },
        }  # fmt: skip


class RatingsImportedView(Schema):
    """The run that was made."""

    ok = fields.Boolean(required=True)
    run_id = whole(low=1, required=True)
