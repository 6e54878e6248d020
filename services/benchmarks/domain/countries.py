"""Countries of origin: where they lie, and how people call them."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.benchmarks.domain.country_table import ALSO_CALLED, TABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """A country by its English name; ``code`` is ISO 3166 alpha-2, the regions those of M49."""

    code: str
    name: str
    name_de: str
    region: str
    subregion: str


def _parsed(table: str) -> Iterator[Country]:
    region = subregion = ""
    for line in table.strip().splitlines():
        if " / " in line:
            region, _, subregion = line.partition(" / ")
            continue
        for entry in filter(None, (part.strip() for part in line.split(";"))):
            code, _, names = entry.partition(" ")
            name, _, name_de = names.partition("/")
            yield Country(code=code, name=name, name_de=name_de, region=region, subregion=subregion)


COUNTRIES: tuple[Country, ...] = tuple(_parsed(TABLE))
BY_CODE = {country.code: country for country in COUNTRIES}
BY_NAME = {country.name: country for country in COUNTRIES}
SUBREGIONS = tuple(dict.fromkeys(country.subregion for country in COUNTRIES))
_KNOWN: dict[str, Country] = (
    {country.code.casefold(): country for country in COUNTRIES}
    | {alias: BY_CODE[code] for alias, code in ALSO_CALLED.items()}
    | {country.name_de.casefold(): country for country in COUNTRIES}
    | {country.name.casefold(): country for country in COUNTRIES}
)


def country_of(text: str) -> Country | None:
    """Return the country of a name in English or German, of a usual other name or a code."""
    return _KNOWN.get(" ".join(text.casefold().split()))
