"""The kinds ``health.probe`` and ``counters.rollup``: what the clock does by itself, on order too.

The clock probes each minute and rolls up every five, with no schedule: neither may depend on the
workers that it looks after, and thousands of executions a day would say nothing (ADR 59). As
kinds an admin can have them at other times, with their results kept.
"""

from typing import Any

from services.scheduler.breaker.kinds import KIND_RULES
from services.scheduler.kinds.types import Params, ScheduleKind, WorkContext
from services.scheduler.totals.rebuild import rebuild, roll_up

PROBE, ROLL_UP = "health.probe", "counters.rollup"
TIMEOUT_S = 30


def roll_up_counters(context: WorkContext, params: Params) -> dict[str, Any]:
    """Hold the counters of days that are over against the rows; with ``everything`` all days."""
    if not params["everything"]:
        return roll_up(context.database)
    off = rebuild(context.database)
    return {"days": len(off), "drift": sum(off.values()), "unchanged": not off}


PLATFORM_KINDS = (
    ScheduleKind(
        name=PROBE,
        params="blueprints.scheduler.kind_params:HealthProbeParams",
        cadence="* * * * *",
        timeout_s=TIMEOUT_S,
        rules=KIND_RULES[PROBE],
        run="workers.platform_probe:probe",
        admins_only=True,
    ),
    ScheduleKind(
        name=ROLL_UP,
        params="blueprints.scheduler.kind_params:CountersRollupParams",
        cadence="*/5 * * * *",
        timeout_s=TIMEOUT_S,
        rules=KIND_RULES[ROLL_UP],
        run="services.scheduler.platform_kinds:roll_up_counters",
        admins_only=True,
    ),
)
