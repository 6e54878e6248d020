"""Search spaces: every value that can be drawn is one that the family takes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.forecasting.models.families import FAMILIES, MODES, family_of
from services.forecasting.models.search_space import SPACES, space_for, suggest


class Drawing:
    """A trial that draws with hypothesis."""

    def __init__(self, data):
        self.data = data
        self.drawn = {}

    def suggest_int(self, name, low, high, *, step, log):
        return self._keep(name, st.sampled_from(range(low, high + 1, step)))

    def suggest_float(self, name, low, high, *, log):
        return self._keep(name, st.floats(low, high))

    def suggest_categorical(self, name, choices):
        return self._keep(name, st.sampled_from(choices))

    def _keep(self, name, values):
        self.drawn[name] = self.data.draw(values)
        return self.drawn[name]


def test_every_family_has_a_space():
    assert set(SPACES) == set(MODES)


@given(st.data(), st.sampled_from(FAMILIES))
def test_every_draw_is_a_setting_of_the_family(data, family):
    trial = Drawing(data)
    base = family(seed=3)
    chosen = suggest(trial, base)
    assert chosen.seed == 3
    assert {name: chosen.as_mapping()[name] for name in trial.drawn} == trial.drawn
    assert set(trial.drawn) == {one.name for one in space_for(base)}


@pytest.mark.parametrize("mode", MODES)
def test_a_space_is_plain_data(mode):
    space = [one.as_dict() for one in space_for(family_of(mode)())]
    assert json.loads(json.dumps(space)) == space
    assert all(one["kind"] in ("integer", "number", "choice") for one in space)
