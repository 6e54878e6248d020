"""The retries and limits that the kinds of contract 8.4 begin with, until a schedule says others.

A schedule may set its own attempts and waits; when the circuit opens is the kind's.
"""

from services.scheduler.breaker.policy import CircuitLimits, KindRules, RetryPolicy
from services.scheduler.codes.codes import ErrorCode

# Upkeep of the platform: one that fails is due again by its cadence, for nobody would resume it.
_NEVER_OPENS = CircuitLimits(consecutive=None, recent=None, ladder=())
# Without a ladder an open circuit goes straight to a person.
_NO_LADDER = CircuitLimits(ladder=())
_TOKENS = RetryPolicy(
    max_attempts=4, backoff_s=(30, 120, 600), codes=frozenset({ErrorCode.NETWORK})
)

KIND_RULES = {
    "training.run": KindRules(
        retries=RetryPolicy(max_attempts=3, backoff_s=(300, 1800)),
        limits=CircuitLimits(consecutive=2, recent=None, ladder=()),
    ),
    "forecasting.session": KindRules(
        retries=RetryPolicy(max_attempts=3, backoff_s=(300, 1800)),
        limits=CircuitLimits(consecutive=2, recent=None, ladder=()),
    ),
    "benchmark.run": KindRules(
        retries=RetryPolicy(max_attempts=2, backoff_s=(900,)),
        limits=CircuitLimits(recent=None),
    ),
    "dataset.refresh": KindRules(
        retries=RetryPolicy(max_attempts=5, backoff_s=(60, 300, 1800, 7200)),
    ),
    "token.check": KindRules(retries=_TOKENS, limits=_NO_LADDER),
    "site.analyse": KindRules(
        retries=RetryPolicy(max_attempts=4, backoff_s=(120, 900, 7200)),
    ),
    "retention.sweep": KindRules(
        retries=RetryPolicy(max_attempts=3, backoff_s=(600, 3600)), limits=_NEVER_OPENS
    ),
    "reconcile": KindRules(
        retries=RetryPolicy(max_attempts=3, backoff_s=(300, 900)), limits=_NEVER_OPENS
    ),
    "health.probe": KindRules(limits=_NEVER_OPENS),
    "counters.rollup": KindRules(limits=_NEVER_OPENS),
}
