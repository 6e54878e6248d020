"""A federation that somebody thinks about, before there is a run."""

from typing import Any

from marshmallow import fields, post_load

from app.http.schemas import StrictSchema
from blueprints.config.settings import TrainingSettings
from blueprints.experiments.schemas import DatasetField
from services.runs.federated.skew import SkewRequest


class SkewBody(StrictSchema):
    """Which data, shared out how: config holds only what differs from your own defaults."""

    dataset = DatasetField(
        required=True,
    )
    config = fields.Nested(TrainingSettings, load_default=dict)

    @post_load
    def request(self, values: dict[str, Any], **_: Any) -> SkewRequest:
        """Return the use case's own words."""
        return SkewRequest(**values)
