"""A persona: a person that does not exist, by the attributes that groups are made of."""

from dataclasses import dataclass

MALE, FEMALE, DIVERSE = "male", "female", "diverse"


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedPersona:
    """The attributes of a persona in the contract's words (section 1); None is not known.

    Origins carry English names; ``origin_country_de`` is the German one for German prompts.
    """

    uuid: str
    age: int | None = None
    gender: str | None = None
    education: str | None = None
    occupation: str | None = None
    marriage_status: str | None = None
    migration_status: str | None = None
    religion: str | None = None
    sexuality: str | None = None
    origin_country: str | None = None
    origin_country_de: str | None = None
    origin_region: str | None = None
    origin_subregion: str | None = None
    name: str | None = None
    appearance: str | None = None
    biography: str | None = None
