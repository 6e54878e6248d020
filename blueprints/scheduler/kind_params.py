"""The parameters of the scheduler's own kinds."""

from marshmallow import fields

from app.http.schemas import StrictSchema, whole
from services.scheduler.upkeep import EVENT_DAYS, EXECUTION_DAYS


class RetentionSweepParams(StrictSchema):
    """How many days executions and events of schedules stay, from 30 to 365."""

    execution_days = whole(EXECUTION_DAYS, low=30, high=365)
    event_days = whole(EVENT_DAYS, low=30, high=365)
    dry_run = fields.Boolean(load_default=False)


class HealthProbeParams(StrictSchema):
    """A probe takes nothing."""


class CountersRollupParams(StrictSchema):
    """Whether all days are held against the rows, and not only those of last week."""

    everything = fields.Boolean(load_default=False)
