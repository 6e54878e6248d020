"""A pool: people drawn one by one from tables of marginals.

Each draw takes ``p ** (1 - T)``: at temperature 0 the tables as they are, at 1 every value as
often as any other, so that small groups are large enough to be compared. What cannot be, such as
a child with an occupation, stays impossible at every temperature.
"""

from bisect import bisect_right
from collections.abc import Hashable, Mapping
from itertools import accumulate
from typing import Any
from uuid import UUID

from services.benchmarks.domain.builders import tables
from services.benchmarks.domain.builders.drafts import PersonaDraft
from services.benchmarks.domain.builders.fit import age_bin
from services.benchmarks.domain.countries import BY_NAME, COUNTRIES
from services.seeding import generator

DRAWS = 11  # of one person
Table = Mapping[Any, float]


def build_pool(n: int, seed: int = 42, temperature: float = 0.0) -> list[PersonaDraft]:
    """Return ``n`` people, the same for the same arguments; ``temperature`` is from 0 to 1.

    Raises ValueError for a temperature outside of that.
    """
    if not 0.0 <= temperature <= 1.0:
        raise ValueError(f"The temperature is {temperature:g}: give a number from 0 to 1.")
    draws = generator(seed, "personas", "pool")
    numbers = draws.random((n, DRAWS)).tolist()
    names = [draws.bytes(16) for _ in range(n)]
    people = _Population(temperature)
    return [people.person(name, row) for name, row in zip(names, numbers, strict=True)]


class _Population:
    """Draws from the tables at one temperature; each table is weighed once."""

    def __init__(self, temperature: float) -> None:
        self._power = 1.0 - temperature
        self._weighed: dict[Hashable, tuple[list[Any], list[float]]] = {}

    def person(self, name: bytes, numbers: list[float]) -> PersonaDraft:
        """Return the person of these numbers from 0 to 1."""
        draw = iter(numbers)
        age = self._age(next(draw), next(draw))
        education = self._education(age, next(draw))
        occupation = self._occupation(age, education, next(draw), next(draw))
        known = tables.OCCUPATIONS[occupation] if occupation else None
        migration = self._pick("migration", tables.MIGRATION, next(draw))
        origin = BY_NAME[self._origin(migration, next(draw))]
        faiths = tables.RELIGION_OF.get(origin.name) or tables.RELIGION[origin.subregion]
        return PersonaDraft(
            uuid=str(UUID(bytes=name, version=4)),
            age=age,
            gender=self._pick("gender", tables.GENDER, next(draw)),
            origin=origin.name,
            origin_region=origin.region,
            origin_subregion=origin.subregion,
            education=education,
            occupation=occupation,
            occupation_category=known.category if known else None,
            marriage_status=self._marriage(age, next(draw)),
            migration_status=migration,
            religion=self._pick(("religion", origin.name), faiths, next(draw)),
            sexuality=self._pick("sexuality", tables.SEXUALITY, next(draw)),
        )

    def _pick(self, key: Hashable, table: Table, number: float) -> Any:
        """Return the value of ``table`` at ``number``; ``key`` names the table."""
        if key not in self._weighed:
            chances = {value: p**self._power for value, p in table.items() if p > 0}
            self._weighed[key] = list(chances), list(accumulate(chances.values()))
        values, sums = self._weighed[key]
        return values[min(bisect_right(sums, number * sums[-1]), len(values) - 1)]

    def _age(self, group: float, within: float) -> int:
        youngest, oldest = tables.AGE_BINS[int(self._pick("age", tables.AGE, group))]
        return youngest + int(within * (oldest - youngest + 1))

    def _education(self, age: int, number: float) -> str | None:
        table = {
            level: weight
            for level, weight in tables.EDUCATION.items()
            if tables.EDUCATION_FROM[level] <= age
        }
        return self._pick(("education", len(table)), table, number) if table else None

    def _occupation(
        self, age: int, education: str | None, has_one: float, which: float
    ) -> str | None:
        if education is None or not tables.WORKING_FROM <= age <= tables.WORKING_TO:
            return None
        share = tables.EMPLOYED[age_bin(age)]
        if not self._pick(("employed", share), {True: share, False: 1 - share}, has_one):
            return None
        rank = tables.RANKS[education]
        table = {
            name: one.weight
            for name, one in tables.OCCUPATIONS.items()
            if tables.RANKS[one.education] <= rank and one.youngest <= age
        }
        return self._pick(("occupation", rank, tuple(table)), table, which) if table else None

    def _origin(self, migration: str, number: float) -> str:
        if migration == "without_migration":
            return tables.HOME
        common = tables.COMMON_ORIGINS
        table = {one.name: common.get(one.name, 1.0) for one in COUNTRIES}
        del table[tables.HOME]
        return str(self._pick("origin", table, number))

    def _marriage(self, age: int, number: float) -> str:
        if age < tables.ADULT:
            return "single"
        group = age_bin(age)
        return str(self._pick(("marriage", group), tables.MARRIAGE[group], number))
