"""Files of schedules on the wire."""

from marshmallow import Schema, fields, validate

from app.http.schemas import StrictSchema, whole

MAX_FILE = 400_000  # characters: below what a body may have


class ScheduleFileQuery(StrictSchema):
    """Whose schedules, by e-mail address: your own unless you are an admin."""

    owner = fields.String(load_default=None, validate=validate.Length(3, 320))


class ScheduleFileBody(StrictSchema):
    """A file in YAML, as it is exported; a dry run, which is the default, only plans.

    ``prune`` archives what the owners in the file have beside it.
    """

    file = fields.String(required=True, validate=validate.Length(1, MAX_FILE))
    dry_run = fields.Boolean(load_default=True)
    prune = fields.Boolean(load_default=False)


class ScheduleFileChangeView(Schema):
    """What becomes of a schedule: created, changed, archived or unchanged.

    ``diff`` has by field what was and what is.
    """

    action = fields.String(required=True)
    owner = fields.String(required=True)
    name = fields.String(required=True)
    diff = fields.Dict(
        keys=fields.String(), values=fields.List(fields.Raw(allow_none=True)), required=True
    )


class ScheduleFilePlan(Schema):
    """What applying a file does, or in a dry run would do; ``counts`` are by action."""

    dry_run = fields.Boolean(required=True)
    changes = fields.List(fields.Nested(ScheduleFileChangeView), required=True)
    counts = fields.Dict(keys=fields.String(), values=whole(low=0), required=True)
