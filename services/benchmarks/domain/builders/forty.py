"""The set of personas that comes with the platform."""

from functools import cache

from services.benchmarks.domain.builders.drafts import PersonaDraft
from services.benchmarks.domain.builders.pool import build_pool
from services.benchmarks.domain.builders.sample import build_balanced
from services.benchmarks.domain.builders.tables import ADULT
from services.benchmarks.domain.personas import FEMALE, MALE

NAME = "Forty adults: gender by region of origin"
SEED = 42
REGIONS = ("Africa", "Americas", "Asia", "Europe", "Oceania")
EACH = 4  # of each gender from each region


@cache
def forty_people() -> tuple[PersonaDraft, ...]:
    """Return forty adults: four women and four men from each region, otherwise of every kind."""
    pool = [one for one in build_pool(3000, SEED, 0.7) if (one.age or 0) >= ADULT]
    cells = [
        [one for one in pool if (one.gender, one.origin_region) == (gender, region)]
        for region in REGIONS
        for gender in (FEMALE, MALE)
    ]
    return tuple(person for cell in cells for person in build_balanced(cell, EACH, SEED))
