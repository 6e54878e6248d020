"""The contract's German settings: defaults, text for numbers, and an error for each wrong one."""

from fractions import Fraction

import pytest

from services.forecasting.windows.errors import (
    InvalidCalendar,
    InvalidSeriesSetting,
    InvalidSteps,
    InvalidTrainingSplit,
    InvalidWindows,
    StepsMissing,
)
from services.forecasting.windows.plan import SplitPlan, Steps
from services.forecasting.windows.wire import (
    calendar_from_wire,
    plan_from_wire,
    series_from_wire,
    split_from_wire,
    steps_from_wire,
)
from tests.factories.windows import micros

STEPS = {"eingabe": "97", "ausgabe": "96", "zeitschrittweite": "15", "offset": "5"}


def file(**more):
    return {"bezeichnung": "Netzlast [kW]", **more}


def test_steps_may_be_text_and_the_misspelt_offset_is_read():
    steps = steps_from_wire(STEPS)
    assert (steps.input_steps, steps.output_steps) == (97, 96)
    assert (steps.step_minutes, steps.offset_minutes) == (15, 5)
    assert steps_from_wire({**STEPS, "offset": None, "offsett": "2.5"}).offset_minutes == 2.5
    assert steps_from_wire({**STEPS, "offset": ""}).offset_minutes == 0


@pytest.mark.parametrize(
    "missing", [None, {}, {**STEPS, "eingabe": ""}, {**STEPS, "zeitschrittweite": None}]
)
def test_a_dataset_without_steps_is_refused(missing):
    with pytest.raises(StepsMissing) as refused:
        steps_from_wire(missing)
    assert (refused.value.code, refused.value.status) == ("STEPS_MISSING", 400)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("eingabe", 0),
        ("eingabe", "-1"),
        ("ausgabe", 4097),
        ("ausgabe", "x"),
        ("eingabe", 2.5),
        ("eingabe", True),
        ("eingabe", [3]),
        ("zeitschrittweite", 0),
        ("zeitschrittweite", "NaN"),
        ("zeitschrittweite", "1e999999999"),
        ("zeitschrittweite", "0.00000001"),
        ("offset", 15),
        ("offset", -1),
        ("offset", "Infinity"),
    ],
)
def test_wrong_steps_are_refused_with_field_value_and_what_is_right(field, value):
    with pytest.raises(InvalidSteps) as refused:
        steps_from_wire({**STEPS, field: value})
    assert refused.value.field == field
    assert refused.value.code == "INVALID_ZEITSCHRITTE"
    assert list(refused.value.errors) == [field]
    assert "must be" in refused.value.detail


def test_a_file_without_settings_has_the_contracts_defaults():
    plan = series_from_wire(file(), "input")
    assert (plan.form, plan.method, plan.average) == ("historical", "linear", False)
    assert (plan.scale, plan.scale_min, plan.scale_max) == (False, 0, 1)
    assert (plan.horizon_start, plan.horizon_end) == (-24, 0)
    assert (plan.max_gap_minutes, plan.lower, plan.upper) == (None, None, None)
    output = series_from_wire(file(), "output")
    assert (output.horizon_start, output.horizon_end) == (0, 24)


def test_a_files_settings_may_be_text_in_either_spelling():
    plan = series_from_wire(
        file(
            datenform="Historische Prognosen",
            datenanpassung="Na\u0308chster Wert",
            zeithorizontStart="-1.75",
            zeithorizont_end="0.1",
            mittelwertbildung_uber_den_zeithorizont="ja",
            skalierung="ja",
            skalierung_max="1",
            skalierungMin="-1",
            max_gap_min="30",
            untergrenze="0",
        ),
        "input",
    )
    assert (plan.form, plan.method, plan.average) == ("forecasts", "nearest", True)
    assert (plan.horizon_start, plan.horizon_end) == (Fraction("-1.75"), Fraction("0.1"))
    assert (plan.scale, plan.scale_min, plan.scale_max) == (True, -1, 1)
    assert (plan.max_gap_minutes, plan.lower) == (30, 0)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("datenform", "Historisch"),
        ("datenanpassung", 3),
        ("zeithorizont_start", "gestern"),
        ("zeithorizont_start", 1e9),
        ("zeithorizont_start", 5),
        ("skalierung", "vielleicht"),
        ("skalierung_max", "hoch"),
        ("mittelwertbildung_uber_den_zeithorizont", 1),
        ("max_gap_min", 0),
        ("bezeichnung", None),
        ("bezeichnung", 3),
    ],
)
def test_a_wrong_setting_of_a_file_is_refused_with_its_wire_name(field, value):
    with pytest.raises(InvalidSeriesSetting) as refused:
        series_from_wire(file(**{field: value, "zeithorizont_end": 0}), "input")
    assert refused.value.field.removeprefix("Netzlast [kW]: ") == field


def test_an_upper_bound_below_the_lower_one_is_refused():
    with pytest.raises(InvalidSeriesSetting, match="untergrenze"):
        series_from_wire(file(untergrenze=5, obergrenze=4), "output")


def test_calendar_blocks_have_the_defaults_as_written():
    flags = dict.fromkeys(("jahr", "monat", "woche", "tag", "feiertag"), True)
    plan = calendar_from_wire(flags)
    starts = {name: getattr(plan, name).horizon_start for name in ("year", "month", "week", "day")}
    assert starts == {"year": -24, "month": -1, "week": -24, "day": -24}
    assert plan.holiday.horizon_start == -100
    assert (plan.zone, plan.country) == ("UTC", "Deutschland")
    assert not plan.day.local
    assert not plan.day.scale


def test_no_time_info_switches_everything_off():
    for nothing in (None, {}, {"jahr": False}):
        plan = calendar_from_wire(nothing)
        assert plan.year is plan.month is plan.week is plan.day is plan.holiday is None


def test_the_old_flat_form_stands_for_every_active_category():
    flat = {
        "datenform": "Aktuelle Zeit",
        "skalierung": "ja",
        "land": "AT",
        "zeithorizontStart": "-3",
    }
    for body in (flat, {"category_data": flat}):
        plan = calendar_from_wire({"tag": True, "jahr": True, "feiertag": True, **body})
        assert plan.day.form == plan.year.form == plan.holiday.form == "current"
        assert plan.day.scale
        assert plan.day.horizon_start == -3
        assert plan.country == "AT"
        assert plan.week is None


def test_region_school_holidays_and_closing_days_belong_to_the_holiday_block():
    block = {
        "land": "Deutschland",
        "region": "BY",
        "schulferien": "ja",
        "schliesstage": ["2024-12-27"],
    }
    plan = calendar_from_wire({"feiertag": True, "category_data": {"feiertag": block}})
    assert (plan.subdivision, plan.school, plan.closing_days) == ("BY", True, ("2024-12-27",))


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"jahr": "true"}, "jahr"),
        ({"tag": 1}, "tag"),
        ({"feiertag": None}, "feiertag"),
        ({"zeitzone": "Wien"}, "zeitzone"),
        ({"zeitzone": 3}, "zeitzone"),
        ([], "timeInfo"),
        ("x", "timeInfo"),
        ({"category_data": 3}, "category_data"),
        ({"tag": True, "category_data": {"tag": 3}}, "category_data.tag"),
        ({"tag": True, "category_data": {"tag": {"datenform": "Woche"}}}, "tag: datenform"),
        (
            {"tag": True, "category_data": {"tag": {"zeithorizontStart": 2}}},
            "tag: zeithorizont_start",
        ),
        ({"feiertag": True, "category_data": {"feiertag": {"land": "Atlantis"}}}, "land"),
        ({"feiertag": True, "category_data": {"feiertag": {"region": "XX"}}}, "region"),
        (
            {"feiertag": True, "category_data": {"feiertag": {"schliesstage": ["x"]}}},
            "schliesstage",
        ),
        ({"feiertag": True, "category_data": {"feiertag": {"schliesstage": "x"}}}, "schliesstage"),
    ],
)
def test_wrong_time_info_is_refused_with_its_field(body, field):
    with pytest.raises(InvalidCalendar) as refused:
        calendar_from_wire(body)
    assert refused.value.field == field
    assert refused.value.code == "INVALID_TIME_INFO"


def test_the_split_honours_percentages_order_seed_gap_and_periods():
    split = split_from_wire(
        {
            "trainPercentage": "60",
            "valPercentage": 25.5,
            "testPercentage": "14.5",
            "shuffle": True,
            "seed": 7,
            "gap": "ja",
            "excluded_periods": [
                {"start": "2024-01-01T00:00:00Z", "end": "2024-01-02T01:00:00+01:00"}
            ],
        }
    )
    assert (split.train, split.validation, split.test) == (60, Fraction("25.5"), Fraction("14.5"))
    assert (split.shuffle, split.seed, split.gap, split.leaky) == (True, 7, True, False)
    (period,) = split.excluded
    assert (period.start, period.end) == (
        micros("2024-01-01 00:00:00"),
        micros("2024-01-02 00:00:00"),
    )


def test_a_split_of_nothing_is_seventy_twenty_ten_in_order():
    assert split_from_wire(None) == SplitPlan()
    assert split_from_wire({"n_train": 5}) == SplitPlan()
    assert split_from_wire({"random_dat": True}).shuffle
    assert not split_from_wire({"random_dat": True, "shuffle": False}).shuffle


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([], "training_split"),
        ({"shuffle": "maybe"}, "shuffle"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**64}, "seed"),
        ({"trainPercentage": 70, "valPercentage": 20}, "testPercentage"),
        ({"gap": True, "leaky": True}, "gap"),
        ({"trainPercent": 80}, "trainPercent"),
        (
            {"excluded_periods": [{"start": "2024-01-01", "end": "2024-01-02", "why": ""}]},
            "why",
        ),
        ({"excluded_periods": {}}, "excluded_periods"),
        ({"excluded_periods": [3]}, "excluded_periods"),
        ({"excluded_periods": [{"start": "x"}]}, "excluded_periods.start"),
        (
            {"excluded_periods": [{"start": "2024-01-02", "end": "2024-01-01"}]},
            "excluded_periods",
        ),
    ],
)
def test_a_wrong_split_is_refused_with_its_field(body, field):
    with pytest.raises(InvalidTrainingSplit) as refused:
        split_from_wire(body)
    assert refused.value.field == field
    assert "000000" not in refused.value.detail  # a time as it came, no microseconds


def test_a_whole_session_becomes_one_plan():
    plan = plan_from_wire(STEPS, [file()], [file()], {"tag": True}, {"gap": True})
    assert plan.steps == Steps(
        input_steps=97, output_steps=96, step_minutes=Fraction(15), offset_minutes=Fraction(5)
    )
    assert [one.label for one in plan.inputs] == ["Netzlast [kW]"]
    assert plan.calendar.day is not None
    assert plan.split.gap


@pytest.mark.parametrize(("inputs", "outputs"), [([file()], []), ([file(), file()], [file()])])
def test_a_session_without_outputs_or_with_a_label_twice_is_refused(inputs, outputs):
    with pytest.raises(InvalidWindows):
        plan_from_wire(STEPS, inputs, outputs)
