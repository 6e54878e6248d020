"""Every field in which somebody names a thing refuses a name that nobody sees."""

from collections.abc import Iterator

from marshmallow import Schema, ValidationError, fields
from quart import Quart

from app.http.endpoint import endpoint_of
from tests.support.databases import ON_ONE_DATABASE

pytestmark = ON_ONE_DATABASE
FILLER = "\u3164"  # a letter without ink
# files, columns and models that are there already; and what services check when it arrives
REFERENCES = {"csv_filename", "filename_column", "model_filename"}
CHECKED_LATER = {"KnownBody.filename", "SessionFileForm.bezeichnung"}


def test_no_schema_of_a_request_takes_a_name_of_blanks(served: Quart) -> None:
    taken = {place for place, field in names_of(served) if takes(field, FILLER)}
    assert taken == CHECKED_LATER
    assert len(list(names_of(served))) > 40


def names_of(app: Quart) -> Iterator[tuple[str, fields.Field]]:
    """Yield the fields of all requests whose own names say that they name something."""
    for view in app.view_functions.values():
        notes = endpoint_of(getattr(view, "__wrapped__", view))
        for schema in (notes.body, notes.form, notes.own_body):
            if schema is not None:
                yield from _names_in(schema)


def _names_in(schema: Schema) -> Iterator[tuple[str, fields.Field]]:
    for name, field in schema.fields.items():
        inner = field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.Nested):
            yield from _names_in(inner.schema)
        elif isinstance(inner, fields.String) and not field.dump_only and _is_name(name):
            yield f"{type(schema).__name__}.{name}", inner


def _is_name(field: str) -> bool:
    is_one = "name" in field or field in ("label", "title", "bezeichnung")
    return is_one and field not in REFERENCES


def takes(field: fields.Field, text: str) -> bool:
    try:
        field.deserialize(text)
    except ValidationError:
        return False
    return True
