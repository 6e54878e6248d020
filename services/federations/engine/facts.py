"""What a site and the server send each other before the first round, as JSON in one record.

A site sends counts and sums of its rows, never a row; the server sends how to prepare them.
Floats survive JSON exactly, so a federation across sites scales as one in a single process.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self, TypeVar

import numpy as np
from flwr.app import ConfigRecord, RecordDict

from services.runs.training.data.scaling import Moments

SETUP, FACTS, FROZEN = "setup", "facts", "frozen"
PROTOCOL = 3  # of plans and answers: one more whenever an older release could not read them
MAX_ROWS = 50_000_000  # of one site: the server numbers them
RELEASES = "the versions of both sides may differ: install the same release"
_CONTENT = "json"

Parsed = TypeVar("Parsed")


class UnreadableError(ValueError):
    """The other side's message is not what this release sends."""


@dataclass(frozen=True, kw_only=True)
class SitePlan:
    """How a site has to prepare its rows and its network, the same for every message of a run.

    ``classes`` and ``features`` give the order; ``mean`` and ``deviation`` are None in the first
    question, which asks for what they are made of. A plan without classes asks what a site has, one
    with ``categories`` or ``fills`` and without ``fit`` what it says of these columns.
    ``seconds`` are left for the answer.
    """

    run: int
    site: str
    config: Mapping[str, Any]
    kind: str
    classes: Sequence[str]
    features: Sequence[str]
    image_size: Sequence[int] | None
    color_mode: str
    class_counts: Sequence[int] | None = None
    mean: Sequence[float] | None = None
    deviation: Sequence[float] | None = None
    categories: Sequence[str] = ()
    fills: Mapping[str, str] = field(default_factory=dict)
    fit: Mapping[str, Any] | None = None
    seconds: float | None = None
    protocol: int = PROTOCOL

    @property
    def identity(self) -> str:
        """Return what two messages of one preparation have in common."""
        return json.dumps({**asdict(self), "seconds": None}, sort_keys=True)

    def record(self) -> ConfigRecord:
        """Return the plan as Flower sends it."""
        return ConfigRecord({_CONTENT: json.dumps(asdict(self), allow_nan=False)})

    @classmethod
    def of(cls, content: RecordDict) -> Self:
        """Return the plan in a message; raises ``UnreadableError`` for what we do not speak."""
        values = read_json(content, SETUP)
        if values.get("protocol") != PROTOCOL:
            raise UnreadableError(
                f"the server speaks protocol {values.get('protocol')!r}, this site {PROTOCOL}; "
                "install the same release on both sides"
            )
        return _made(cls, values, SETUP)


@dataclass(frozen=True, kw_only=True)
class SiteFacts:
    """What a site reports of its rows: counts, and the sums that scaling needs.

    ``class_counts`` are of its training rows, in the order of the plan's classes. ``certificate``
    is what it says of its fits, None where it says nothing; it travels in a record of its own.
    """

    site: str
    sha256: str
    rows: int
    patients: int
    train_rows: int
    validation_rows: int
    class_counts: Sequence[int]
    mean: Sequence[float]
    spread: Sequence[float]
    shape: Sequence[int]
    certificate: Mapping[str, Any] | None = None

    @property
    def moments(self) -> Moments:
        """Return the site's part of the scaling."""
        return Moments(n=self.moment_rows, mean=np.array(self.mean), spread=np.array(self.spread))

    @property
    def moment_rows(self) -> int:
        """Return over how many values the sums go: rows of a table, pixels of images."""
        pixels = int(np.prod(self.shape[1:])) if len(self.shape) > 1 else 1
        return self.train_rows * pixels

    def record(self) -> ConfigRecord:
        """Return the facts as Flower sends them."""
        values = asdict(self)
        del values["certificate"]  # a server of an earlier release would not read them
        return ConfigRecord({_CONTENT: json.dumps(values, allow_nan=False)})

    @classmethod
    def of(cls, content: RecordDict, classes: int) -> Self:
        """Return the facts in an answer; raises ``ValueError`` for what makes no sense."""
        facts = _made(cls, read_json(content, FACTS), FACTS)
        counts = (facts.rows, facts.patients, facts.train_rows, facts.validation_rows)
        numbers = [*counts, *facts.class_counts, *facts.shape]
        if any(type(number) is not int or number < 0 for number in numbers):
            raise ValueError("its counts are not whole numbers")
        if facts.train_rows < 1 or max(counts) > MAX_ROWS:
            raise ValueError(f"its training rows are not between 1 and {MAX_ROWS}")
        if facts.train_rows + facts.validation_rows > facts.rows:
            raise ValueError("its rows do not add up")
        if len(facts.class_counts) != classes or sum(facts.class_counts) != facts.train_rows:
            raise ValueError("its classes do not add up to its training rows")
        sums = np.array([facts.mean, facts.spread], dtype=np.float64)
        if not np.isfinite(sums).all() or (sums[1] < 0).any():
            raise ValueError("its sums are not finite")
        if not facts.shape or sums.shape != (2, facts.shape[0]) or np.prod(facts.shape) > MAX_ROWS:
            raise ValueError("its sums are not one for each feature")
        if not isinstance(facts.sha256, str):
            raise TypeError("its hash is no text")
        if facts.certificate is not None:
            raise ValueError("its certificate is not in its place")
        return facts


def facts_to_bytes(facts: Sequence[SiteFacts]) -> bytes:
    """Return what a checkpoint keeps of the sites."""
    return json.dumps([asdict(one) for one in facts], allow_nan=False).encode()


def facts_from_bytes(content: bytes) -> list[SiteFacts]:
    """Return the sites of a checkpoint."""
    return [SiteFacts(**one) for one in json.loads(content)]


def _made(kind: type[Parsed], values: Mapping[str, Any], key: str) -> Parsed:
    try:
        return kind(**values)
    except TypeError:
        raise UnreadableError(f"its {key} cannot be read; {RELEASES}") from None


def read_json(content: RecordDict, key: str) -> dict[str, Any]:
    """Return the object that a record holds; raises ``UnreadableError``."""
    record = content.config_records.get(key)
    try:
        values = json.loads(str(record[_CONTENT])) if record is not None else None
    except (KeyError, ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        raise UnreadableError(f"its {key} cannot be read; {RELEASES}")
    return values
