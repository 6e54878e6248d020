"""What the use cases of benchmarks refuse."""

from collections.abc import Mapping
from typing import Any

from app.errors import Conflict, Invalid, NotFound


class BenchmarkNotFound(NotFound):
    """There is no such benchmark run, or it is not the actor's to see."""

    code = "benchmark_not_found"


class UnknownName(Invalid):
    """A field names something that does not exist; the sentence has the nearest that does."""

    code = "unknown_name"


class NothingToAsk(Invalid):
    """No persona or no active trait: a run of it would have no item."""

    code = "nothing_to_ask"


class BenchmarkNotOver(Conflict):
    """The run is still waiting or running."""

    code = "benchmark_not_over"


class NotResumable(Conflict):
    """An imported run asked no server, so there is none to ask again."""

    code = "benchmark_imported"


class ManifestFixed(Conflict):
    """A resume would change what decides the answers."""

    code = "manifest_fixed"


class CannotScore(Conflict):
    """The server cannot do what the run needs: the sentence says what, and what to do.

    ``probe`` is what it turned out to do, where it answered.
    """

    code = "cannot_score"
    probe: Mapping[str, Any] | None = None


class CostLimitReached(Conflict):
    """The tokens so far cost as much as the run may."""

    code = "cost_limit_reached"
