"""Trainings that came to nothing: which sites are left out for it, and how that is said."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.studies.domain.outcome import CENTRAL, FEDERATED, LOCAL, Score, Values, sites_of


@dataclass(frozen=True, kw_only=True)
class SiteFailure:
    """A site whose local training has no result in ``seeds`` of the ``of`` seeds that count.

    It is left out of the local mean in every seed, so that the mean is over the same sites.
    """

    client: str
    seeds: Sequence[int]
    of: int
    what: str = "failed"

    @property
    def sentence(self) -> str:
        """Return what happened, for people."""
        return (
            f"Site {self.client}'s runs {self.what} in {len(self.seeds)} of {self.of} "
            f"{_seeds(self.of)}; it is left out of the local mean."
        )


def site_failures(scores: Sequence[Score]) -> list[SiteFailure]:
    """Return the sites that lack a result, whether failed, stopped, undefined or deleted.

    A training that still goes is no failure. A seed in which no site at all has a result does not
    count against any of them.
    """
    local = [one for one in scores if one.arm == LOCAL]
    seeds = sorted({one.seed for one in scores})
    usable = [seed for seed in seeds if not _is_lost(local, seed)]
    failures = []
    for client in sites_of(scores):
        own = {one.seed: one for one in local if one.client == client}
        failed = [seed for seed in usable if seed not in own or own[seed].is_without_result]
        if failed:
            what = {_what(own.get(seed)) for seed in failed}
            said = what.pop() if len(what) == 1 else "have no result"
            failures.append(SiteFailure(client=client, seeds=failed, of=len(usable), what=said))
    return failures


def _what(score: Score | None) -> str:
    if score is None:
        return "are missing"
    return {"failed": "failed", "cancelled": "were stopped"}.get(
        score.status, "could not be measured"
    )


def smallest_failures(smallest: Values, failures: Sequence[SiteFailure]) -> list[str]:
    """Return a sentence for seeds in which the smallest site was to be compared and cannot be."""
    failed = {seed for one in failures for seed in one.seeds}
    lost = sorted(failed - set(smallest))
    if not lost or not smallest:
        return []
    named = ", ".join(str(seed) for seed in lost)
    where = f"seed {named}" if len(lost) == 1 else f"seeds {named}"
    return [f"The smallest site has no result in {where}, left out of its comparison."]


def arm_failures(scores: Sequence[Score]) -> list[str]:
    """Return sentences for central and federated trainings without a result."""
    seeds = {one.seed for one in scores}
    sentences = []
    for arm in (CENTRAL, FEDERATED):
        failed = [one for one in scores if one.arm == arm and one.is_without_result]
        missing = seeds - {one.seed for one in scores if one.arm == arm}
        count = len(failed) + len(missing)
        if count:
            sentences.append(
                f"The {arm} run has no result in {count} of {len(seeds)} {_seeds(len(seeds))}; "
                f"{'that seed is' if count == 1 else 'those seeds are'} left out."
            )
    return sentences


def _is_lost(local: Sequence[Score], seed: int) -> bool:
    own = [one for one in local if one.seed == seed]
    return all(one.is_without_result for one in own)


def _seeds(count: int) -> str:
    return "seed" if count == 1 else "seeds"
