"""What the routes of models take and answer."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.http.schemas import StrictSchema, moment, whole
from app.models.run import VISIBILITIES
from services.benchmarks.domain.addresses import MAX_URL
from services.benchmarks.models.types import NewModel

MAX_KEY_LENGTH = 4000
MAX_PRICE = 1_000_000.0
MAX_GIB = 100_000.0
MAX_COMMAND_LENGTH = 4000
CURRENCY = validate.Regexp(r"^[A-Z]{3}\Z", error="Give the three letters of ISO 4217, such as EUR.")


def _text(most: int, *, least: int = 1, **kwargs: Any) -> fields.String:
    return fields.String(validate=validate.Length(least, most), **kwargs)


def _price(**kwargs: Any) -> fields.Float:
    return fields.Float(validate=validate.Range(0.0, MAX_PRICE), allow_none=True, **kwargs)


def _min_vram(**kwargs: Any) -> fields.Float:
    return fields.Float(validate=validate.Range(0.0, MAX_GIB), allow_none=True, **kwargs)


def _visibility(**kwargs: Any) -> fields.String:
    return fields.String(validate=validate.OneOf(VISIBILITIES), **kwargs)


class BenchmarkModelPatch(StrictSchema):
    """What to change; what is left out stays.

    ``name`` is what the server calls the model. ``api_key`` is stored encrypted and never
    answered; null takes it away. A new server needs its key again. Prices are per million tokens.
    ``min_vram`` is the GPU memory that it needs, in GiB, and ``vllm_serve_cmd`` the command that
    serves it: notes for people, of which nothing is run here.
    """

    name = _text(200)
    base_url = _text(MAX_URL)
    api_key = _text(MAX_KEY_LENGTH, least=0, allow_none=True)
    input_price = _price()
    output_price = _price()
    currency = fields.String(validate=CURRENCY)
    min_vram = _min_vram()
    vllm_serve_cmd = _text(MAX_COMMAND_LENGTH, allow_none=True)
    visibility = _visibility()


class BenchmarkModelBody(BenchmarkModelPatch):
    """A model to be registered, behind a server that speaks OpenAI's protocol.

    ``base_url`` is with or without /v1 at its end, http or https, without a user or a password.
    """

    name = _text(200, required=True)
    base_url = _text(MAX_URL, required=True)

    @post_load
    def new(self, values: dict[str, Any], **_: Any) -> NewModel:
        """Return the use case's own words."""
        return NewModel(**values)


class BenchmarkModelView(Schema):
    """A model; of its key only that there is one."""

    id = whole(low=1, required=True)
    name = fields.String(required=True)
    owner_id = whole(low=1, required=True)
    visibility = _visibility(required=True)
    base_url = fields.String(required=True)
    has_key = fields.Function(
        lambda model: model.key_encrypted is not None,
        required=True,
        metadata={"type": "boolean"},
    )
    input_price = _price(required=True)
    output_price = _price(required=True)
    currency = fields.String(required=True)
    min_vram = _min_vram(required=True)
    vllm_serve_cmd = fields.String(required=True, allow_none=True)
    created_at = moment(required=True)
    updated_at = moment(required=True)


class BenchmarkModelList(Schema):
    """One page of models, by name."""

    items = fields.List(fields.Nested(BenchmarkModelView), required=True)
    total = whole(required=True)
    limit = whole(required=True)
    offset = whole(required=True)
