"""The calendar settings of a session (``timeInfo``), brought into one form.

Five switches and a block of details for each that is on. An old flat form has the fields of one
block at the top: every active category gets a copy of it. What they mean is said in
``windows.wire``, which also refuses what cannot be.
"""

from collections.abc import Mapping
from typing import Any

from services.forecasting.windows.errors import InvalidCalendar
from services.forecasting.windows.wire import BLOCK_FIELDS, CATEGORIES, calendar_from_wire
from services.forecasting.windows.wire_values import is_nothing

HOLIDAY_FIELDS = ("land", "region", "schulferien", "schliesstage")
DETAILS = tuple(dict.fromkeys((*BLOCK_FIELDS, *HOLIDAY_FIELDS)))


def checked_time_info(given: object) -> dict[str, Any]:
    """Return the settings in their one form.

    Raises InvalidCalendar naming the field, its value and what would be right.
    """
    if not isinstance(given, Mapping):
        raise InvalidCalendar("timeInfo", given, "an object with named fields")
    values = {("category_data" if k == "categoryData" else k): v for k, v in given.items()}
    _only(values, (*CATEGORIES, "zeitzone", "category_data", *DETAILS), "")
    switches = {name: _switch(values, name) for name in CATEGORIES}
    flat = {name: values[name] for name in DETAILS if name in values}
    blocks = {} if is_nothing(values.get("category_data")) else values["category_data"]
    if not isinstance(blocks, Mapping):
        raise InvalidCalendar("category_data", blocks, "an object of five blocks")
    _only(blocks, tuple(CATEGORIES), "category_data.")
    active = [name for name in CATEGORIES if name in blocks or (flat and switches[name])]
    zone = values.get("zeitzone")
    kept = {
        **switches,
        "zeitzone": "UTC" if is_nothing(zone) else zone,
        "category_data": {name: _block(name, blocks.get(name, flat)) for name in active},
    }
    calendar_from_wire({**kept, **dict.fromkeys(active, True)})  # blocks that are off count too
    return kept


def _only(values: Mapping[Any, Any], known: tuple[str, ...], prefix: str) -> None:
    unknown = next((name for name in values if name not in known), None)
    if unknown is not None:
        right = f"one of {', '.join(known)}"
        raise InvalidCalendar(f"{prefix}{unknown}"[:80], values[unknown], right)


def _switch(values: Mapping[str, Any], name: str) -> bool:
    value = values.get(name, False)
    if not isinstance(value, bool):
        raise InvalidCalendar(name, value, "true or false")
    return value


def _block(category: str, given: object) -> dict[str, Any]:
    path = f"category_data.{category}"
    if not isinstance(given, Mapping):
        raise InvalidCalendar(path, given, "an object of named fields")
    block = {name: value for name, value in given.items() if not is_nothing(value)}
    if category != "feiertag":
        block = {name: value for name, value in block.items() if name not in HOLIDAY_FIELDS}
    _only(block, DETAILS if category == "feiertag" else BLOCK_FIELDS, f"{path}.")
    return block
