"""What is known of one environment variable, and how a field of ``Settings`` declares it."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from app import settings_values as kinds
from app.settings_values import Kind


class SettingsError(Exception):
    """A variable has a value that cannot be used; the message says which and what would do."""


@dataclass(frozen=True, kw_only=True)
class Variable:
    """One environment variable: its name, how it is read, and what it is for."""

    name: str
    kind: Kind[Any]
    default: str
    help: str
    is_secret: bool = False

    def shown(self, value: str) -> str:
        """Return a value as people may see it: blanked where it is a secret."""
        return "***" if self.is_secret and value else kinds.without_password(value)

    def parsed(self, raw: str) -> Any:
        """Return the value of a text. Raises SettingsError."""
        try:
            return self.kind.parse(raw)
        except ValueError:
            raise SettingsError(
                f"{self.name} is {self.shown(raw)!r}, but it must be {self.kind.expected}."
            ) from None


def variable(
    name: str, kind: Kind[Any], default: str, help_: str, *, is_secret: bool = False
) -> Any:
    """Declare a field read from ``name``; ``default`` may name earlier fields in braces."""
    entry = Variable(name=name, kind=kind, default=default, help=help_, is_secret=is_secret)
    return dataclasses.field(metadata={"variable": entry})
