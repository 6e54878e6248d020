"""What goes wrong when a kept model forecasts."""

from collections.abc import Mapping, Sequence

from app.errors import BadRequest, Conflict, NotFound, TooLarge, Unavailable


class ForecastInputMissing(BadRequest):
    """Values that a window needs are not there; ``errors`` names inputs and instants."""

    code = "MISSING_FORECAST_INPUT"

    def __init__(self, detail: str, missing: Mapping[str, Sequence[str]]) -> None:
        super().__init__(detail, errors=missing)


class PredictionTooLarge(TooLarge):
    """The model or the windows need more than a forecast may use."""

    code = "PREDICTION_TOO_LARGE"


class PredictionUnavailable(Unavailable):
    """The process that forecasts broke, or the model's file is not the one that was kept."""

    code = "PREDICTION_UNAVAILABLE"


class KeyNotFound(NotFound):
    """There is no such key, or it is of somebody else's session."""

    code = "API_KEY_NOT_FOUND"


class TooManyKeys(Conflict):
    """The session has as many active keys as it may have."""

    code = "API_KEY_LIMIT"
