"""People as builders make them, before they are rows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonaDraft:
    """One invented person by the attributes of the contract; None is not said.

    ``origin`` is the English name of a country, with the region and subregion that it lies in.
    """

    uuid: str
    name: str | None = None
    age: int | None = None
    gender: str | None = None
    origin: str | None = None
    origin_region: str | None = None
    origin_subregion: str | None = None
    education: str | None = None
    occupation: str | None = None
    occupation_category: str | None = None
    marriage_status: str | None = None
    migration_status: str | None = None
    religion: str | None = None
    sexuality: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """A person who differs from the one called ``source_uuid`` in one attribute.

    ``from_value`` is what the source has there and ``to_value`` what the twin has, as text.
    """

    persona: PersonaDraft
    source_uuid: str
    changed_attribute: str
    from_value: str
    to_value: str
