"""What the routes of datasets take and answer."""

import dataclasses
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from app import strict_json
from app.http.schemas import StrictSchema, moment, whole
from app.models.dataset import KINDS, Dataset
from app.models.run import VISIBILITIES
from blueprints.uploads.hand_over import upload_id_field
from services.datasets.types import (
    CENSORED_CHOICES,
    DECIMALS,
    EVERY,
    MISSING_CHOICES,
    ROLES,
    ReaderOptions,
)

MAX_NAME_LENGTH = 200


def _name(**kwargs: Any) -> fields.String:
    return fields.String(validate=validate.Length(1, MAX_NAME_LENGTH), **kwargs)


def _patient_column(**kwargs: Any) -> fields.String:
    about = "Empty where no column is of patients, whatever it is called."
    return fields.String(
        validate=validate.Length(0, MAX_NAME_LENGTH), metadata={"description": about}, **kwargs
    )


def _names_of_json(text: str) -> tuple[str, ...]:
    try:
        names = strict_json.loads(text)
    except ValueError:
        names = None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValidationError("Give names with commas between, or a JSON list of names.")
    return tuple(names)


class TextList(fields.String):
    """Names in one form field, with commas between; or a JSON list, for names with commas."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        text: str = super()._deserialize(value, *args, **kwargs)
        if text.lstrip().startswith("["):
            return _names_of_json(text)
        return tuple(name for part in text.split(",") if (name := part.strip()))


class NumberList(fields.String):
    """Numbers in one form field, as a JSON list."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        text: str = super()._deserialize(value, *args, **kwargs)
        try:
            numbers = strict_json.loads(text)
        except ValueError:
            numbers = None
        if not isinstance(numbers, list) or not all(type(one) in (int, float) for one in numbers):
            raise ValidationError("Give a JSON list of rising numbers, such as [7, 10].")
        return tuple(numbers)


class ChoiceByColumn(fields.String):
    """One choice for every column, or a JSON object with a choice for each column it names."""

    def __init__(self, choices: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._choices = choices

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        text: str = super()._deserialize(value, *args, **kwargs).strip()
        by_column = _object_of_json(text) if text.startswith("{") else {EVERY: text}
        for column, choice in by_column.items():
            if choice not in self._choices:
                where = "" if column == EVERY else f" for column '{column}'"
                known = ", ".join(self._choices)
                raise ValidationError(f"'{choice}'{where} is no choice. Give {known}.")
        return by_column


def _object_of_json(text: str) -> dict[str, Any]:
    try:
        content = strict_json.loads(text)
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise ValidationError("Give one choice, or a JSON object with a choice for each column.")
    return content


class UploadFields(StrictSchema):
    """How to read a file or a finished upload.

    By default columns are called patientId, Target and filename.
    Names in ``text_columns`` and ``ignored_columns`` are separated by commas, or a JSON list.
    ``missing_rows`` says what happens to rows in which the target, the patient or a feature is
    missing (empty, NA, null, ?): they are refused by row, dropped and counted, or, with keep,
    labels such as NA are values of their own.
    Text columns named in ``category_columns`` are learned from, with one input for each category.
    ``missing_features`` is what is done with missing cells of features, and ``censored`` what cells
    such as <5 count as: one choice for every column, or a JSON object by column (``*`` for the
    rest). ``decimal`` is the mark before decimals, where the file leaves it open.
    ``class_limits`` divides a target of measurements into classes: rising numbers, each of which
    belongs to the class above it.
    """

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    name = _name(load_default=None)
    visibility = fields.String(load_default="private", validate=validate.OneOf(VISIBILITIES))
    upload_id = upload_id_field()
    csv_filename = _name(load_default=None)
    patient_column = _patient_column(load_default=None)
    target_column = _name(load_default=None)
    filename_column = _name(load_default=None)
    text_columns = TextList(load_default=())
    ignored_columns = TextList(load_default=())
    duplicate_rows = fields.String(
        load_default="refuse", validate=validate.OneOf(("refuse", "keep"))
    )
    missing_rows = fields.String(
        load_default="refuse", validate=validate.OneOf(("refuse", "drop", "keep"))
    )
    category_columns = TextList(load_default=())
    missing_features = ChoiceByColumn(MISSING_CHOICES, load_default=dict)
    censored = ChoiceByColumn(CENSORED_CHOICES, load_default=dict)
    decimal = fields.String(load_default=None, validate=validate.OneOf(DECIMALS))
    class_limits = NumberList(load_default=())

    @post_load
    def _as_options(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        values["keep_duplicates"] = values.pop("duplicate_rows") == "keep"
        return values


class UploadForm(UploadFields):
    """A file to make a dataset of, and how to read it.

    By default columns are called patientId, Target and filename.
    """

    file = fields.Raw(metadata={"type": "string", "format": "binary"})


class DatasetPatch(StrictSchema):
    """What to change; what is left out stays."""

    name = _name()
    visibility = fields.String(validate=validate.OneOf(VISIBILITIES))


def _names() -> fields.List[str]:
    return fields.List(_name(), load_default=list)


def _choices(known: tuple[str, ...]) -> fields.Dict:
    choice = fields.String(validate=validate.OneOf(known))
    return fields.Dict(keys=_name(), values=choice, load_default=dict)


class ColumnsBody(StrictSchema):
    """How the columns of a table are to be read, all of it: what is left out has its default.

    The fields are those of the form that uploads the file; ``*`` stands for every column that
    ``missing_features`` and ``censored`` do not name.
    """

    patient_column = _patient_column(load_default=None, allow_none=True)
    target_column = _name(load_default=None, allow_none=True)
    text_columns = _names()
    ignored_columns = _names()
    category_columns = _names()
    missing_features = _choices(MISSING_CHOICES)
    censored = _choices(CENSORED_CHOICES)
    decimal = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(DECIMALS))
    class_limits = fields.List(fields.Float(), load_default=list)
    duplicate_rows = fields.String(
        load_default="refuse", validate=validate.OneOf(("refuse", "keep"))
    )
    missing_rows = fields.String(
        load_default="refuse", validate=validate.OneOf(("refuse", "drop", "keep"))
    )

    @post_load
    def _as_options(self, values: dict[str, Any], **_: Any) -> ReaderOptions:
        values["keep_duplicates"] = values.pop("duplicate_rows") == "keep"
        return ReaderOptions(**values)


class ReadingView(Schema):
    """How the file was read beside the roles of its columns: as ``ColumnsBody`` takes it."""

    missing_features = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    censored = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    decimal = fields.String(required=True, allow_none=True)
    class_limits = fields.List(fields.Float(), required=True)
    duplicate_rows = fields.String(required=True)
    missing_rows = fields.String(required=True)


class ColumnView(Schema):
    """A column of the file: what it is and what it is used for.

    ``missing`` counts cells without a value, ``distinct`` different cells; ``low`` and ``high``
    are the range of a number, ``values`` the different values where they are at most 20, ``counts``
    how often each occurs. ``censored`` counts cells such as <5. ``is_category`` says that a feature
    is learned from by its categories. ``missing_choice`` and ``censored_choice`` say what is done
    with such cells of a feature.
    """

    name = fields.String(required=True)
    type = fields.String(required=True, validate=validate.OneOf(("number", "boolean", "text")))
    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    missing = whole(required=True)
    distinct = whole(required=True)
    low = fields.Float(required=True, allow_none=True)
    high = fields.Float(required=True, allow_none=True)
    values = fields.List(fields.String(), required=True)
    counts = fields.List(whole(), dump_default=list)
    censored = whole(dump_default=0)
    is_category = fields.Boolean(dump_default=False)
    missing_choice = fields.String(
        dump_default=None, allow_none=True, validate=validate.OneOf(MISSING_CHOICES)
    )
    censored_choice = fields.String(
        dump_default=None, allow_none=True, validate=validate.OneOf(CENSORED_CHOICES)
    )


class PreviewFields(UploadFields):
    """How to read the beginning of a file; what is not needed for that is ignored."""


class PreviewForm(PreviewFields):
    """A file, or the first lines of a table."""

    file = fields.Raw(metadata={"type": "string", "format": "binary"})


class PreviewView(Schema):
    """The columns of a file, with the roles that they would have without a choice."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    num_rows = whole(required=True)
    column_schema = fields.List(fields.Nested(ColumnView), required=True)
    notes = fields.List(fields.String(), required=True)


class DatasetView(Schema):
    """One dataset; ``class_distribution`` counts rows by class.

    ``notes`` say what was changed or left out when the file was read. ``grey_bits`` is how many
    bits the values of 16-bit grey images span.
    """

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
    grey_bits = fields.Integer(required=True, allow_none=True)
    notes = fields.List(fields.String(), required=True)
    size_bytes = fields.Integer(required=True)
    sha256 = fields.String(required=True)
    created_at = moment(required=True)


def _reading_of(dataset: Dataset) -> dict[str, Any]:
    options = ReaderOptions(**dataset.reader_options)
    repeats = "keep" if options.keep_duplicates else "refuse"
    return {**dataclasses.asdict(options), "duplicate_rows": repeats}


class DatasetDetailView(DatasetView):
    """One dataset with the columns of its file; built-ins and older uploads have none.

    ``has_source`` says that the file is kept: until a run uses the dataset, its columns may be
    read in another way, starting from ``reading``.
    """

    column_schema = fields.List(fields.Nested(ColumnView), required=True)
    has_source = fields.Function(
        lambda dataset: dataset.source_key is not None,
        required=True,
        metadata={"type": "boolean"},
    )
    reading = fields.Function(
        lambda dataset: ReadingView().dump(_reading_of(dataset)),
        required=True,
        metadata={"type": "object"},
    )


class DatasetList(Schema):
    """One page of datasets: built-ins first, then the newest."""

    items = fields.List(fields.Nested(DatasetView), required=True)
    total = fields.Integer(required=True)
    limit = fields.Integer(required=True)
    offset = fields.Integer(required=True)
