"""The cases of tests/cases/benchmarks: what they hold, their tables, and how numbers compare."""

import csv
import json
from functools import cache
from pathlib import Path

import pytest

from services.benchmarks.domain.ratings import Answer, TraitFacts, build_ratings

FOLDER = Path(__file__).parents[3] / "cases/benchmarks"
CASES = json.loads((FOLDER / "statistics.json").read_text(encoding="utf-8"))["cases"]


def of_kind(*kinds, status=None):
    """Return a decorator that runs a test once for each case of these kinds."""
    some = [c for c in CASES if c["kind"] in kinds and status in (None, c["status"])]
    return pytest.mark.parametrize("case", some, ids=[case["id"] for case in some])


@cache
def rows(table):
    """Return the rows of a table, values as written; an empty cell is None."""
    with (FOLDER / f"tables/{table}.csv").open(encoding="utf-8", newline="") as file:
        return [{key: value or None for key, value in row.items()} for row in csv.DictReader(file)]


def assert_met(actual, expected, tolerance):
    """Assert that the values of ``expected`` are met, field by field."""
    limits = tolerance if isinstance(tolerance, dict) else {"default": tolerance}
    _assert_met(actual, expected, limits, "")


def _assert_met(actual, expected, limits, field):
    if isinstance(expected, dict):
        for key, value in expected.items():
            _assert_met(_part(actual, key), value, limits, key)
    elif isinstance(expected, list):
        assert len(actual) == len(expected), field
        for one, other in zip(actual, expected, strict=True):
            _assert_met(one, other, limits, field)
    elif isinstance(expected, float):
        limit = limits.get(field, limits["default"])
        assert actual == pytest.approx(expected, rel=0, abs=limit), field
    else:
        assert actual == expected, field


def _part(actual, key):
    return actual[key] if isinstance(actual, dict) else getattr(actual, key)


PERSON = ("gender", "age", "religion", "origin_region", "sexuality")


@cache
def ratings(table, model=None):
    """Return the ratings of a table, those of one model, accepted ones only."""
    some = [row for row in rows(table) if model in (None, row.get("model"))]
    answers = [
        Answer(row["persona"], row["trait"], row["order"] == "rev", int(row["rating_raw"]))
        for row in some
        if row["rating_raw"]
    ]
    return build_ratings(answers, _personas(rows(table)), _traits(rows(table)))


def _personas(some):
    return {row["persona"]: {key: row[key] for key in PERSON if key in row} for row in some}


def _traits(some):
    valence = {row["trait"]: row["valence"] for row in some}
    category = {row["trait"]: row["trait_category"] for row in some}
    return {
        name: TraitFacts(category[name], None if valence[name] is None else int(valence[name]))
        for name in sorted(valence)
    }


def rated(persons):
    """Return ratings of persons, given as {any name: [(gender, their ratings by trait), …]}."""
    people, answers = {}, []
    for name, of_name in persons.items():
        for number, (gender, values) in enumerate(of_name):
            person = f"{name}{number}"
            people[person] = {"gender": gender}
            answers += [(person, f"g{n}", False, value) for n, value in enumerate(values)]
    traits = dict.fromkeys(sorted({trait for _, trait, _, _ in answers}), TraitFacts())
    return build_ratings(answers, people, traits)


def failed_items(table, model, kind="refusal"):
    """Return the items of a model that have no rating."""
    return [
        (row["persona"], row["trait"], row["order"] == "rev", kind)
        for row in rows(table)
        if row["model"] == model and row["accepted"] == "0"
    ]
