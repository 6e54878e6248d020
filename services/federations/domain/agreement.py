"""What the sites of a run must have in common, where no data at the server lays it down.

A site may lack a class (a rare disease) and may have columns of its own; it may not call them
differently, because a class that is spelled in two ways would be two classes.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

MAX_SHOWN = 5
AS_CATEGORIES = " (categories)"
MAX_SHOWN_LENGTH = 40
WAY_OUT = "or name test data at the server, which then lays them down"

Key = TypeVar("Key", bound=Hashable)


class DisagreementError(ValueError):
    """The sites have too little in common, and nobody can say which of them is right."""


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What a site has: ``image_shape`` is (height, width, channels), None for a table."""

    site: str
    kind: str
    rows: int
    classes: Sequence[str]
    features: Sequence[str] = ()
    image_shape: tuple[int, int, int] | None = None
    categories: Sequence[str] = ()
    fills: Mapping[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> Sequence[str]:
        """Return the columns that are learned from; one of categories is another than a number."""
        return [*self.features, *(name + AS_CATEGORIES for name in self.categories)]


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """What the network is made for: the order of classes and columns, and the size of images.

    ``fills`` are the columns that some site has gaps in: all sites fill them.
    """

    kind: str
    classes: Sequence[str]
    features: Sequence[str] = ()
    image_shape: tuple[int, int, int] | None = None
    categories: Sequence[str] = ()
    fills: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class AgreementResult:
    """An agreement, why a site is left out, and what is worth knowing of one that is not."""

    agreement: Agreement
    refused: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)


def agree(offers: Sequence[Offer]) -> AgreementResult:
    """Return what most sites have; raises ``DisagreementError`` where no side is the larger one.

    Classes are those of the site whose classes hold the most other sites' classes. Columns are
    those that most sites have exactly; more columns at a site are not trained on.
    """
    if not offers:
        raise DisagreementError("No site has reported what its data holds.")
    kind = _most_common_value(offers, lambda one: one.kind, "the kind of their data")
    left = [one for one in offers if one.kind == kind]
    refused = {
        one.site: f"its data is of kind {one.kind}; {_others(left)} {kind}. Bring data of that kind"
        for one in offers
        if one.kind != kind
    }
    classes = _classes(left)
    refused |= _strange_classes(left, classes)
    columns = _features([one for one in left if one.site not in refused])
    refused |= _lacking(left, columns, refused)
    taking_part = [one for one in left if one.site not in refused]
    names, categories = _parted(columns)
    return AgreementResult(
        agreement=Agreement(
            kind=kind,
            classes=classes,
            features=names,
            image_shape=_shape(taking_part),
            categories=categories,
            fills=_fills(taking_part, {*names, *categories}),
        ),
        refused=refused,
        notes=_more_columns(taking_part, columns),
    )


def _parted(columns: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the columns of numbers, and those of categories."""
    numbers = [name for name in columns if not name.endswith(AS_CATEGORIES)]
    categories = [name for name in columns if name.endswith(AS_CATEGORIES)]
    return numbers, [name.removesuffix(AS_CATEGORIES) for name in categories]


def _fills(offers: Sequence[Offer], columns: set[str]) -> dict[str, str]:
    """Return how gaps are filled, as most sites with gaps in a column have it."""
    votes: dict[str, Counter[str]] = {}
    for one in offers:
        for name, method in one.fills.items():
            if name in columns:
                votes.setdefault(name, Counter())[method] += 1
    return {name: counts.most_common(1)[0][0] for name, counts in votes.items()}


def listed(names: Sequence[str]) -> str:
    """Return names for a sentence: the first few of them, each as far as it can be shown."""
    shown = [
        name if len(name) <= MAX_SHOWN_LENGTH else f"{name[:MAX_SHOWN_LENGTH]}…" for name in names
    ]
    more = len(shown) - MAX_SHOWN
    first = ", ".join(shown[:MAX_SHOWN])
    return f"{first} and {more} more" if more > 0 else first


def _most_common_value(offers: Sequence[Offer], key: Callable[[Offer], Key], what: str) -> Key:
    """Return the one value that most sites have."""
    votes = Counter(key(one) for one in offers).most_common()
    if len(votes) > 1 and votes[0][1] == votes[1][1]:
        sides = "; ".join(f"{one.site} has {key(one)}" for one in offers[:MAX_SHOWN])
        raise DisagreementError(f"The sites do not agree on {what}: {sides}.")
    return votes[0][0]


def _classes(offers: Sequence[Offer]) -> Sequence[str]:
    candidates = {frozenset(one.classes): one.classes for one in offers}
    fits = {
        candidate: sum(candidate.issuperset(one.classes) for one in offers)
        for candidate in candidates
    }
    best = [candidate for candidate, count in fits.items() if count == max(fits.values())]
    if len(best) > 1:
        sides = "; ".join(f"{one.site} has {listed(one.classes)}" for one in offers[:MAX_SHOWN])
        raise DisagreementError(
            f"The sites do not agree on the classes: {sides}. Give the classes the same names at "
            f"all sites, {WAY_OUT}."
        )
    return candidates[best[0]]


def _features(offers: Sequence[Offer]) -> Sequence[str]:
    candidates = {frozenset(one.columns): one.columns for one in reversed(offers)}
    votes = Counter(frozenset(one.columns) for one in offers).most_common()
    if len(votes) > 1 and votes[0][1] == votes[1][1]:
        common = frozenset.intersection(*(columns for columns, _ in votes))
        sides = "; ".join(
            f"{one.site} has {listed(more)}"
            for one in offers[:MAX_SHOWN]
            if (more := [name for name in one.columns if name not in common])
        )
        raise DisagreementError(
            f"The sites do not agree on the columns: {sides}, which not all have. Give all sites "
            f"the same columns, {WAY_OUT}."
        )
    return candidates[votes[0][0]]


def _strange_classes(offers: Sequence[Offer], classes: Sequence[str]) -> dict[str, str]:
    return {
        one.site: f"its data has the class {listed(strange)}; the classes of this run are "
        f"{listed(classes)}. Give the rows one of these names"
        for one in offers
        if (strange := [name for name in one.classes if name not in set(classes)])
    }


def _lacking(
    offers: Sequence[Offer], features: Sequence[str], refused: Mapping[str, str]
) -> dict[str, str]:
    lacking = {}
    for one in offers:
        missing = [name for name in features if name not in set(one.columns)]
        if missing and one.site not in refused:
            more = [name for name in one.columns if name not in set(features)]
            lacked = listed(missing)
            lacked = f"{lacked} and has {listed(more)}" if more else lacked
            lacking[one.site] = (
                f"its data lacks the columns {lacked}; the columns of this run "
                f"are {listed(features)}. Name its columns so"
            )
    return lacking


def _more_columns(offers: Sequence[Offer], features: Sequence[str]) -> dict[str, str]:
    return {
        one.site: f"has further columns, which are not trained on: {listed(more)}"
        for one in offers
        if (more := [name for name in one.columns if name not in set(features)])
    }


def _shape(offers: Sequence[Offer]) -> tuple[int, int, int] | None:
    """Return the size of the most images; colours, if any site has them."""
    shapes = [(one.image_shape, one.rows) for one in offers if one.image_shape is not None]
    if not shapes:
        return None
    votes: Counter[tuple[int, int]] = Counter()
    for shape, rows in shapes:
        votes[shape[0], shape[1]] += rows
    (height, width), _ = max(votes.items(), key=lambda pair: (pair[1], pair[0]))
    return height, width, max(shape[2] for shape, _ in shapes)


def _others(offers: Sequence[Offer]) -> str:
    names = listed([one.site for one in offers])
    return f"that of {names} is of kind"
