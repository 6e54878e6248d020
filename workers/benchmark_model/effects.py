"""What is put into the simulated model: shifts and refusals for groups, as people write them.

``gender=female:+0.4@competence``: women are rated 0.4 higher on traits of competence.
"""

import re
from dataclasses import dataclass

_GROUP = r"(?P<attribute>[a-z_]+)=(?P<values>[^:@]+)"
_EFFECT = re.compile(rf"{_GROUP}:(?P<size>[+-]?\d+(?:\.\d+)?)(?:@(?P<trait>.+))?")
_SHARE = re.compile(rf"{_GROUP}:(?P<share>0?\.\d+|0|1(?:\.0*)?)")
EFFECT_FORM = "attribute=value:+0.4@competence, such as gender=female:+0.4@competence"
SHARE_FORM = "attribute=value:0.2, such as gender=diverse:0.2"


@dataclass(frozen=True)
class PersonGroup:
    """Persons with one of ``values`` in ``attribute``, such as age 65+ or religion Muslims."""

    attribute: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class GroupEffect:
    """A shift of the ratings of a group, in rating points.

    With a category, or without ``trait``, plus is favourable: it lowers traits of negative
    valence. With an adjective as ``trait``, plus is more of just that.
    """

    group: PersonGroup
    size: float
    trait: str | None = None


@dataclass(frozen=True)
class GroupRefusals:
    """The share of items about a group that the model declines to rate, 0 to 1."""

    group: PersonGroup
    share: float


def parse_effect(text: str) -> GroupEffect:
    """Return the effect that ``text`` writes; raises ValueError with the form that is right."""
    match = _EFFECT.fullmatch(text.strip())
    if not match:
        raise ValueError(f"{text!r} is no effect. Write {EFFECT_FORM}.")
    trait = match["trait"]
    return GroupEffect(_group(match), float(match["size"]), trait.strip() if trait else None)


def parse_refusals(text: str) -> GroupRefusals:
    """Return the share that ``text`` writes; raises ValueError with the form that is right."""
    match = _SHARE.fullmatch(text.strip())
    if not match:
        raise ValueError(f"{text!r} is no share of a group. Write {SHARE_FORM}.")
    return GroupRefusals(_group(match), float(match["share"]))


def _group(match: re.Match[str]) -> PersonGroup:
    values = tuple(one.strip() for one in match["values"].split("|"))
    return PersonGroup(match["attribute"], values)
