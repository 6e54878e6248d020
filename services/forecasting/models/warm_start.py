"""Whether an earlier model can be the beginning of another one."""

from services.forecasting.models.errors import InvalidModelParams, raise_all
from services.forecasting.models.families import (
    FAMILIES,
    LightGbmSettings,
    ModelSettings,
    NetworkSettings,
)
from services.forecasting.models.ports import WindowShape
from services.tabular.counted import counted

START_FROM = "start_from"
# what decides the shapes of a network's weights
ARCHITECTURE = ("layers", "units", "kernel_size", "activation")
# the families whose models can go on from an earlier one
STARTABLE = tuple(
    one.mode for one in FAMILIES if issubclass(one, NetworkSettings | LightGbmSettings)
)


def require_startable(settings: ModelSettings) -> None:
    """Raise ``InvalidModelParams`` for a family that has nothing to begin with."""
    if settings.mode not in STARTABLE:
        raise InvalidModelParams(
            START_FROM, settings.mode, "left out: this family is solved from the data alone"
        )


def require_same(
    settings: ModelSettings,
    shape: WindowShape,
    earlier: ModelSettings,
    earlier_shape: WindowShape,
) -> None:
    """Raise ``InvalidModelParams`` unless family, architecture and windows are the same.

    All that differs is named.
    """
    if earlier.mode != settings.mode:
        raise InvalidModelParams(START_FROM, earlier.mode, f"a model of {settings.mode}")
    errors = []
    for name in ARCHITECTURE:
        own, other = getattr(settings, name, None), getattr(earlier, name, None)
        if own != other:
            errors.append(InvalidModelParams(START_FROM, other, f"a model with {name} {own}"))
    if earlier_shape != shape:
        same = f"a model of the same windows: {_words(shape)}"
        errors.append(InvalidModelParams(START_FROM, _words(earlier_shape), same))
    raise_all(errors)


def _words(shape: WindowShape) -> str:
    (steps, _), (output_steps, _) = shape.input_size, shape.output_size
    inputs, outputs = ", ".join(shape.input_names), ", ".join(shape.output_names)
    first = counted(steps, "1 step", "{n} steps")
    return f"{first} of {inputs} to {counted(output_steps, '1 step', '{n} steps')} of {outputs}"
