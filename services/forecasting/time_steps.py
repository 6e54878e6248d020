"""The time steps of a session (``zeitschritte``) as they are kept: text or None, by field.

``offsett`` is an old spelling of ``offset``. What they mean is said in ``windows.wire``.
"""

from collections.abc import Mapping

from services.forecasting.domain.numbers import shown
from services.forecasting.windows.errors import InvalidSteps
from services.forecasting.windows.wire import steps_from_wire
from services.forecasting.windows.wire_values import is_nothing

FIELDS = ("eingabe", "ausgabe", "zeitschrittweite", "offset")
STAND_INS = {"eingabe": "1", "ausgabe": "1", "zeitschrittweite": "527040", "offset": "0"}


def checked_time_steps(given: object) -> dict[str, str | None]:
    """Return the four values as they are kept; what is not given is None.

    Raises InvalidSteps naming the field, its value and what would be right.
    """
    if not isinstance(given, Mapping):
        raise InvalidSteps("zeitschritte", given, "an object with named fields")
    if given.get("offsett", given.get("offset")) != given.get("offset", given.get("offsett")):
        right = f"offset, which is {shown(given['offset'])}, or be left out"
        raise InvalidSteps("offsett", given["offsett"], right)
    values = {("offset" if name == "offsett" else name): value for name, value in given.items()}
    unknown = next((name for name in values if name not in FIELDS), None)
    if unknown is not None:
        raise InvalidSteps(str(unknown)[:60], values[unknown], f"one of {', '.join(FIELDS)}")
    said = {name: value for name, value in values.items() if not is_nothing(value)}
    steps = steps_from_wire({**STAND_INS, **said})
    whole = {"eingabe": steps.input_steps, "ausgabe": steps.output_steps}  # "24.0" is kept as 24
    kept = {**said, **{name: number for name, number in whole.items() if name in said}}
    return {name: str(kept[name]).strip() if name in kept else None for name in FIELDS}
