from dataclasses import asdict
from functools import cached_property

from services.benchmarks.analysis.plain import plain
from services.benchmarks.domain.deltas import compute_deltas
from services.benchmarks.domain.persons import counts_of
from services.benchmarks.domain.resampling import Resampling
from tests.unit.services.benchmarks.cases import ratings


def test_results_are_what_asdict_makes_of_them():
    for table in compute_deltas(ratings("b_effect"), resampling=Resampling(draws=9)).values():
        assert plain(table) == asdict(table)


def test_what_was_computed_of_fields_is_left_out():
    counts = counts_of(ratings("b_effect"))
    assert isinstance(type(counts).totals, cached_property)
    assert counts.totals.scale
    assert set(plain(counts)) == {"items", "levels"}
