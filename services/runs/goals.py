"""The direction of metrics by their names alone, for tables over many runs."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.series import MetricDefinition
from services.tracking.catalogue import direction_of


def goals_of_names(session: Session, names: Sequence[str]) -> dict[str, str | None]:
    """Return "min" or "max" for each name, None where nobody knows or runs define it differently.

    What runs have defined counts where the catalogue does not know the name.
    """
    goals: dict[str, str | None] = {name: direction_of(name) for name in names}
    unknown = [name for name, goal in goals.items() if goal is None]
    if not unknown:
        return goals
    columns = (MetricDefinition.name, MetricDefinition.goal)
    query = select(*columns).where(MetricDefinition.name.in_(unknown)).distinct()
    defined: dict[str, set[str]] = defaultdict(set)
    for name, goal in session.execute(query):
        defined[name].add(goal)
    return goals | {name: min(known) for name, known in defined.items() if len(known) == 1}
