"""The rules of alerts as values: what counts as too much, for how long, and what to do then.

Texts are templates: what a measure fills in has the same name in its ``facts``.
"""

from dataclasses import dataclass

MINUTE, HOUR, DAY = 60, 3600, 86_400
WARNING, CRITICAL = "warning", "critical"
PLATFORM, OWNER = "platform", "owner"
PERCENT, SECONDS, MILLISECONDS, NUMBER, TIMES, STATE = (
    "percent", "seconds", "milliseconds", "number", "times", "state",
)  # fmt: skip
UNITS = (PERCENT, SECONDS, MILLISECONDS, NUMBER, TIMES, STATE)


@dataclass(frozen=True, kw_only=True)
class AlertRule:
    """One rule.

    It fires when the value of a scope has been beyond ``threshold`` for ``hold_s`` seconds, and
    recovers at ``recovery``: between the two it stays what it is. With ``falls`` a value below is
    too little. ``audience`` is whose alert it is: the
    owner's of what it is about, or the admins'. Fewer
    than ``min_count`` observations in ``window_s`` say nothing. While it fires there is a reminder
    every ``remind_s``. One that ``brakes`` stops roll-outs. A rule of the unit ``state`` watches a
    word and no number: it has nothing to set but ``hold_s`` and ``remind_s``.
    """

    name: str
    audience: str
    unit: str
    severity: str
    title: str
    sentence: str
    advice: str
    threshold: float = 0.0
    recovery: float = 0.0
    falls: bool = False
    window_s: int = 0
    max_window_s: int = DAY
    hold_s: int = 0
    min_count: int = 0
    remind_s: int = 4 * HOUR
    brakes: bool = False
    enabled: bool = True


ERROR_RATE = AlertRule(
    name="error_rate",
    audience=PLATFORM,
    unit=PERCENT,
    severity=CRITICAL,
    title="Too many executions fail",
    sentence="{value} % of {count} executions failed within {minutes} minutes; "
    "the limit is {threshold} %.",
    advice="Look in the inbox what they have in common.",
    threshold=5.0,
    recovery=3.0,
    window_s=15 * MINUTE,
    min_count=20,
    brakes=True,
)
TASK_SUCCESS = AlertRule(
    name="task_success",
    audience=PLATFORM,
    unit=PERCENT,
    severity=WARNING,
    title="Too few executions of {kind} succeed",
    sentence="{value} % of {count} executions succeeded within {hours} hours; "
    "it should be {threshold} %.",
    advice="Look in the inbox what they have in common.",
    threshold=95.0,
    recovery=97.0,
    falls=True,
    window_s=DAY,
    max_window_s=7 * DAY,
    min_count=20,  # of fewer than that a single failure would be too many
    brakes=True,
)
DASHBOARD_SLOW = AlertRule(
    name="dashboard_slow",
    audience=PLATFORM,
    unit=SECONDS,
    severity=WARNING,
    title="The dashboard is slow",
    sentence="95 % of {count} requests within {minutes} minutes took up to {value} s; "
    "the limit is {threshold} s.",
    advice="Look at the page Health whether the processor, the disk or the database is busy.",
    threshold=3.0,
    recovery=2.0,
    window_s=5 * MINUTE,
    max_window_s=HOUR,
    min_count=5,
    brakes=True,
)
SLOW_STATEMENTS = AlertRule(
    name="slow_statements",
    audience=PLATFORM,
    unit=MILLISECONDS,
    severity=WARNING,
    title="The database is slow",
    sentence="{count} statements took {value} ms or longer within {minutes} minutes; "
    "the limit is {threshold} ms.",
    advice="Look at the page Health whether the disk or the database's machine is busy.",
    threshold=500.0,
    recovery=400.0,
    window_s=5 * MINUTE,
    max_window_s=HOUR,
    min_count=5,
    brakes=True,
)
RECONCILE_FAILED = AlertRule(
    name="reconcile_failed",
    audience=PLATFORM,
    unit=NUMBER,
    severity=CRITICAL,
    title="Attempts stay open although their jobs are over",
    sentence="The clock could not end {value} of them.",
    advice="Read the log of the clock, then start it again.",
    hold_s=MINUTE,
    brakes=True,
)
COUNTER_DRIFT = AlertRule(
    name="counter_drift",
    audience=PLATFORM,
    unit=NUMBER,
    severity=WARNING,
    title="The lifetime counters are wrong",
    sentence="They differ by {value} from the executions that ended since yesterday.",
    advice="Report this as a bug, with the log of the clock.",
    hold_s=10 * MINUTE,
    brakes=True,
)
UNWATCHED = AlertRule(
    name="unwatched_connections",
    audience=PLATFORM,
    unit=NUMBER,
    severity=WARNING,
    title="Connected platforms lack an active schedule",
    sentence="Nothing comes for {value} of {count} connections.",
    advice="Reset their schedules, or let their owners sign in again.",
    hold_s=30 * MINUTE,
    brakes=True,
)
OWNER_SKIPPED = AlertRule(
    name="owner_skipped",
    audience=OWNER,
    unit=NUMBER,
    severity=WARNING,
    title="Your schedules are skipped again and again",
    sentence="{value} executions were skipped within {minutes} minutes; the limit is {threshold}.",
    advice="Let them come less often, or see what the ones before them wait for.",
    threshold=5.0,
    recovery=2.0,
    window_s=HOUR,
)
NOT_BEGUN = AlertRule(
    name="not_begun",
    audience=OWNER,
    unit=STATE,
    severity=CRITICAL,
    title="{name} has not begun in time",
    sentence="{waits_for}",
    advice="See that a worker serves its queue, or move its time.",
)
NOT_OVER = AlertRule(
    name="not_over",
    audience=OWNER,
    unit=STATE,
    severity=WARNING,
    title="{name} is not over in time",
    sentence="It had to end by {must_end_by}, {timezone}.",
    advice="Look whether it still gets on; cancel it if not.",
)
TAKES_LONG = AlertRule(
    name="takes_long",
    audience=OWNER,
    unit=TIMES,
    severity=WARNING,
    title="{name} takes unusually long",
    sentence="It has run for {seconds} s; 95 % of the last {count} took {usual} s at most.",
    advice="Look whether it still gets on; cancel it if not.",
    threshold=3.0,
    recovery=3.0,  # it only grows, until the execution is over
    min_count=5,
)
CIRCUIT_OPEN = AlertRule(
    name="circuit_open",
    audience=OWNER,
    unit=STATE,
    severity=WARNING,
    title="{name} rests after failures",
    sentence="It failed {failures} times in a row and is tried again by itself.",
    advice="Look at its last execution.",
)
SIGN_IN_AGAIN = AlertRule(
    name="sign_in_again",
    audience=OWNER,
    unit=STATE,
    severity=CRITICAL,
    title="{platform} needs you to sign in again",
    sentence="Nothing comes from connection {id} until then.",
    advice="Open the page Connections and sign in.",
)
RULES: dict[str, AlertRule] = {
    one.name: one
    for one in (
        ERROR_RATE,
        TASK_SUCCESS,
        DASHBOARD_SLOW,
        SLOW_STATEMENTS,
        RECONCILE_FAILED,
        COUNTER_DRIFT,
        UNWATCHED,
        OWNER_SKIPPED,
        NOT_BEGUN,
        NOT_OVER,
        TAKES_LONG,
        CIRCUIT_OPEN,
        SIGN_IN_AGAIN,
    )
}
