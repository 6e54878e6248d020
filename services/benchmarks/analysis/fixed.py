"""What a question may say again, and not change: the manifest fixed it before the first item."""

from collections.abc import Mapping

from app.auth.actor import Actor
from app.db.engine import Database
from app.errors import Invalid
from services.benchmarks.resolve import visible_benchmark

OF_PLAN = {"alpha": "alpha", "n_perm": "permutations"}  # of the contract: of the manifest


def require_as_planned(
    database: Database, actor: Actor, run_id: str, said: Mapping[str, float | None]
) -> None:
    """Raise Invalid where ``alpha`` or ``n_perm`` differs from the run's manifest.

    A level that is chosen after the results are seen is no level. Raises as ``visible_benchmark``.
    """
    if all(value is None for value in said.values()):
        return
    with database.read() as session:
        plan = visible_benchmark(session, actor, run_id).manifest["analysis"]
    errors = {
        name: [f"{name} is fixed by the manifest of the run: {plan[OF_PLAN[name]]}."]
        for name, value in said.items()
        if value is not None and value != plan[OF_PLAN[name]]
    }
    if errors:
        raise Invalid(" ".join(one for (one,) in errors.values()), errors=errors)
