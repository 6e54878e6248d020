"""The prices of a session: what an error of each output costs, in one currency."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.models.forecasting import ForecastSession
from services.forecasting.domain.numbers import number_of, shown
from services.forecasting.errors import FieldRefused
from services.forecasting.files.list import files_of
from services.forecasting.resolve import editable_session
from services.forecasting.topics import subject_of

MAX_PRICE = 1e9
MAX_CURRENCY = 12
FIELDS = ("too_low", "too_high", "per_hour")


def save_prices(
    database: Database, actor: Actor, wire_id: object, currency: object, outputs: object
) -> ForecastSession:
    """Keep what errors of outputs cost, by label; an empty object takes the prices away.

    Each output has ``too_low`` and ``too_high``, the money for a unit that is missing or left over,
    and ``per_hour``: whether the output is a rate, such as kW priced per kWh. Raises FieldRefused
    naming field, value and what would be right.
    """
    with database.write() as unit:
        owner = editable_session(unit.session, actor, wire_id)
        labels = [one.label for one in files_of(unit.session, owner) if one.direction == "output"]
        name, prices = checked_currency(currency), checked_outputs(outputs, labels)
        owner.prices = {"currency": name, "outputs": prices} if prices else {}
        owner.updated_at = now()
        record(unit, actor, "session_changed", subject_of(owner.id), {"prices": owner.prices})
    return owner


def checked_currency(given: object) -> str:
    """Return the currency as it was typed, without blanks around it."""
    text = given.strip() if isinstance(given, str) else ""
    is_name = text.isprintable() and not any(letter.isdigit() for letter in text)
    if not 1 <= len(text) <= MAX_CURRENCY or not is_name:
        right = f"a name of 1 to {MAX_CURRENCY} letters, such as EUR"
        raise FieldRefused("currency", f"currency is {shown(given)}, but it must be {right}.")
    return text


def checked_outputs(given: object, labels: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the prices by output label."""
    if not isinstance(given, Mapping):
        detail = f"outputs is {shown(given)}, but it must be an object of prices by output."
        raise FieldRefused("outputs", detail)
    return {str(label): _price(str(label), one, labels) for label, one in given.items()}


def _price(label: str, given: object, labels: Sequence[str]) -> dict[str, Any]:
    place = f"outputs.{label:.80}"
    if label not in labels:
        known = ", ".join(labels) or "none yet"
        raise FieldRefused(place, f"{place} is no output of this session; these are: {known}.")
    if not isinstance(given, Mapping) or not {"too_low", "too_high"} <= set(given) <= set(FIELDS):
        raise FieldRefused(place, f"{place} must be an object with too_low and too_high.")
    per_hour = given.get("per_hour", True)
    if not isinstance(per_hour, bool):
        detail = f"{place}.per_hour is {shown(per_hour)}, but it must be true or false."
        raise FieldRefused(f"{place}.per_hour", detail)
    sides = {name: _money(f"{place}.{name}", given[name]) for name in ("too_low", "too_high")}
    return {**sides, "per_hour": per_hour}


def _money(place: str, given: object) -> float:
    number = number_of(given)
    if number is None or not 0 <= number <= MAX_PRICE:
        right = f"a number from 0 to {MAX_PRICE:,.0f}"
        raise FieldRefused(place, f"{place} is {shown(given)}, but it must be {right}.")
    return number
