"""What can be wrong with a plot, in sentences for the person who asked for it."""

from app.errors import BadRequest, Unavailable
from services.forecasting.domain.numbers import shown


class InvalidPlotParams(BadRequest):
    """A setting of a plot is wrong; ``errors`` names it."""

    code = "INVALID_PLOT_PARAMS"

    def __init__(self, field: str, value: object, right: str) -> None:
        detail = f"{field} is {shown(value, 57)}; it must be {right}."
        super().__init__(detail, errors={field: [detail]})


class NobodyDraws(Unavailable):
    """No worker is there, or none got to the plot in time; it is not drawn later either."""

    code = "PLOT_NOT_DRAWN"
    retry_after = 10


class PlotFailed(Unavailable):
    """The plot could not be drawn within its bounds."""

    code = "PLOT_GENERATION_ERROR"
