"""Which age, marital status, education and occupation fit together."""

from services.benchmarks.domain.builders.drafts import PersonaDraft
from services.benchmarks.domain.builders.tables import (
    ADULT,
    AGE_BINS,
    EDUCATION_FROM,
    OCCUPATIONS,
    WORKING_TO,
)


def age_bin(age: int) -> int:
    """Return the place of an age in ``AGE_BINS``; who is older than all is of the last."""
    return next((place for place, (_, oldest) in enumerate(AGE_BINS) if age <= oldest), 5)


def ages_that_fit(person: PersonaDraft) -> tuple[int, int]:
    """Return the youngest and the oldest age that the other attributes of a person allow.

    A status, an education or an occupation that no table knows fits adults of working age, and
    the person's own age.
    """
    youngest, oldest = 0, 120
    if person.marriage_status not in (None, "single"):
        youngest = ADULT
    if person.education is not None:
        youngest = max(youngest, EDUCATION_FROM.get(person.education, ADULT))
    if person.occupation is not None:
        known = OCCUPATIONS.get(person.occupation)
        youngest = max(youngest, known.youngest if known else ADULT)
        oldest = WORKING_TO
    if person.age is None:
        return youngest, oldest
    return min(youngest, person.age), max(oldest, person.age)


def fits(person: PersonaDraft, age: int) -> bool:
    """Return whether the person, as they are otherwise, could be of this age."""
    youngest, oldest = ages_that_fit(person)
    return youngest <= age <= oldest
