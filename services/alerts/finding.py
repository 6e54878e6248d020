"""What a rule measured of one scope."""

from dataclasses import dataclass

from services.alerts.rules import Rule
from services.alerts.state import Reading


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A reading by its rule; None where there is nothing to measure any more."""

    rule: Rule
    scope: str
    reading: Reading | None
