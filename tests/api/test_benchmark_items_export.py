"""The items of a run as files: the same rows in Parquet and CSV, with their units."""

import csv
import io

import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest

from app.models.persona import Persona
from services.benchmarks.exports.items.columns import NAMES
from services.benchmarks.exports.items.rows import item_batches
from services.benchmarks.resolve import visible_benchmark
from tests.factories.benchmarks import RuleAsker, performed, start
from tests.support.databases import ON_ONE_DATABASE

BASE = "/api/benchmarks/runs"
FORMULA = "=HYPERLINK(1)"


def refuses_jews(item) -> int | str:
    """Refuse to rate one group, and rate everybody else two of five in the usual order."""
    if item.persona.religion == "Jews":
        return "refusal"
    return 2 if item.key.scale_order == "in" else 4


@pytest.fixture
def run_id(member, resources) -> int:
    number = start(resources, member.actor, personas=6, traits=3, dual_fraction=1.0)
    with resources.database.write() as unit:
        unit.session.query(Persona).update({Persona.occupation: FORMULA})
    performed(resources, number, RuleAsker(refuses_jews))
    return number


async def parquet_of(member, run_id: int) -> bytes:
    answer = await member.call("GET", f"{BASE}/{run_id}/export/parquet")
    assert answer.status_code == 200
    return await answer.get_data()


async def test_every_settled_item_is_a_row_with_its_rating_in_all_views(member, run_id) -> None:
    frame = pl.read_parquet(await parquet_of(member, run_id))
    assert (frame.columns, frame.height) == (list(NAMES), 36)
    assert frame.filter(pl.col("religion") == "Jews")["outcome"].unique().to_list() == ["refusal"]
    rated = frame.filter(pl.col("outcome") == "accepted")
    assert rated.height == 24
    assert set(rated.select("scale_order", "rating_raw").unique().rows()) == {("in", 2), ("rev", 4)}
    assert rated["rating_pre_valence"].unique().to_list() == [2]
    unkind = rated.filter(pl.col("trait_valence") == -1)
    assert unkind["rating"].unique().to_list() == [4]
    assert rated["prompt_tokens"].unique().to_list() == [10]
    assert rated["template"].unique().to_list() == ["en-1-a-label"]


@ON_ONE_DATABASE
async def test_a_file_says_what_it_is_about_and_in_which_units(member, run_id) -> None:
    content = await parquet_of(member, run_id)
    schema = pq.read_schema(io.BytesIO(content))
    shown = await member.get(f"{BASE}/{run_id}")
    assert schema.metadata[b"manifest_hash"].decode() == shown["manifest_hash"]
    assert schema.metadata[b"run_id"] == str(run_id).encode()
    assert schema.field("latency_ms").metadata[b"unit"] == b"milliseconds"
    frame = pd.read_parquet(io.BytesIO(content))
    assert frame["rating"].isna().sum() == 12
    assert str(frame["settled_at"].dt.tz) == "UTC"


@ON_ONE_DATABASE
async def test_a_spreadsheet_gets_the_same_rows_and_computes_none_of_them(member, run_id) -> None:
    answer = await member.call("GET", f"{BASE}/{run_id}/export/csv")
    rows = list(csv.DictReader(io.StringIO((await answer.get_data()).decode(), newline="")))
    frame = pl.read_parquet(await parquet_of(member, run_id))
    assert [row["persona_uuid"] for row in rows] == frame["persona_uuid"].to_list()
    assert [row["rating"] for row in rows] == [
        "" if value is None else str(value) for value in frame["rating"]
    ]
    assert {row["occupation"] for row in rows} == {f"'{FORMULA}"}
    assert frame["occupation"].unique().to_list() == [FORMULA]


@ON_ONE_DATABASE
async def test_some_persons_are_read_at_a_time(member, resources, run_id) -> None:
    with resources.database.read() as session:
        run = visible_benchmark(session, member.actor, run_id)
    sizes = [len(batch) for batch in item_batches(resources.database, run, size=12)]
    assert sizes == [12, 12, 12]


@ON_ONE_DATABASE
async def test_a_run_without_an_answer_and_a_foreign_one(member, viewer, resources) -> None:
    number = start(resources, member.actor)
    assert pl.read_parquet(await parquet_of(member, number)).shape == (0, len(NAMES))
    for form in ("parquet", "csv"):
        refused = await viewer.get(f"{BASE}/{number}/export/{form}", 404)
        assert refused["code"] == "benchmark_not_found"
