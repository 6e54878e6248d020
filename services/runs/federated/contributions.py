"""What each site contributed to a federated run, per round and in all."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.auth.access import require_visible
from app.auth.actor import Actor
from app.db.engine import Database
from app.models.run import Run
from services.runs.federated.domain.contribution import Contribution, total
from services.runs.federated.rounds import StoredClientRound, parts_of
from services.runs.training.config.monitor import lower_is_better

METHOD = (
    "Weight: the share of the site in the round's new model. Leave-one-out: the monitored metric "
    "of the round's model minus that of the model made without the site, both as the mean over "
    "all sites' validation rows, weighted by rows. Totals: the mean weight, the sum of the rest."
)


@dataclass(frozen=True, kw_only=True)
class RoundContributions:
    """The sites of one round."""

    round: int
    sites: Sequence[Contribution]


@dataclass(frozen=True, kw_only=True)
class Contributions:
    """Every round and the totals; ``measured`` says whether anything was left out to measure."""

    metric: str
    lower_is_better: bool
    measured: bool
    method: str
    rounds: Sequence[RoundContributions]
    total: Sequence[Contribution]


def show_contributions(database: Database, actor: Actor, run_id: str) -> Contributions:
    """Return the contributions of the run's sites; a centralised run has none."""
    with database.read() as session:
        run = require_visible(session, Run, run_id, actor)
        parts = parts_of(session, run.id)
    rounds = {number: _contributions(sites) for number, sites in parts.items()}
    metric = str(run.config.get("monitor_metric", ""))
    return Contributions(
        metric=metric,
        lower_is_better=lower_is_better(metric),
        measured=run.config.get("contribution") == "every_round",
        method=METHOD,
        rounds=[RoundContributions(round=one, sites=sites) for one, sites in rounds.items()],
        total=total(rounds),
    )


def _contributions(parts: Sequence[StoredClientRound]) -> list[Contribution]:
    return [
        Contribution(client=part.client, weight=part.weight, leave_one_out=part.leave_one_out)
        for part in parts
    ]
