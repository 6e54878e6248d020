"""What the routes of weights take and answer."""

from marshmallow import Schema, fields, validate

from app.http.schemas import StrictSchema, moment, whole
from app.models.run import VISIBILITIES
from blueprints.uploads.hand_over import upload_id_field


class WeightsFields(StrictSchema):
    """What weights are called and who sees them; by default the file gives the name."""

    name = fields.String(load_default=None, validate=validate.Length(1, 200))
    visibility = fields.String(load_default="private", validate=validate.OneOf(VISIBILITIES))
    upload_id = upload_id_field()


class WeightsForm(WeightsFields):
    """A safetensors file of trained weights: sent with the form, or a finished upload."""

    file = fields.Raw(metadata={"type": "string", "format": "binary"})


class WeightsView(Schema):
    """Trained weights that a run can start from."""

    id = whole(low=1, required=True)
    name = fields.String(required=True)
    owner_id = whole(low=1, required=True)
    visibility = fields.String(required=True, validate=validate.OneOf(VISIBILITIES))
    num_tensors = whole(required=True)
    num_parameters = whole(required=True)
    size_bytes = whole(required=True)
    sha256 = fields.String(required=True)
    created_at = moment(required=True)


class WeightsList(Schema):
    """One page of weights, the newest first."""

    items = fields.List(fields.Nested(WeightsView), required=True)
    total = whole(required=True)
    limit = whole(required=True)
    offset = whole(required=True)
