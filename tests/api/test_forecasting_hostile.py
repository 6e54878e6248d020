"""Texts, numbers and shapes that nobody means, in every field of every body of forecasting."""

from collections.abc import Iterator, Mapping
from functools import reduce
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from quart import Quart
from werkzeug.datastructures import FileStorage

from app.http.endpoint import endpoint_of
from blueprints.forecasting.schemas_files import FileBody
from services.forecasting.files.fields import FIELDS, NOTES, TEXTS
from services.forecasting.models.families import FAMILIES
from services.forecasting.plots.settings import SETTINGS
from services.forecasting.time_info import CATEGORIES, DETAILS
from services.forecasting.time_steps import FIELDS as STEPS
from tests.factories.callers import Caller
from tests.factories.chunks import begun, chunk_form
from tests.factories.session_rows import CONTENT
from tests.support.asks import Ask, filled
from tests.support.asks_forecasting import FORECASTING_ASKS, NEW, a_session
from tests.support.databases import ON_ONE_DATABASE
from tests.support.depth import deep

Path = tuple[str, ...]
HOSTILE = {
    "NUL": "a\0b",
    "NUL in a list": ["\0"],
    "NUL as a name": {"\0": 1},
    "long text": "x" * 10_000,
    "long name": {"x" * 10_000: 1},
    "beyond 64 bits": 10**30,
    "text beyond a double": "1e400",
    "deep": reduce(lambda inner, _: {"a": [inner]}, range(25), {}),
    "empty parts": [[], {}],
}
SPLIT = ("trainPercentage", "valPercentage", "testPercentage", "random_dat", "seed", "periods")
# what lies below an object, as far as it is named somewhere
INNER: Mapping[str, tuple[str, ...]] = {
    "timeInfo": (*CATEGORIES, "zeitzone", "category_data", *DETAILS),
    "zeitschritte": STEPS,
    "model_parameters": ("MODE", *sorted({one.wire for f in FAMILIES for one in f.fields()})),
    "training_split": SPLIT,
    "plot_settings": SETTINGS,
    "df_plot_in": ("load",),
    "series": ("load",),
    "inputs": ("load",),
    "fileData": ("fileName", "bezeichnung", "type", "importOptions", *FIELDS),
}


NAMES = {"name", "sessionName", "bezeichnung", "fileName", "file_name", "model_type"}
FINE = {  # what may be meant there after all
    "beyond 64 bits": {*FIELDS, "skalierungMax", "skalierungMin"},
    "text beyond a double": {*NAMES, *TEXTS, *NOTES},
}
BASES = {"timeInfo": {"tag": True, "feiertag": True}}


def routes(app: Quart) -> Iterator[tuple[str, list[Path]]]:
    """Yield the row of each route of forecasting that takes JSON, and its fields."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        body = endpoint_of(getattr(view, "__wrapped__", view)).body
        path = rule.rule.replace("<session_id>", "{id}").replace("<file_id>", "{id}")
        for method in sorted((rule.methods or set()) & {"POST", "PUT"}):
            row = f"{method} {path}"
            if row == "PUT /api/training/csv-files/{id}":
                yield row, [("importOptions",), ("file_name",), *((name,) for name in FIELDS)]
            elif path.startswith("/api/training/") and (body or path.endswith("csv-files")):
                names = tuple((body or FileBody()).fields)
                inner = [(name, one) for name in names for one in INNER.get(name, ())]
                yield row, [*((name,) for name in names), *inner]


def changed(body: Any, path: Path, value: Any) -> dict[str, Any]:
    """Return the body with ``value`` at ``path``."""
    first, *rest = path
    base = body or {}
    inner = base.get(first) or BASES.get(first)
    return {**base, first: changed(inner, tuple(rest), value) if rest else value}


def is_right(kind: str, path: Path, status: int, answer: Mapping[str, Any]) -> bool:
    """Return whether the answer names a field, or the value is none that nobody means there."""
    if status < 400:
        return path[-1] in FINE.get(kind, ())
    return status == 404 or (400 <= status < 500 and bool(answer.get("errors")))


@ON_ONE_DATABASE
@pytest.mark.parametrize("kind", HOSTILE)
async def test_what_nobody_means_is_refused_by_the_name_of_its_field(
    member: Caller, app: Quart, kind: str
) -> None:
    wrong = {}
    for row, paths in routes(app):
        ask = FORECASTING_ASKS.get(row, Ask())
        names = (ask.about or a_session)(member.resources, member.id, "private")
        method, address = row.format(**names).split(" ", 1)
        for place, path in enumerate(paths):
            if not deep((place + list(HOSTILE).index(kind)) % 2 == 0, True):
                continue  # by day every second kind in each field, at night all of them
            right = filled(ask.json or {}, names)
            if right.get("sessionId") == NEW["sessionId"]:
                right["sessionId"] = f"session_{uuid4()}"
            answer = await member.call(method, address, json=changed(right, path, HOSTILE[kind]))
            if not is_right(kind, path, answer.status_code, answer.body):
                wrong[row, path] = answer.status_code, answer.body
    assert wrong == {}


@ON_ONE_DATABASE
@pytest.mark.parametrize("body", [
    b'{"a": 1e400}', b'{"a": NaN}', b'{"a": "\\ud800"}', b'{"a": "\xed\xa0\x80"}', b'{"a":',
    b"[" * 100 + b"]" * 100, b"[" * 100_000,
])  # fmt: skip
async def test_what_is_no_json_is_refused_with_its_place(
    member: Caller, app: Quart, body: bytes
) -> None:
    names = a_session(member.resources, member.id, "private")
    wrong, headers = {}, {"Content-Type": "application/json"}
    for row, _ in routes(app):
        method, address = row.format(**names).split(" ", 1)
        answer = await member.call(method, address, data=body, headers=headers)
        text = answer.body["error"]
        if answer.status_code != 400 or not ("line 1" in text or "levels deep" in text):
            wrong[row] = answer.status_code, text
    assert wrong == {}


@ON_ONE_DATABASE
@pytest.mark.parametrize(("field", "value"), [
    ("offset", "a\0b"), ("utcMin", "x" * 10_000), ("min", "1e400"), ("bezeichnung", "a\0b"),
    ("fileName", "x" * 10_000), ("sessionId", "\0"), ("type", "x" * 10_000),
    ("importOptions", '{"series_key": "\\u0000"}'), ("importOptions", "[" * 100),
    ("fileData", "[" * 10_000), ("fileData", "7"),
])  # fmt: skip
async def test_a_field_beside_a_file_is_checked_like_one_in_json(
    member: Caller, field: str, value: str
) -> None:
    form = {"sessionId": f"session_{uuid4()}", "type": "input", "bezeichnung": "load"}
    file = FileStorage(BytesIO(CONTENT), filename="load.csv")
    url = "/api/training/csv-files"
    answer = await member.post(url, form=form | {field: value}, files={"file": file}, status=400)
    assert list(answer["errors"]) == [field]


CHUNK = {"chunkIndex": 0, "totalChunks": 2, "fileName": "load.csv", "fileType": "input"}


@ON_ONE_DATABASE
@pytest.mark.parametrize("kind", HOSTILE)
async def test_what_nobody_means_beside_a_chunk_is_refused(member: Caller, kind: str) -> None:
    right = CHUNK | {"sessionId": await begun(member)}
    wrong, value, url = {}, HOSTILE[kind], "/api/training/upload-chunk"
    await member.post(url, **chunk_form(CONTENT, right))
    for field in (*right, "fileHash", "uploadId"):
        form = chunk_form(CONTENT, right | {field: value})
        answer = await member.call("POST", url, **form)
        if not is_right(kind, (field,), answer.status_code, answer.body):
            wrong[field] = answer.status_code, answer.body
    for field in ("bezeichnung", "importOptions", *FIELDS):
        more = {"fileMetadata": {"bezeichnung": f"a {field}", field: value}}
        answer = await member.call("POST", url, **chunk_form(CONTENT, right, more))
        if not is_right(kind, (field,), answer.status_code, answer.body):
            wrong["more", field] = answer.status_code, answer.body
    assert wrong == {}
