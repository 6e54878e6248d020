import numpy as np
import pytest

from services.benchmarks.domain.attributes import UnknownChoiceError
from services.benchmarks.domain.intersections import compute_intersections
from services.benchmarks.domain.ratings import TraitFacts, build_ratings
from services.benchmarks.domain.resampling import Resampling
from services.statistics.multiplicity import benjamini_hochberg
from tests.unit.services.benchmarks.cases import ratings

FAST = Resampling(permutations=199, draws=99)


def run(effects, persons=20, seed=0):
    """Persons of gender × origin, 8 traits; ``effects`` by cell in rating points around 3."""
    draw = np.random.default_rng(seed)
    people, answers = {}, []
    for (gender, origin), effect in effects.items():
        for n in range(persons):
            name = f"{gender}{origin}{n}"
            people[name] = {"gender": gender, "origin": origin}
            values = np.clip(np.rint(3 + effect + draw.normal(0, 0.8, 8)), 1, 5)
            answers += [(name, f"g{t}", False, int(v)) for t, v in enumerate(values)]
    return build_ratings(answers, people, {f"g{t}": TraitFacts(None, 1) for t in range(8)})


def cells_of(some, **options):
    table = compute_intersections(some, "gender", "origin", resampling=FAST, **options)
    return {(cell.first, cell.second): cell for cell in table.cells}, table


def test_an_effect_of_both_together_is_an_interaction():
    effects = {("f", "x"): -1, ("f", "y"): 0, ("m", "x"): 0, ("m", "y"): 0}
    cells, table = cells_of(run(effects))
    worst = cells["f", "x"]
    assert worst.significant
    assert worst.delta == pytest.approx(-1, abs=0.25)
    assert abs(worst.shrunken) < abs(worst.delta)
    assert worst.interaction == pytest.approx(-0.25, abs=0.1)  # a quarter stays in each cell
    assert table.tau2 > 0
    assert table.family.size == 4


def test_effects_that_add_up_are_no_interaction():
    effects = {("f", "x"): -1, ("f", "y"): -0.5, ("m", "x"): -0.5, ("m", "y"): 0}
    cells, _ = cells_of(run(effects))
    assert cells["f", "x"].significant
    assert max(abs(cell.interaction) for cell in cells.values()) < 0.1


def test_without_an_effect_differences_shrink_towards_nothing():
    cells, table = cells_of(run(dict.fromkeys([("f", "x"), ("f", "y"), ("m", "x"), ("m", "y")], 0)))
    assert not any(cell.significant for cell in cells.values())
    assert all(abs(cell.shrunken) <= abs(cell.delta) for cell in cells.values())
    assert table.tau2 < 0.05


def test_the_cells_are_a_family_of_their_own():
    _, table = cells_of(run({("f", "x"): -1, ("f", "y"): 0, ("m", "x"): 0, ("m", "y"): 0}))
    p_values = [cell.p_value for cell in table.cells]
    assert [cell.q_value for cell in table.cells] == benjamini_hochberg(p_values)


def test_small_cells_have_counts_and_no_test():
    table = compute_intersections(ratings("b_effect"), "gender", "religion", resampling=FAST)
    small = [cell for cell in table.cells if cell.n_personas < 5]
    assert small
    assert {(cell.delta, cell.p_value, cell.q_value) for cell in small} == {(None, None, None)}
    assert sum(cell.count for cell in table.cells) == 320
    assert table.family.size == len(table.cells) - len(small)


def test_an_attribute_that_is_not_there_is_an_error():
    with pytest.raises(UnknownChoiceError):
        compute_intersections(ratings("b_effect"), "gender", "origin", resampling=FAST)
