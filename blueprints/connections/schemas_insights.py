"""What bringing the schedules of connections in line answers."""

from marshmallow import Schema, fields

from app.http.schemas import moment, whole


class InsightTasksMade(Schema):
    """The schedules that were made for a person."""

    success = fields.Boolean(required=True)
    user_id = fields.String(required=True)
    created = whole(required=True)
    schedule_ids = fields.List(whole(low=1), required=True)


class InsightsReconciled(Schema):
    """Connections, and what of their schedules was made, was there, was refused and went.

    ``auditable`` connections have a schedule that refreshes them.
    """

    connected = whole(required=True)
    created = whole(required=True)
    skipped = whole(required=True)
    failures = whole(required=True)
    auditable = whole(required=True)
    archived = whole(required=True)
    reconciled_at = moment(required=True)
