"""What is known of a file while it is still being sent."""

from typing import Any

from marshmallow import Schema, fields

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import fails, returns
from app.http.gate import current_actor
from app.http.resources import resources
from app.http.slots import slots
from app.http.threads import run_in_thread
from blueprints.forecasting.reader import early_reader
from blueprints.forecasting.schemas import ContractSchema
from blueprints.uploads.store import upload_store
from services.forecasting.files.early import EarlyReading, read_early

early = ApiBlueprint("forecasting_early", __name__, url_prefix="/api/training")
AT_ONCE = 1  # those that are whole come first


class EarlySeries(Schema):
    """A series so far: its name, its statistics as a file has them, and its picture."""

    name = fields.String()
    fields_ = fields.Dict(data_key="fields")


class EarlyAnswer(ContractSchema):
    """What the first ``read`` bytes say, of ``received`` that are here and ``length`` in all.

    Of a file in chunks, those before the first missing one are read; its ``length`` is null.
    Before the first whole line ``status`` is "waiting" and there are no series.
    """

    received = fields.Integer()
    length = fields.Integer(allow_none=True)
    read = fields.Integer()
    status = fields.String()
    reading = fields.Dict()
    series = fields.List(fields.Nested(EarlySeries))


@early.get("/uploads/<upload_id>/reading")
@returns(EarlyAnswer())
@fails({
    400: "What is here so far cannot be read.",
    404: "There is no such upload of yours.",
    410: "The upload has expired.",
})  # fmt: skip
async def show_early_reading(upload_id: str) -> dict[str, Any]:
    """Return a preview and statistics of a file of series that is still being sent."""
    folder = resources().settings.home / "tmp"
    async with slots("early_reading", AT_ONCE):
        so_far = await run_in_thread(
            read_early, upload_store(), current_actor(), upload_id, folder, early_reader()
        )
    return _shown(so_far)


def _shown(so_far: EarlyReading) -> dict[str, Any]:
    reading = so_far.reading
    counts = {"received": so_far.received, "length": so_far.length, "read": so_far.read}
    if reading is None:
        return {**counts, "status": "waiting", "reading": {}, "series": []}
    return {
        **counts,
        "status": reading.status,
        "reading": reading.report,
        "series": [
            {"name": name, "fields_": dict(statistics)}
            for name, statistics in zip(reading.names, reading.statistics, strict=True)
        ],
    }
