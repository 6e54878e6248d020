"""The switch of each kind of schedule: where it is off, its due times are skipped."""

from app.domains import FlagKind
from services.scheduler.kinds.types import ScheduleKind

PREFIX = "kind."


def flag_name(kind: str) -> str:
    """Return what the switch of a kind is called."""
    return f"{PREFIX}{kind}"


def kind_named(flag: str) -> str:
    """Return the kind whose switch is called so."""
    return flag.removeprefix(PREFIX)


def flag_of(kind: ScheduleKind) -> FlagKind:
    """Return the switch of a kind, which admins see beside those of other parts."""
    about = f"Schedules of the kind {kind.name}: where it is off, their due times are skipped."
    return FlagKind(name=flag_name(kind.name), about=about)
