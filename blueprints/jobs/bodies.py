"""What the list of all jobs takes."""

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate

from app.http.schemas import StrictSchema, moment, whole
from app.jobs.states import ALL_STATES
from blueprints.jobs.schemas import CODES
from blueprints.scheduler.schemas_bulk import OrderBody, words
from blueprints.scheduler.schemas_fields import WordList
from services.jobs.bulk import CANCEL, RETRY, JobOrder
from services.jobs.suggest import FIELDS
from services.jobs.types import JOB_SOURCES, JobQuery

MAX_IDS_SHOWN = 200


class _IdList(WordList):
    """Ids with commas between."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        texts = super()._deserialize(value, *args, **kwargs)
        if any(not (one.isascii() and one.isdigit() and len(one) < 19) for one in texts):
            raise ValidationError("Give whole numbers with commas between.")
        if len(texts) > MAX_IDS_SHOWN:
            raise ValidationError(f"Give at most {MAX_IDS_SHOWN} ids.")
        return tuple(int(one) for one in texts)


class _JobFields(StrictSchema):
    """The filters that are one value each."""

    subject = fields.String(validate=validate.Length(1, 100))
    owner_id = whole(low=1)
    schedule_id = whole(low=1)
    worker = fields.String(validate=validate.Length(1, 200))
    q = fields.String(validate=validate.Length(1, 200))
    since = moment()
    until = moment()


class JobListQuery(_JobFields):
    """Which jobs; lists are with commas between. ``since`` and ``until`` are of creation.

    ``q`` is a number, what a job is about such as run:7, or a part of a name or a kind. ``worker``
    is how the worker's name begins. ``after`` is the ``next`` of the page before.
    """

    limit = whole(50, low=1, high=200)
    after = whole(None, low=1)
    ids = _IdList()
    state = WordList(ALL_STATES)
    kind = WordList()
    queue = WordList()
    source = WordList(JOB_SOURCES)
    error_code = WordList(CODES)

    @post_load
    def _made(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        page = {name: values.pop(name) for name in ("limit", "after")}
        return {"query": JobQuery(**values), **page}


class JobFilterBody(_JobFields):
    """The filters of the list of jobs, with lists as lists."""

    state = words(ALL_STATES)
    kind = words()
    queue = words()
    source = words(JOB_SOURCES)
    error_code = words(CODES)


class JobOrderBody(OrderBody):
    """An order to jobs: those of ``ids``, or all that match a filter, on all pages.

    A dry run, which is the default, answers what would be changed.
    """

    action = fields.String(required=True, validate=validate.OneOf([CANCEL, RETRY]))
    filter = fields.Nested(JobFilterBody)

    @post_load
    def _order(self, values: dict[str, Any], **_: Any) -> JobOrder:
        query = JobQuery(**self._query(values))
        return JobOrder(**values, query=query)


class JobSuggestQuery(StrictSchema):
    """For which filter, and what stands in it so far."""

    field = fields.String(required=True, validate=validate.OneOf(list(FIELDS)))
    q = fields.String(load_default="", validate=validate.Length(0, 100))

    @post_load
    def _made(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"field": values["field"], "text": values["q"]}
