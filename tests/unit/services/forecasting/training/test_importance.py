"""Which input matters, as the evaluation keeps it."""

from services.forecasting.training.importance import calendar_groups
from services.forecasting.windows.plan import CalendarBlock, CalendarPlan


def test_sine_and_cosine_of_a_cycle_are_one_input_and_holidays_another():
    plan = CalendarPlan(day=CalendarBlock(), week=CalendarBlock(), holiday=CalendarBlock())
    assert calendar_groups(plan) == {
        "calendar\nweek": ("W_sin", "W_cos"),
        "calendar\nday": ("D_sin", "D_cos"),
        "calendar\nholiday": ("H",),
    }


def test_a_session_without_a_calendar_has_no_groups():
    assert calendar_groups(CalendarPlan()) == {}
