"""What the routes of datasets take and answer."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.http.schemas import StrictSchema, moment
from app.models.dataset import KINDS
from app.models.run import VISIBILITIES

LONGEST = 200


def _name(**kwargs: Any) -> fields.String:
    return fields.String(validate=validate.Length(1, LONGEST), **kwargs)


class TextList(fields.String):
    """Names in one form field, with commas between."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        text: str = super()._deserialize(value, *args, **kwargs)
        return tuple(name for part in text.split(",") if (name := part.strip()))


class UploadFields(StrictSchema):
    """How to read a file. By default columns are called patientId, Target and filename."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    name = _name(load_default=None)
    visibility = fields.String(load_default="private", validate=validate.OneOf(VISIBILITIES))
    csv_filename = _name(load_default=None)
    patient_column = _name(load_default=None)
    target_column = _name(load_default=None)
    filename_column = _name(load_default=None)
    text_columns = TextList(load_default=())
    duplicate_rows = fields.String(
        load_default="refuse", validate=validate.OneOf(("refuse", "keep"))
    )

    @post_load
    def _as_options(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        values["keep_duplicates"] = values.pop("duplicate_rows") == "keep"
        return values


class UploadForm(UploadFields):
    """A file to make a dataset of, and how to read it.

    By default columns are called patientId, Target and filename.
    """

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class DatasetPatch(StrictSchema):
    """What to change; what is left out stays."""

    name = _name()
    visibility = fields.String(validate=validate.OneOf(VISIBILITIES))


class DatasetView(Schema):
    """One dataset; ``class_distribution`` counts rows by class."""

    id = fields.Integer(required=True)
    slug = fields.String(required=True, allow_none=True)
    name = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    builtin = fields.Function(
        lambda dataset: dataset.slug is not None, required=True, metadata={"type": "boolean"}
    )
    owner_id = fields.Integer(required=True, allow_none=True)
    visibility = fields.String(required=True, validate=validate.OneOf(VISIBILITIES))
    num_rows = fields.Integer(required=True)
    num_patients = fields.Integer(required=True)
    num_features = fields.Integer(required=True)
    image_shape = fields.List(fields.Integer(), required=True, allow_none=True)
    classes = fields.List(fields.String(), required=True)
    class_distribution = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    columns = fields.List(fields.String(), required=True)
    size_bytes = fields.Integer(required=True)
    sha256 = fields.String(required=True)
    created_at = moment(required=True)


class DatasetList(Schema):
    """One page of datasets: built-ins first, then the newest."""

    items = fields.List(fields.Nested(DatasetView), required=True)
    total = fields.Integer(required=True)
    limit = fields.Integer(required=True)
    offset = fields.Integer(required=True)
