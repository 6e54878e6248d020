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
from services.tracking.domain.metric_names import MAX_NAME

SERVER, TRAIN, EVALUATE = (
    "evaluate_metrics_serverapp",
    "train_metrics_clientapp",
    "evaluate_metrics_clientapp",
)
SECTIONS = (SERVER, TRAIN, EVALUATE)
SHORT = {TRAIN: "train", EVALUATE: "evaluate"}
# Flower's older ``History``: lists of (round, value) by section; its losses have no name
HISTORY: dict[str, tuple[str, str | None]] = {
    "losses_centralized": (SERVER, "loss"),
    "losses_distributed": (EVALUATE, "loss"),
    "metrics_centralized": (SERVER, None),
    "metrics_distributed": (EVALUATE, None),
    "metrics_distributed_fit": (TRAIN, None),
}
MAX_ROUND = 2**31 - 1
MAX_ROUNDS = 100_000
MAX_TEXT_LENGTH = 5_000
MAX_INTEGER = 2**63 - 1
EPOCH = "epoch"  # of a client's part: a count, no measurement
_MAX_PREFIX_LENGTH = "clients_evaluate_"
_ROUND = re.compile(r"[0-9]{1,10}")


class ResultFileError(ValueError):
    """The file is no such result; the message says why, and where in it."""


@dataclass(frozen=True, kw_only=True)
class SkippedRound:
    """A round that cannot be read, by the name it has in the file, and why."""

    round: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class OddMetric:
    """A metric of one round that is left out or kept otherwise, and what is odd about it."""

    round: int
    metric: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Section:
    """The rounds of a section, in ascending order, those that cannot be read, and odd metrics."""

    rounds: Mapping[int, Mapping[str, Any]]
    skipped: list[SkippedRound] = field(default_factory=list)
    odd: list[OddMetric] = field(default_factory=list)


class ResultObject(dict[str, Any]):
    """An object of the file: of a name that is there twice the first value counts."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__()
        self.repeated: list[str] = []
        for name, value in pairs:
            if name in self:
                self.repeated.append(name)
            else:
                self[name] = value


def read_result(content: bytes) -> ResultObject:
    """Return the object that the file holds.

    Raises ResultFileError with the line and column of a fault.
    """
    try:
        result = json.loads(content.decode("utf-8-sig"), object_pairs_hook=ResultObject)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ResultFileError(f"The file is not JSON: {place}: {error.msg}.") from None
    except UnicodeDecodeError as error:
        raise ResultFileError(f"The file is not UTF-8: byte {error.start}.") from None
    except (ValueError, RecursionError):
        raise ResultFileError("The file holds a number or a nesting that is too large.") from None
    if not isinstance(result, ResultObject):
        raise ResultFileError("The file holds no JSON object.")
    return _of_history(result) if HISTORY.keys() & result.keys() else result


def _of_history(result: ResultObject) -> ResultObject:
    """Return what a ``History`` holds in the sections of a ``Result``."""
    sections: dict[str, dict[str, dict[str, Any]]] = {}
    for name, (section, metric) in HISTORY.items():
        given = result.pop(name, None) or {}
        curves = given if metric is None else {metric: given}
        if not isinstance(curves, dict):
            raise ResultFileError(f"'{name}' is not an object of lists of (round, value).")
        for called, pairs in curves.items():
            _add_pairs(sections.setdefault(section, {}), name, called, pairs)
    result.update(sections)
    return result


def _add_pairs(rounds: dict[str, dict[str, Any]], place: str, metric: str, pairs: Any) -> None:
    if not isinstance(pairs, list | dict) or not all(
        isinstance(pair, list) and len(pair) == 2 for pair in pairs
    ):
        raise ResultFileError(f"'{place}', {metric[:60]!r}: this is no list of (round, value).")
    for number, value in pairs:
        rounds.setdefault(str(number), {})[metric] = value


def read_section(result: Mapping[str, Any], name: str) -> Section:
    """Return the rounds of one section.

    Raises ResultFileError for a section that is missing, empty or no object.
    """
    if name not in result:
        raise ResultFileError(f"The file has no section '{name}'.")
    section = result[name]
    if isinstance(section, str):
        section = _displayed(section, name)
    if not isinstance(section, dict):
        raise ResultFileError(f"The section '{name}' is not an object of rounds.")
    if not section:
        raise ResultFileError(f"The section '{name}' is empty.")
    if len(section) > MAX_ROUNDS:
        raise ResultFileError(f"The section '{name}' has more than {MAX_ROUNDS} rounds.")
    return _rounds(section)


def _displayed(text: str, name: str) -> dict[str, Any]:
    try:
        return read_display(text)
    except DisplayError as error:
        raise ResultFileError(f"The section '{name}' cannot be read: {error}.") from None


def _rounds(section: Mapping[str, Any]) -> Section:
    rounds: dict[int, Mapping[str, Any]] = {}
    skipped, odd = list[SkippedRound](), list[OddMetric]()
    for key, value in section.items():
        reason = _fault_of_key(key, rounds)
        metrics, fault = ({}, reason) if reason else _metrics(value)
        if fault:
            skipped.append(SkippedRound(round=key[:60], reason=fault))
            continue
        faults = _odd_metrics(metrics)
        odd += [OddMetric(round=int(key), metric=name[:60], reason=why) for name, why in faults]
        refused = {name for name, _ in faults if name not in _repeated(metrics)}
        rounds[int(key)] = {name: one for name, one in metrics.items() if name not in refused}
    skipped += [SkippedRound(round=key[:60], reason=_TWICE) for key in _repeated(section)]
    return Section(rounds=dict(sorted(rounds.items())), skipped=skipped, odd=odd)


_TWICE = "the round is there twice; the first counts"


def _repeated(section: Mapping[str, Any]) -> list[str]:
    """Return the names of an object that came more than once."""
    return section.repeated if isinstance(section, ResultObject) else []


def _fault_of_key(key: str, known: Mapping[int, Any]) -> str | None:
    if not _ROUND.fullmatch(key) or int(key) > MAX_ROUND:
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
    return value, None


def _odd_metrics(metrics: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return (name, reason) of each metric that cannot be stored or was reported twice."""
    faults = [(name, fault) for name, one in metrics.items() if (fault := _fault_of(name, one))]
    known = {name for name, _ in faults}
    twice = [name for name in _repeated(metrics) if name not in known]
    return faults + [(name, "is reported twice; the first value counts") for name in twice]


def _fault_of(name: str, value: Any, *, within: bool = False) -> str | None:
    """Return what keeps a metric from being stored; nothing is known of its meaning here.

    A number that is not finite is a gap, but for one ``within`` another metric.
    """
    if not 1 <= len(name) <= MAX_NAME - len(_MAX_PREFIX_LENGTH) or not name.isprintable():
        longest = MAX_NAME - len(_MAX_PREFIX_LENGTH)
        return f"is left out: a metric has a name of 1 to {longest} printable characters"
    if isinstance(value, dict):
        faults = (_fault_of(one, inner, within=True) for one, inner in value.items())
        return next((fault for fault in faults if fault), None)
    if isinstance(value, str):
        return _fault_of_text(value)
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        bad = (within and not math.isfinite(value)) or _is_too_large(value)
        return "is not a finite number and is left out" if bad else None
    return "is neither a number nor a text and is left out"


def _fault_of_text(text: str) -> str | None:
    if len(text) > MAX_TEXT_LENGTH:
        return f"has more than {MAX_TEXT_LENGTH} characters and is left out"
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        return "holds half a character and is left out"
    return None


def _is_too_large(value: float) -> bool:
    return isinstance(value, int) and abs(value) > MAX_INTEGER


def client_metrics(section: Section) -> Iterator[tuple[int, str, float]]:
    """Yield (round, name, value) of each number that the clients' means hold; NaN for a gap."""
    for number, metrics in section.rounds.items():
        for name, value in metrics.items():
            if _is_number(value) and name != EPOCH:
                yield number, name, float(value) if math.isfinite(value) else math.nan


def odd_client_metrics(section: Section) -> Iterator[OddMetric]:
    """Yield what of the clients' means is no number, and what is a gap."""
    for number, metrics in section.rounds.items():
        for name, value in metrics.items():
            if not _is_number(value):
                yield OddMetric(round=number, metric=name, reason="is no number and is left out")
            elif not math.isfinite(value):
                reason = "is not a finite number: a gap in its curve"
                yield OddMetric(round=number, metric=name, reason=reason)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
