"""What the routes of queues take and answer."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from app.errors import Invalid
from app.http.blueprint import load
from app.http.schemas import PageQuery, StrictSchema, moment, whole
from app.models.benchmark_queue import ENTRY_STATUSES, ENTRY_TYPES
from app.models.run import VISIBILITIES
from blueprints.benchmarks.schemas_generations import AttrGenBody
from blueprints.benchmarks.schemas_personas import BuildBody
from blueprints.benchmarks.schemas_start import StartBody
from services.benchmarks.queue.types import (
    ANALYSIS,
    ATTRGEN,
    BENCHMARK,
    BUILDS,
    NewEntry,
    QueuedAnalysis,
    Request,
)
from services.benchmarks.runs.types import BenchmarkResume


class AnalysisConfig(StrictSchema):
    """The run whose tables to compute; left out where the entry depends on one that starts it."""

    run_id = whole(None, low=1, allow_none=True)

    @post_load
    def analysis(self, values: dict[str, Any], **_: Any) -> QueuedAnalysis:
        """Return the use case's own words."""
        return QueuedAnalysis(**values)


class QueuedStartBody(StartBody):
    """A run that starts at its turn; the data set is left out where an entry before makes it."""

    dataset_id = whole(None, low=1, allow_none=True)

    @validates_schema
    def named(self, values: dict[str, Any], **_: Any) -> None:
        """Require the model of a run that begins."""
        if "model_name" not in values and values.get("resume_run_id") is None:
            raise ValidationError({"model_name": ["Missing data for required field."]})


class QueuedAttrGenBody(AttrGenBody):
    """Texts that are written at their turn; the data set as in QueuedStartBody."""

    dataset_id = whole(None, low=1, allow_none=True)


CONFIGS: Mapping[str, Schema] = {
    BENCHMARK: QueuedStartBody(),
    ATTRGEN: QueuedAttrGenBody(),
    ANALYSIS: AnalysisConfig(),
    **{kind: BuildBody() for kind in BUILDS},
}


class QueueEntryBody(StrictSchema):
    """Something to be done at its turn, with the config that its own route takes.

    benchmark: that of /start, attrgen: that of /attrgen/start, pool_gen and balanced_gen: that of
    /datasets/build without a kind, analysis: the run whose tables to compute. ``depends_on`` is an
    entry that must be done before, and fills in what it became: a build ``dataset_id`` of a
    benchmark or an attrgen and ``source_id`` of a balanced_gen, an attrgen ``attrgen_run_id`` and
    ``dataset_id`` of a benchmark, a benchmark ``run_id`` of an analysis.
    """

    type = fields.String(required=True, validate=validate.OneOf(ENTRY_TYPES))
    config = fields.Dict(keys=fields.String(), load_default=dict)
    label = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 200))
    depends_on = whole(None, low=1, allow_none=True)

    @post_load
    def entry(self, values: dict[str, Any], **_: Any) -> NewEntry:
        """Return the use case's own words; the config is checked as that of its route."""
        config = values.pop("config")
        return NewEntry(**values, request=_request(values["type"], config))


def _request(kind: str, config: dict[str, Any]) -> Request:
    if kind in BUILDS:
        config = {"kind": BUILDS[kind]} | config
    try:
        request = load(CONFIGS[kind], config, "config")
    except Invalid as refused:
        errors = {f"config.{name}": said for name, said in refused.errors.items()}
        raise Invalid(refused.detail, errors=errors) from None
    if isinstance(request, BenchmarkResume):
        raise _wrong("resume_run_id", "An entry starts a run: resume that one at its own route.")
    if kind in BUILDS and request.kind != BUILDS[kind]:
        raise _wrong("kind", f"{request.kind} is not what {kind} builds: leave kind out.")
    return request  # type: ignore[no-any-return]


def _wrong(field: str, detail: str) -> Invalid:
    return Invalid(detail, errors={f"config.{field}": [detail]})


class RetryBody(StrictSchema):
    """With ``delete_results`` what the entry became is deleted, and it begins again."""

    delete_results = fields.Boolean(load_default=False)


class QueueListQuery(PageQuery):
    """Which entries: all of them, or those of one status."""

    status = fields.String(load_default=None, validate=validate.OneOf(ENTRY_STATUSES))


class QueueEntryView(Schema):
    """An entry. ``result_id`` is what it became, of ``result_type``.

    ``progress`` (0 to 1), ``message`` and ``state`` are those of the job of a running one.
    """

    id = whole(low=1, required=True, attribute="row.id")
    owner_id = whole(low=1, required=True, attribute="row.owner_id")
    visibility = fields.String(
        required=True, attribute="row.visibility", validate=validate.OneOf(VISIBILITIES)
    )
    type = fields.String(required=True, attribute="row.type", validate=validate.OneOf(ENTRY_TYPES))
    status = fields.String(
        required=True, attribute="row.status", validate=validate.OneOf(ENTRY_STATUSES)
    )
    position = whole(required=True, attribute="row.position")
    label = fields.String(required=True, attribute="row.label")
    config = fields.Dict(required=True, attribute="row.config")
    depends_on = whole(low=1, required=True, allow_none=True, attribute="row.depends_on")
    result_type = fields.String(required=True)
    result_id = whole(low=1, required=True, allow_none=True, attribute="row.result_id")
    error = fields.String(required=True, allow_none=True, attribute="row.error")
    progress = fields.Float(required=True, allow_none=True)
    message = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, allow_none=True)
    can_edit = fields.Boolean(required=True)
    created_at = moment(required=True, attribute="row.created_at")
    started_at = moment(required=True, allow_none=True, attribute="row.started_at")
    finished_at = moment(required=True, allow_none=True, attribute="row.finished_at")


class QueuePage(Schema):
    """One page of entries in their order; those that are over come last."""

    items = fields.List(fields.Nested(QueueEntryView), required=True)
    total = whole(required=True)
    limit = whole(required=True)
    offset = whole(required=True)


class QueueStatsView(Schema):
    """Whether entries begin, how many there are by status, which one runs and which is next."""

    is_started = fields.Boolean(required=True)
    is_paused = fields.Boolean(required=True)
    counts = fields.Dict(keys=fields.String(), values=whole(), required=True)
    running = fields.Nested(QueueEntryView, required=True, allow_none=True)
    next_id = whole(low=1, required=True, allow_none=True)
