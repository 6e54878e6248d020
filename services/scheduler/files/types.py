"""What schedules in files are, and what applying them does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.errors import Invalid
from services.scheduler.schedules.definition import ScheduleDefinition

CREATED, CHANGED, ARCHIVED, UNCHANGED = "created", "changed", "archived", "unchanged"
ACTIONS = (CREATED, CHANGED, ARCHIVED, UNCHANGED)
Key = tuple[str, str]
"""Who owns a schedule, by e-mail address, and what it is called: its name in files."""


@dataclass(frozen=True, kw_only=True)
class FileSchedule:
    """A schedule of a file; ``depends_on`` is the name of another one of its owner.

    ``path`` is where it stands, such as ``schedules[3]``, and ``lines`` has the line of each field.
    """

    owner: str
    definition: ScheduleDefinition
    depends_on: str | None
    path: str
    lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """Return owner and name."""
        return self.owner, self.definition.name

    def place(self, name: str = "") -> str:
        """Return where a field stands, for people: line and path."""
        top = name.partition(".")[0]
        line = self.lines.get(top, self.lines.get("", 0))
        return f"line {line}: {self.path}{'.' if name else ''}{name}"


@dataclass(frozen=True, kw_only=True)
class FileChange:
    """What becomes of one schedule; ``diff`` has by field what was and what is."""

    action: str
    owner: str
    name: str
    diff: Mapping[str, Sequence[Any]] = field(default_factory=dict)


class FileRefused(Invalid):
    """A file of schedules has faults; each is a line that says where."""

    code = "schedule_file_refused"

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults), errors={"file": list(faults)})
        self.faults = list(faults)
