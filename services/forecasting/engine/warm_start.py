"""Whether an earlier model can be the beginning of another one."""

from services.forecasting.models.errors import InvalidModelParams
from services.forecasting.models.families import ModelSettings
from services.forecasting.models.ports import Fitted, WindowShape

# what decides the shapes of a network's weights
_ARCHITECTURE = ("layers", "units", "kernel_size", "activation")


def require_same(settings: ModelSettings, shape: WindowShape, earlier: Fitted) -> None:
    """Raise ``InvalidModelParams`` unless family, architecture and windows are the same."""
    if earlier.settings.mode != settings.mode:
        raise InvalidModelParams("start_from", earlier.settings.mode, f"a model of {settings.mode}")
    for name in _ARCHITECTURE:
        own, other = getattr(settings, name, None), getattr(earlier.settings, name, None)
        if own != other:
            raise InvalidModelParams("start_from", other, f"a model with {name} {own}")
    if earlier.shape != shape:
        raise InvalidModelParams(
            "start_from", _words(earlier.shape), f"a model of the same windows: {_words(shape)}"
        )


def _words(shape: WindowShape) -> str:
    (steps, _), (output_steps, _) = shape.input_size, shape.output_size
    inputs, outputs = ", ".join(shape.input_names), ", ".join(shape.output_names)
    return f"{steps} steps of {inputs} to {output_steps} steps of {outputs}"
