"""The result file of a federation: sections of metrics per round, as objects or as old strings.

Flower's ``Result`` has three sections, each a map from a round to its metrics: what the clients
measured while training, what they measured afterwards, and what the server measured.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.imports.domain.display import DisplayError, read_display

SERVER, TRAIN, EVALUATE = (
    "evaluate_metrics_serverapp",
    "train_metrics_clientapp",
    "evaluate_metrics_clientapp",
)
SECTIONS = (SERVER, TRAIN, EVALUATE)
LARGEST_ROUND = 2**31 - 1
MOST_ROUNDS = 100_000
LONGEST_TEXT = 5_000
LARGEST_WHOLE = 2**63 - 1
_ROUND = re.compile(r"[0-9]{1,10}")


class ResultFileError(ValueError):
    """The file is no such result; the message says why, and where in it."""


@dataclass(frozen=True, kw_only=True)
class SkippedRound:
    """A round that cannot be read, by the name it has in the file, and why."""

    round: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Section:
    """The rounds of a section, in ascending order, and those that cannot be read."""

    rounds: Mapping[int, Mapping[str, Any]]
    skipped: list[SkippedRound] = field(default_factory=list)


class Told(dict[str, Any]):
    """An object of the file: of a name that is said twice the first value counts."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__()
        self.repeated: list[str] = []
        for name, value in pairs:
            if name in self:
                self.repeated.append(name)
            else:
                self[name] = value


def read_result(content: bytes) -> Told:
    """Return the object that the file holds.

    Raises ResultFileError with the line and column of a fault.
    """
    try:
        told = json.loads(content.decode("utf-8-sig"), object_pairs_hook=Told)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ResultFileError(f"The file is not JSON: {place}: {error.msg}.") from None
    except UnicodeDecodeError as error:
        raise ResultFileError(f"The file is not UTF-8: byte {error.start}.") from None
    except (ValueError, RecursionError):
        raise ResultFileError("The file holds a number or a nesting that is too large.") from None
    if not isinstance(told, Told):
        raise ResultFileError("The file holds no JSON object.")
    return told


def read_section(told: Mapping[str, Any], name: str) -> Section:
    """Return the rounds of one section.

    Raises ResultFileError for a section that is missing, empty or no object.
    """
    if name not in told:
        raise ResultFileError(f"The file has no section '{name}'.")
    section = told[name]
    if isinstance(section, str):
        section = _displayed(section, name)
    if not isinstance(section, dict):
        raise ResultFileError(f"The section '{name}' is not an object of rounds.")
    if not section:
        raise ResultFileError(f"The section '{name}' is empty.")
    if len(section) > MOST_ROUNDS:
        raise ResultFileError(f"The section '{name}' has more than {MOST_ROUNDS} rounds.")
    return _rounds(section)


def _displayed(text: str, name: str) -> dict[str, Any]:
    try:
        return read_display(text)
    except DisplayError as error:
        raise ResultFileError(f"The section '{name}' cannot be read: {error}.") from None


def _rounds(section: Mapping[str, Any]) -> Section:
    rounds: dict[int, Mapping[str, Any]] = {}
    skipped = []
    for key, value in section.items():
        reason = _fault_of_key(key, rounds)
        metrics, fault = ({}, reason) if reason else _metrics(value)
        if fault:
            skipped.append(SkippedRound(round=key[:60], reason=fault))
        else:
            rounds[int(key)] = metrics
    skipped += [SkippedRound(round=key[:60], reason=_TWICE) for key in _repeated(section)]
    return Section(rounds=dict(sorted(rounds.items())), skipped=skipped)


_TWICE = "the round is told twice; the first counts"


def _repeated(section: Mapping[str, Any]) -> list[str]:
    return section.repeated if isinstance(section, Told) else []


def _fault_of_key(key: str, known: Mapping[int, Any]) -> str | None:
    if not _ROUND.fullmatch(key) or int(key) > LARGEST_ROUND:
        return "the round is not a whole number from 0"
    return _TWICE if int(key) in known else None


def _metrics(value: Any) -> tuple[Mapping[str, Any], str | None]:
    """Return the metrics of a round, or what is wrong with them."""
    if isinstance(value, str):
        try:
            value = read_display(value)
        except DisplayError as error:
            return {}, f"it cannot be read: {error}"
    if not isinstance(value, dict):
        return {}, "it is not an object of metrics"
    if not value:
        return {}, "it holds no metrics"
    if isinstance(value, Told) and value.repeated:
        return {}, f"{value.repeated[0][:60]!r} is said twice"
    faults = (_fault_of(name, one) for name, one in value.items())
    return value, next((fault for fault in faults if fault), None)


def _fault_of(name: str, value: Any) -> str | None:
    """Return what keeps a metric from being stored; nothing is known of its meaning here."""
    if not 1 <= len(name) <= 200 or not name.isprintable():
        return "a metric has a name of 1 to 200 printable characters"
    if isinstance(value, dict):
        inner = value.items()
        faults = (_fault_of(f"{name}.{one}", told) for one, told in inner)
        return next((fault for fault in faults if fault), None)
    if isinstance(value, str):
        return _fault_of_text(name, value)
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return None if _is_finite(value) else f"{name} is not a finite number"
    return f"{name} is neither a number nor a text"


def _fault_of_text(name: str, text: str) -> str | None:
    if len(text) > LONGEST_TEXT:
        return f"{name} has more than {LONGEST_TEXT} characters"
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        return f"{name} holds half a character"
    return None


def _is_finite(value: float) -> bool:
    return abs(value) <= LARGEST_WHOLE if isinstance(value, int) else math.isfinite(value)


def client_metrics(section: Section) -> Iterator[tuple[int, str, float]]:
    """Yield (round, name, value) of each number that the clients' means hold."""
    for number, metrics in section.rounds.items():
        for name, value in metrics.items():
            if isinstance(value, int | float) and not isinstance(value, bool) and name != "epoch":
                yield number, name, float(value)
