"""What a rule measured of one scope."""

from dataclasses import dataclass

from services.alerts.rules import AlertRule
from services.alerts.state import Reading


@dataclass(frozen=True, kw_only=True)
class AlertFinding:
    """A reading by its rule; None where there is nothing to measure any more."""

    rule: AlertRule
    scope: str
    reading: Reading | None
