"""The settings of every family: defaults, spellings, ranges, and what is said of a bad one."""

import json
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.forecasting.domain.numbers import shown
from services.forecasting.models.errors import InvalidModelParams
from services.forecasting.models.families import (
    FAMILIES,
    MODES,
    CnnSettings,
    DenseSettings,
    LightGbmSettings,
    LinearSettings,
    SvrDirSettings,
    family_of,
    model_form,
    read_settings,
)
from tests.support.depth import examples

EVERYTHING_NULL = dict.fromkeys(("LAY", "N", "EP", "ACTF", "K", "KERNEL", "C", "EPSILON"))


@pytest.mark.parametrize("mode", MODES)
def test_missing_null_and_empty_values_become_the_defaults(mode):
    plain = read_settings({"MODE": mode})
    assert read_settings({"MODE": mode, **EVERYTHING_NULL}) == plain
    assert read_settings({"MODE": mode, **dict.fromkeys(EVERYTHING_NULL, " ")}) == plain


def test_the_defaults_are_the_contract_s():
    dense = read_settings({"MODE": "Dense"})
    assert (dense.layers, dense.units, dense.epochs, dense.activation) == (3, 512, 20, "relu")
    assert (dense.batch_size, dense.learning_rate, dense.patience) == (32, 0.001, 2)
    assert CnnSettings().kernel_size == 3
    svr = SvrDirSettings()
    assert (svr.kernel, svr.c, svr.epsilon) == ("poly", 1.0, 0.1)
    trees = LightGbmSettings()
    assert (trees.trees, trees.learning_rate, trees.depth, trees.min_child) == (100, 0.1, -1, 20)


@pytest.mark.parametrize(
    ("spelling", "mode"),
    [("Linear", "LIN"), ("lin", "LIN"), ("LightGBM", "LGBMR"), ("AR_LSTM", "AR LSTM"),
     ("ar lstm", "AR LSTM"), ("SVR_dir", "SVR_dir"), ("svr-mimo", "SVR_MIMO"), ("dense", "Dense"),
     (None, "LIN"), ("", "LIN")],
)  # fmt: skip
def test_a_mode_is_read_in_its_usual_spellings(spelling, mode):
    assert family_of(spelling).mode == mode


@pytest.mark.parametrize("mode", ["Transformer", 7, ["Dense"], {}, "x" * 1000, True])
def test_an_unknown_mode_is_refused_and_the_known_ones_named(mode):
    with pytest.raises(InvalidModelParams, match="it must be one of Dense, CNN, LSTM") as caught:
        read_settings({"MODE": mode})
    assert (caught.value.code, caught.value.status) == ("INVALID_MODEL_PARAMS", 400)
    assert caught.value.field == "MODE"


@pytest.mark.parametrize(
    ("spelling", "name"),
    [("ReLU", "relu"), ("Sigmoid", "sigmoid"), ("Keine", "linear"), ("None", "linear"),
     ("none", "linear"), ("Linear", "linear"), (" GELU ", "gelu"), ("swish", "swish")],
)  # fmt: skip
def test_activations_are_read_in_all_their_spellings(spelling, name):
    assert read_settings({"MODE": "Dense", "ACTF": spelling}).activation == name


def test_a_whole_number_may_be_written_as_a_fraction():
    assert read_settings({"MODE": "Dense", "LAY": 6.0}).layers == 6


@pytest.mark.parametrize(
    ("mode", "field", "value", "expected"),
    [
        ("Dense", "N", 999999999, "a whole number from 1 to 4096"),
        ("Dense", "N", "999999999", "a whole number from 1 to 4096"),
        ("Dense", "N", 10**400, "a whole number from 1 to 4096"),
        ("Dense", "EP", 0, "a whole number from 1 to 2000"),
        ("Dense", "EP", -1, "a whole number from 1 to 2000"),
        ("Dense", "LAY", 2.5, "a whole number from 1 to 16"),
        ("Dense", "LAY", "3", "a whole number from 1 to 16"),
        ("Dense", "LAY", True, "a whole number from 1 to 16"),
        ("Dense", "LAY", "1_0", "a whole number from 1 to 16"),
        ("Dense", "LAY", "٣", "a whole number from 1 to 16"),
        ("Dense", "LAY", "three", "a whole number from 1 to 16"),
        ("Dense", "LAY", [3], "a whole number from 1 to 16"),
        ("Dense", "LAY", float("nan"), "a whole number from 1 to 16"),
        ("Dense", "learning_rate", "inf", "a number from 1e-07 to 1"),
        ("Dense", "ACTF", "magic", "one of relu, sigmoid, tanh"),
        ("Dense", "ACTF", 3, "one of relu, sigmoid, tanh"),
        ("CNN", "K", 4, "an odd whole number from 1 to 4096"),
        ("CNN", "K", "2", "an odd whole number from 1 to 4096"),
        ("Dense", "K", 4, "an odd whole number from 1 to 4096"),
        ("SVR_dir", "C", 0, "a number above 0 up to 1000000"),
        ("SVR_MIMO", "EPSILON", -0.1, "a number from 0 to 1000000"),
        ("SVR_dir", "C", "0,5", "a number above 0 up to 1000000"),
        ("SVR_dir", "KERNEL", "cubic", "one of linear, poly, rbf, sigmoid"),
        ("LGBMR", "trees", 0, "a whole number from 1 to 5000"),
        ("LIN", "seed", -1, "a whole number from 0 to 2147483647"),
        ("Dense", "LAYS", 3, "left out, or be called LAY"),
    ],
)  # fmt: skip
def test_a_bad_value_is_named_with_its_field_and_what_would_be_right(mode, field, value, expected):
    with pytest.raises(InvalidModelParams) as caught:
        read_settings({"MODE": mode, field: value})
    error = caught.value
    assert error.field == field
    assert error.detail.startswith(f"{field} is {shown(value)[:39]}")
    assert expected in error.detail
    assert list(error.errors) == [field]
    assert len(error.value) <= 60


def test_all_errors_are_named_at_once():
    with pytest.raises(InvalidModelParams) as caught:
        read_settings({"MODE": "CNN", "LAY": 0, "N": 0, "K": 2})
    assert list(caught.value.errors) == ["LAY", "N", "K"]


@pytest.mark.parametrize("body", [None, [], "Dense", 3, True])
def test_what_is_no_object_is_refused(body):
    with pytest.raises(InvalidModelParams, match="an object of settings by name"):
        read_settings(body)


@pytest.mark.parametrize("family", FAMILIES)
def test_settings_come_back_from_their_wire_form_and_from_field_names(family):
    chosen = family(seed=7)
    assert read_settings(json.loads(json.dumps(chosen.as_mapping()))) == chosen
    names = {one.name: getattr(chosen, one.name) for one in fields(chosen)}
    assert read_settings({"mode": family.mode, **names}) == chosen


@pytest.mark.parametrize("family", FAMILIES)
def test_every_default_and_bound_of_the_form_is_one_that_the_server_takes(family):
    for spec in family.fields():
        values = (spec.default, spec.minimum, spec.maximum, spec.form_minimum, spec.form_maximum)
        for value in values:
            if value is not None and not (spec.odd and value % 2 == 0):
                read = read_settings({"MODE": family.mode, spec.wire: value}).as_mapping()
                assert read[spec.wire] == value


def test_changed_settings_are_checked_like_new_ones():
    assert LinearSettings().updated({"seed": 3}).seed == 3
    assert DenseSettings(units=7).updated({"LAY": 2}) == DenseSettings(units=7, layers=2)
    with pytest.raises(InvalidModelParams):
        DenseSettings().updated({"LAY": 0})


def test_the_form_has_every_setting_once_with_its_wire_name():
    form = {one["mode"]: one["fields"] for one in model_form()}
    assert [spec["wire"] for spec in form["CNN"]][:5] == ["LAY", "N", "EP", "ACTF", "batch_size"]
    assert {spec["wire"] for spec in form["SVR_dir"]} >= {"KERNEL", "C", "EPSILON"}
    kernel = next(spec for spec in form["CNN"] if spec["wire"] == "K")
    assert (kernel["form_minimum"], kernel["form_maximum"], kernel["odd"]) == (1, 11, True)
    assert json.loads(json.dumps(form)) == form


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2)
    ),
    max_leaves=4,
)
wire_names = st.sampled_from([spec.wire for family in FAMILIES for spec in family.fields()])


@settings(max_examples=examples(20))
@given(st.one_of(json_values, st.dictionaries(wire_names | st.just("MODE"), json_values)))
def test_anything_is_either_read_into_allowed_settings_or_refused(body):
    try:
        chosen = read_settings(body)
    except InvalidModelParams as error:
        chosen = error
    if isinstance(chosen, InvalidModelParams):
        assert chosen.errors
    else:
        assert read_settings(chosen.as_mapping()) == chosen
