"""The fields of a file on the wire: their two spellings, their defaults and their conversions."""

from collections.abc import Mapping
from typing import Any

from app.models.forecasting import DIRECTIONS
from services.forecasting.domain.numbers import NOTHING, number_of, shown
from services.forecasting.errors import FieldRefused
from services.forecasting.windows.plan import MAX_HORIZON_HOURS
from services.uploads.domain.labels import checked_label as safe_label

NUMBERS = (
    "min",
    "max",
    "datenpunkte",
    "numerische_datenpunkte",
    "numerischer_anteil",
    "zeitschrittweite",
    "zeitschrittweite_mittelwert",
    "zeitschrittweite_min",
    "skalierung_max",
    "skalierung_min",
    "zeithorizont_start",
    "zeithorizont_end",
    "zeitschrittweite_transferierten_daten",
    "offset_transferierten_daten",
)
CHOICES: Mapping[str, tuple[str, ...]] = {
    "datenform": ("Historische Daten", "Historische Prognosen", "Aktueller Wert"),
    "datenanpassung": ("Lineare Interpolation", "Mittelwertbildung", "Nächster Wert"),
    "mittelwertbildung_uber_den_zeithorizont": ("ja", "nein"),
    "skalierung": ("ja", "nein"),
    "data_source": ("User", "Extern"),
}
TEXTS = ("offset", "utc_min", "utc_max")  # an offset may be "var"
NOTES = ("api_source", "fcst_var")  # of which forecast a series is, for whoever fetches it
EXTRAS = ("max_gap_min", "untergrenze", "obergrenze")  # later than the contract
PLACE = {"latitude": (-90, 90), "longitude": (-180, 180), "feature_index": (0, 10_000)}
DEFAULTS = {"mittelwertbildung_uber_den_zeithorizont": "nein", "skalierung": "nein"}
FIELDS = (*NUMBERS, *CHOICES, *TEXTS, *EXTRAS, *NOTES, *PLACE)
HORIZONS = ("zeithorizont_start", "zeithorizont_end")
MAX_TEXT = 60
NOT_READY = {
    "waiting": "its bytes have not arrived",
    "question": "its findings leave a question open, which its import options answer",
}


def not_ready(name: str, status: str) -> str:
    """Return why a series that is not ready cannot be used."""
    return f"{name} cannot be used yet: {NOT_READY.get(status, NOT_READY['waiting'])}."


def camel(name: str) -> str:
    """Return the spelling with capitals, such as ``utcMin`` for ``utc_min``."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


_BY_SPELLING = {spelling: name for name in FIELDS for spelling in (name, camel(name))}


def checked_fields(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the known fields of ``given``, converted: "" and null become None.

    Unknown ones are left to the caller. Raises FieldRefused naming field and value.
    """
    kept: dict[str, Any] = {}
    for spelling, value in given.items():
        name = _BY_SPELLING.get(spelling)
        if name is not None:
            kept[name] = None if value in NOTHING else _converted(name, spelling, value)
    return kept


def _converted(name: str, spelling: str, value: object) -> Any:
    if name in CHOICES:
        if value not in CHOICES[name]:
            right = " or ".join(CHOICES[name])
            raise _refused(spelling, value, right)
        return value
    if name in NOTES:
        return _text(spelling, value if isinstance(value, str) else "\0")
    if name in TEXTS:
        return _text(spelling, value) if isinstance(value, str) else _number(spelling, value)
    return _number(spelling, value)


def _text(spelling: str, value: str) -> str:
    if len(value) > MAX_TEXT or not value.isprintable():
        raise _refused(spelling, value, f"a text of at most {MAX_TEXT} letters")
    return value


def _number(spelling: str, value: object) -> float:
    number = number_of(value)
    if number is None:
        raise _refused(spelling, value, "a number")
    name = _BY_SPELLING[spelling]
    if name in HORIZONS and abs(number) > MAX_HORIZON_HOURS:
        right = f"a number from -{MAX_HORIZON_HOURS} to {MAX_HORIZON_HOURS} (hours)"
        raise _refused(spelling, value, right)
    if name == "max_gap_min" and number <= 0:
        raise _refused(spelling, value, "a number of minutes above 0, or null")
    low, high = PLACE.get(name, (number, number))
    if not low <= number <= high:
        raise _refused(spelling, value, f"a number from {low} to {high}")
    return number


def _refused(field: str, value: object, right: str) -> FieldRefused:
    return FieldRefused(field, f"{field} is {shown(value)}, but it must be {right}.")


def checked_label(field: str, value: object) -> str:
    """Return a file name or a label in NFC, otherwise as it was given.

    Raises FieldRefused for one that is empty, over 255 bytes, holds a separator, a control
    character or "..".
    """
    try:
        label = safe_label(value if isinstance(value, str) else "")
    except ValueError as error:
        raise FieldRefused(field, f"{field} is {shown(value)}: {error}") from None
    if ".." in label:
        raise _refused(field, value, "a name without '..'")
    return label


def checked_direction(value: object) -> str:
    """Return input or output; raises FieldRefused for anything else."""
    if value not in DIRECTIONS:
        raise _refused("type", value, " or ".join(DIRECTIONS))
    return str(value)
