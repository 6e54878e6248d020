"""What persons are compared by, and how a value that is missing is called."""

from collections.abc import Collection
from difflib import get_close_matches

UNKNOWN = "Unknown"  # the group of a missing attribute, and of a trait without a category
ATTRIBUTES = (  # the contract's list (section 2), in its order
    "gender",
    "age_group",
    "origin_region",
    "origin_subregion",
    "religion",
    "sexuality",
    "marriage_status",
    "education",
    "occupation",
    "occupation_category",
    "migration_status",
)
AGE_GROUPS = ((9, "0-9"), (19, "10-19"), (29, "20-29"), (44, "30-44"), (64, "45-64"))
OLDEST = "65+"
MAX_NAMED = 20  # choices in one sentence


class UnknownChoiceError(ValueError):
    """A name that this run does not have, with those that it has and the nearest of them."""

    def __init__(self, field: str, value: str, choices: Collection[str]) -> None:
        self.field, self.value, self.choices = field, value, tuple(choices)
        self.nearest = nearest(value, choices)
        super().__init__(f"{field} has no value {value}." + self._hint())

    def _hint(self) -> str:
        """Return which value would be right; nothing where there are too many to name."""
        if self.nearest:
            return f" Did you mean {self.nearest}?"
        if 0 < len(self.choices) <= MAX_NAMED:
            return f" It has {', '.join(self.choices)}."
        return ""


def nearest(value: str, choices: Collection[str]) -> str | None:
    """Return the choice that is spelled most like ``value``; None where none is close."""
    by_lower = {choice.lower(): choice for choice in choices}
    close = get_close_matches(value.lower(), by_lower, n=1, cutoff=0.5)
    return by_lower[close[0]] if close else None


def age_group(age: int | None) -> str:
    """Return the contract's group of an age in years; UNKNOWN of none."""
    if age is None or age < 0:
        return UNKNOWN
    return next((name for oldest, name in AGE_GROUPS if age <= oldest), OLDEST)
