"""What can be wrong with the settings of windows, in words for people."""

from typing import ClassVar

from app.errors import RoundhouseError
from services.forecasting.domain.numbers import shown


class InvalidWindows(RoundhouseError):
    """A setting of the windows is wrong. ``field`` is its name, ``value`` what was given."""

    code: ClassVar[str] = "INVALID_WINDOWS"
    status: ClassVar[int] = 400

    def __init__(self, field: str, value: object, right: str) -> None:
        super().__init__(
            f"{field} is {shown(value, 77)}; it must be {right}.",
            errors={field: [f"Must be {right}."]},
        )
        self.field = field
        self.value = value
        self.right = right


class InvalidSteps(InvalidWindows):
    """The time steps (zeitschritte) are wrong."""

    code = "INVALID_ZEITSCHRITTE"


class StepsMissing(InvalidWindows):
    """A dataset needs time steps, and the session has none."""

    code = "STEPS_MISSING"


class InvalidCalendar(InvalidWindows):
    """The calendar settings (timeInfo) are wrong."""

    code = "INVALID_TIME_INFO"


class InvalidSeriesSetting(InvalidWindows):
    """A setting of one series is wrong."""

    code = "INVALID_FILE_SETTING"


class InvalidTrainingSplit(InvalidWindows):
    """The percentages, the seed or the periods of the split are wrong."""

    code = "INVALID_TRAINING_SPLIT"


class InvalidRawSeries(InvalidWindows):
    """The rows of a series are not sorted, not distinct, empty or missing."""

    code = "INVALID_SERIES"


class TooFewSamples(RoundhouseError):
    """A block of the split would be empty: ``n`` samples are there, ``needed`` would do."""

    code = "TOO_FEW_SAMPLES"
    status = 400

    def __init__(self, n: int, needed: int, sizes: tuple[int, int, int]) -> None:
        train, validation, test = sizes
        samples = "1 sample makes" if n == 1 else f"{n} samples make"
        super().__init__(
            f"{samples} {train} for training, {validation} for validation and {test} for "
            f"testing; each needs at least one. {needed} samples would do: add rows, shorten the "
            "horizons or change the percentages.",
            errors={"training_split": [f"Needs {needed} samples, there are {n}."]},
        )
        self.n = n
        self.needed = needed
        self.sizes = sizes
