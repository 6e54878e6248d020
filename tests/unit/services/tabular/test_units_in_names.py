"""The unit that a name of a column carries."""

import pytest

from services.tabular.units import unit_in_name


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("Last [MW]", "MW"),
        ("Load (kW)", "kW"),
        ("Flow in m3/h", "m3/h"),
        ("Außentemperatur °C", "°C"),
        ("Luftfeuchte %", "%"),
        ("Wind park A", None),  # a letter alone is as likely a part of the name
        ("Share of 2025", None),
        ("°C", None),  # nothing is named
    ],
)
def test_a_unit_is_read_where_it_can_be_nothing_else(name: str, unit: str | None) -> None:
    assert unit_in_name(name) == unit
