"""What the routes of a session's files take and answer."""

from typing import Any

from marshmallow import INCLUDE, Schema, fields, validate

from app.http.schemas import StrictSchema
from app.models.forecasting import DIRECTIONS
from blueprints.forecasting.schemas import ContractSchema, SessionBody
from blueprints.uploads.hand_over import upload_id_field
from services.tabular.options import MAX_COLUMN


class FilesQuery(StrictSchema):
    """Only the inputs, or only the outputs."""

    type = fields.String(load_default=None, validate=validate.OneOf(DIRECTIONS))


class FileListAnswer(ContractSchema):
    """The files of a session in the fields of the contract, and what was read in them."""

    data = fields.List(fields.Dict())


class NewFileData(Schema):
    """The id of the first series of a file, and of all of them."""

    id = fields.String()
    ids = fields.List(fields.String())
    status = fields.String()
    message = fields.String()


class NewFileAnswer(ContractSchema):
    """A file that was taken into a session."""

    data = fields.Nested(NewFileData)


class FileBody(SessionBody):
    """A file that is announced: its bytes follow in chunks."""

    fileData = fields.Dict(required=True)


class SessionFileForm(Schema):
    """A file with its fields beside it; further fields are those of a file in either spelling."""

    class Meta:
        """Fields of a file are checked by the use case."""

        unknown = INCLUDE

    file = fields.Raw(metadata={"type": "string", "format": "binary"})
    upload_id = upload_id_field()
    sessionId = fields.String(required=True)
    type = fields.String(required=True, validate=validate.OneOf(DIRECTIONS))
    bezeichnung = fields.String()
    fileName = fields.String()


class InstantForm(Schema):
    """A whole file, what it is, and its SHA-256; an ``upload_id`` may stand for the file."""

    file = fields.Raw(metadata={"type": "string", "format": "binary"})
    upload_id = upload_id_field()
    sessionId = fields.String(required=True)
    fileType = fields.String(required=True, validate=validate.OneOf(DIRECTIONS))
    fileMetadata = fields.String(metadata={"description": "The fields of the file, in JSON."})
    fileHash = fields.String()


class ChunkForm(Schema):
    """One chunk of a file; further fields and the query are merged into ``additionalData``."""

    chunk = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})
    metadata = fields.String(
        required=True,
        metadata={
            "description": "JSON: chunkIndex from 0, totalChunks, fileName, sessionId, fileType, "
            "and if you like fileHash (SHA-256 of the whole) and uploadId."
        },
    )
    additionalData = fields.String(
        metadata={"description": "JSON: fileMetadata with the fields of the file, timeInfo, ..."}
    )


class ChunkAnswer(ContractSchema):
    """What of the file is here: the first ``missing`` indices; ``data`` once all of it is."""

    uploadId = fields.String()
    complete = fields.Boolean()
    missing = fields.List(fields.Integer())
    missingCount = fields.Integer()
    data = fields.Nested(NewFileData)


class ChangesBody(Schema):
    """Fields of a file to set; at least one of the known ones."""

    class Meta:
        """Unknown fields are left out by the use case, as the contract has it."""

        unknown = INCLUDE


class ChosenSeries(StrictSchema):
    """A series of a file and what it becomes: a column of a table, or one that has a name."""

    type = fields.String(required=True, validate=validate.OneOf(DIRECTIONS))
    column = fields.Integer(strict=True, validate=validate.Range(1, MAX_COLUMN))
    name = fields.String(validate=validate.Length(1, 500))


class ChosenSeriesBody(StrictSchema):
    """Every series that the session is to have of a file."""

    series = fields.List(fields.Nested(ChosenSeries), required=True)


class AppendForm(Schema):
    """A file with further rows of a series, and what becomes of other values in an overlap."""

    file = fields.Raw(metadata={"type": "string", "format": "binary"})
    upload_id = upload_id_field()
    fileName = fields.String()
    overlap = fields.String(
        validate=validate.OneOf(("old", "new")),
        metadata={"description": "Whose value counts where both have another one."},
    )


class OverlapExample(Schema):
    """A time at which both files have a number, and not the same."""

    series = fields.String()
    time = fields.String()
    old = fields.Float()
    new = fields.Float()


class OverlapView(Schema):
    """How many rows are new, have a time that is here already, differ in a value, or fill one."""

    new = fields.Integer()
    overlapping = fields.Integer()
    differing = fields.Integer()
    filled = fields.Integer()
    examples = fields.List(fields.Nested(OverlapExample))


class AppendAnswer(ContractSchema):
    """The series after its new rows; where ``applied`` is false, say old or new in ``overlap``."""

    applied = fields.Boolean()
    known = fields.Boolean()
    overlap = fields.Nested(OverlapView)
    data = fields.Dict()


class FileAnswer(ContractSchema):
    """A file after a change."""

    data = fields.Dict()


def message_of(count: int) -> dict[str, Any]:
    """Return the answer of a list, with a sentence where it is empty."""
    return {} if count else {"message": "This session has no files yet."}
