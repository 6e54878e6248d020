"""What the routes of sessions take and answer, in the words of their contract."""

from typing import Any

from marshmallow import Schema, fields, pre_load, validate

from app.http.schemas import StrictSchema, moment, whole
from blueprints.forecasting.files_on_wire import file_objects


class ContractSchema(Schema):
    """An answer; ``success`` is true in all of them."""

    success = fields.Constant(True, dump_only=True, metadata={"type": "boolean"})
    message: fields.Field[Any] = fields.String()


def _said(sentence: str) -> fields.Field[Any]:
    return fields.Constant(sentence, dump_only=True, metadata={"type": "string"})


class SessionBody(StrictSchema):
    """The session that a request is about; ``session_id`` is another spelling."""

    sessionId = fields.Raw(required=True, allow_none=True, metadata={"type": "string"})

    @pre_load
    def _spelled(self, values: Any, **_: Any) -> Any:
        if isinstance(values, dict) and "session_id" in values and "sessionId" not in values:
            return {("sessionId" if k == "session_id" else k): v for k, v in values.items()}
        return values


class SettingsBody(SessionBody):
    """A session, and its calendar and time steps if they are said."""

    timeInfo = fields.Raw(allow_none=True, metadata={"type": "object"})
    zeitschritte = fields.Raw(allow_none=True, metadata={"type": "object"})


class NewSessionBody(SettingsBody):
    """A new session as our pages create it."""

    sessionName = fields.Raw(load_default=None, allow_none=True, metadata={"type": "string"})


class SampleBody(StrictSchema):
    """Which sample: load (a made-up building) or carbon (measured at Mauna Loa)."""

    sample = fields.Raw(load_default="load", allow_none=True, metadata={"type": "string"})
    sessionName = fields.Raw(load_default=None, allow_none=True, metadata={"type": "string"})


class NamedBody(SessionBody):
    """A session and its name."""

    sessionName = fields.Raw(load_default=None, allow_none=True, metadata={"type": "string"})


class TimeInfoBody(SessionBody):
    """The calendar of a session."""

    timeInfo = fields.Raw(required=True, allow_none=True, metadata={"type": "object"})


class TimeStepsBody(SessionBody):
    """The time steps of a session."""

    zeitschritte = fields.Raw(required=True, allow_none=True, metadata={"type": "object"})


class TimeStepsOnlyBody(StrictSchema):
    """The time steps of the session in the address."""

    zeitschritte = fields.Raw(required=True, allow_none=True, metadata={"type": "object"})


class DeleteAllBody(StrictSchema):
    """Everything goes only where this is true."""

    confirm_delete_all = fields.Raw(
        load_default=None, allow_none=True, metadata={"type": "boolean"}
    )


class DeleteAllForm(Schema):
    """The same in a form."""

    confirm_delete_all = fields.String(required=True, validate=validate.OneOf(("true",)))


class SessionListQuery(StrictSchema):
    """How many of the newest sessions."""

    limit = whole(50, low=1, high=1000)
    offset = whole(0)


class SessionAnswer(ContractSchema):
    """Which session it was."""

    message = _said("The session is saved.")
    sessionId = fields.String(attribute="wire_id")


class SampleAnswer(SessionAnswer):
    """A session that can be trained at once, and what to train it with."""

    models = fields.List(fields.Dict())
    training_split = fields.Dict()


class FinalizedAnswer(SessionAnswer):
    """What a session holds."""

    message = _said("The session is finalized.")
    n_dat = whole(required=True, allow_none=True)
    file_count = whole(required=True)


class UuidAnswer(ContractSchema):
    """The server's name of a session."""

    message = _said("The session is there under both names.")
    sessionUuid = fields.String(attribute="uuid")


class FileInfo(Schema):
    """A series in a list of sessions."""

    id = fields.String(attribute="uuid")
    type = fields.String(attribute="direction", validate=validate.OneOf(("input", "output")))
    file_name = fields.String()
    bezeichnung = fields.String(attribute="label")


class ListedSession(Schema):
    """One session of a list."""

    sessionId = fields.String(attribute="session.wire_id")
    sessionName = fields.String(attribute="session.name", allow_none=True)
    createdAt = moment(attribute="session.created_at")
    lastUpdated = moment(attribute="session.updated_at")
    finalized = fields.Boolean()
    fileCount = whole(attribute="file_count")
    nDat = whole(attribute="session.n_dat", allow_none=True)
    zeitschritteCount = whole(attribute="time_steps_count")
    timeInfoCount = whole(attribute="time_info_count")
    filesInfo = fields.List(fields.Nested(FileInfo), attribute="files")
    modelCount = whole(attribute="model_count")
    bestSkill = fields.Float(attribute="best_skill", allow_none=True)
    id = whole(attribute="session.id", low=1)
    status = fields.String()
    ownerId = whole(attribute="session.owner_id")


class SessionListAnswer(ContractSchema):
    """The newest sessions, and how many there are."""

    sessions = fields.List(fields.Nested(ListedSession))
    total_count = whole()


class StoredFile(Schema):
    """A file of a session as a folder would show it."""

    fileName = fields.String(attribute="file_name")
    size = whole(attribute="size_bytes")
    createdAt = moment(attribute="created_at")


class FolderView(Schema):
    """A session with its files by name."""

    sessionId = fields.String(attribute="session.wire_id")
    files = fields.List(fields.Nested(StoredFile))
    timeInfo = fields.Raw(attribute="time_info")
    zeitschritte = fields.Raw(attribute="time_steps")
    finalized = fields.Boolean()
    n_dat = whole(attribute="session.n_dat", allow_none=True)
    file_count = whole(attribute="file_count")
    createdAt = moment(attribute="session.created_at")
    lastUpdated = moment(attribute="session.updated_at")


class FolderAnswer(ContractSchema):
    """One session, by its files."""

    session = fields.Nested(FolderView)


class DatabaseView(Schema):
    """A session with everything that is stored of it."""

    sessionId = fields.String(attribute="session.wire_id")
    sessionName = fields.String(attribute="session.name", allow_none=True)
    databaseSessionId = fields.String(attribute="session.uuid")
    n_dat = whole(attribute="session.n_dat", allow_none=True)
    finalized = fields.Boolean()
    file_count = whole(attribute="file_count")
    files = fields.Function(
        lambda overview: file_objects(overview.files),
        metadata={"type": "array", "items": {"type": "object"}},
    )
    timeInfo = fields.Raw(attribute="time_info")
    zeitschritte = fields.Raw(attribute="time_steps")
    createdAt = moment(attribute="session.created_at")
    updatedAt = moment(attribute="session.updated_at")
    workflow_phase = fields.String(attribute="phase")
    id = whole(attribute="session.id", low=1)
    ownerId = whole(attribute="session.owner_id")
    canEdit = fields.Boolean(attribute="can_edit")
    training_split = fields.Dict(attribute="split")
    prices = fields.Dict()
    hasDatasets = fields.Boolean(attribute="has_datasets")


class DatabaseAnswer(ContractSchema):
    """One session, whole."""

    session = fields.Nested(DatabaseView)


class IncompleteView(Schema):
    """A file on its way; ``missing`` are indices of chunks, null where it comes by tus."""

    uploadId = fields.String(attribute="upload_id")
    fileName = fields.String(attribute="file_name")
    fileType = fields.String(attribute="direction")
    bezeichnung = fields.String(attribute="label", allow_none=True)
    received = whole()
    length = whole(allow_none=True)
    totalChunks = whole(attribute="total_chunks", allow_none=True)
    missing = fields.List(fields.Integer(), attribute="first_missing", allow_none=True)
    missingCount = fields.Integer(attribute="missing_count")


class StatusAnswer(Schema):
    """How far a session is; ``status`` has the contract's words, ``job_status`` ours."""

    session_id = fields.String()
    status = fields.String()
    job_status = fields.String(allow_none=True)
    progress = fields.Float()
    message = fields.String(allow_none=True)
    current_step = fields.String(allow_none=True)
    phase = fields.String(allow_none=True)
    model_name = fields.String(allow_none=True)
    eta_seconds = fields.Float(allow_none=True)
    total_steps = whole(allow_none=True)
    completed_steps = whole(allow_none=True)
    started_at = moment(allow_none=True)
    completed_at = moment(allow_none=True)
    finalized = fields.Boolean()
    incomplete = fields.List(fields.Nested(IncompleteView))


class RenamedData(Schema):
    """A session and its new name."""

    sessionId = fields.String(attribute="wire_id")
    sessionName = fields.String(attribute="name")


class RenamedAnswer(ContractSchema):
    """The renamed session."""

    message = _said("The session is renamed.")
    data = fields.Nested(RenamedData)


class ObjectAnswer(ContractSchema):
    """Settings in the words of the wire; an empty object where none are kept."""

    data = fields.Dict()


class DeletedAnswer(ContractSchema):
    """What is gone; warnings name what the sweep still has to take."""

    warnings = fields.List(fields.String())


class DeletedSummary(Schema):
    """How much is gone; objects and files go with the next sweep."""

    database_records_deleted = whole()
    storage_files_deleted = whole()
    local_directories_deleted = whole()
    local_files_deleted = whole()


class DeletedAllAnswer(DeletedAnswer):
    """All sessions of the caller are gone."""

    summary = fields.Nested(DeletedSummary)
    details = fields.List(fields.String())
