"""Makes the timetable of a schedule out of the fields that a person fills in."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from services.scheduler.times.cadences import Cadence, CronCadence, IntervalCadence, OnceCadence
from services.scheduler.times.cron import parse_cron
from services.scheduler.times.errors import BadInterval, InvalidTimes, NeverFires
from services.scheduler.times.moments import FINAL_YEAR, MIN_YEAR, as_utc, instant_of
from services.scheduler.times.timetable import Timetable
from services.scheduler.times.zones import Zone, make_zone

# the tick of the clock that finds due schedules by contract: below it times cannot be kept
MIN_INTERVAL_SECONDS = 15
MAX_INTERVAL_SECONDS = 3653 * 86400  # ten years
MAX_EXCLUDED_DAYS = 1000


@dataclass(frozen=True)
class TimesConfig:
    """When a schedule is due, as given: one of ``cron``, ``interval_s`` and ``run_at``.

    Moments are aware. ``exclude`` holds days of the zone's calendar on which nothing is due.
    """

    timezone: object = "UTC"
    cron: object = None
    interval_s: object = None
    run_at: datetime | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    exclude: Collection[date] = ()


def make_timetable(config: TimesConfig, anchor: datetime) -> Timetable:
    """Return the due times; ``anchor`` begins the grid of an interval that has no ``starts_at``.

    Raises InvalidTimes if a field is wrong; ``errors`` has its name.
    """
    zone = make_zone(config.timezone)
    _check(config)
    cadence = _cadence(config, zone, config.starts_at or anchor)
    starts_at, ends_at = (one and as_utc(one) for one in (config.starts_at, config.ends_at))
    return Timetable(cadence, starts_at, ends_at)


def check_fires(timetable: Timetable, after: datetime) -> datetime:
    """Return the first due time later than a moment.

    Raises NeverFires if there is none before the end.
    """
    first = timetable.next_after(after)
    if first is not None:
        return first
    if timetable.ends_at is not None:
        detail = "ends_at: no time is due before the end. Write a later one, or none."
        raise NeverFires(detail, field="ends_at", part="ends_at")
    detail = "run_at: the time is over or its day is excluded. Write a later one."
    raise NeverFires(detail, field="run_at", part="run_at")


def parse_interval(given: object) -> int:
    """Return an interval in seconds.

    Raises BadInterval if it is no whole number, or too short or too long.
    """
    if isinstance(given, bool) or not isinstance(given, int):
        detail = f"interval_s: {str(given)[:40]!r} is no whole number of seconds. An hour is 3600."
        raise BadInterval(detail, field="interval_s", part="interval_s")
    if not MIN_INTERVAL_SECONDS <= given <= MAX_INTERVAL_SECONDS:
        shown = given if abs(given) < 10**20 else "this"
        detail = (
            f"interval_s: {shown} is not between {MIN_INTERVAL_SECONDS}"
            f" and {MAX_INTERVAL_SECONDS} seconds."
        )
        raise BadInterval(detail, field="interval_s", part="interval_s")
    return given


def _check(config: TimesConfig) -> None:
    """Raise InvalidTimes where the fields contradict each other."""
    given = [one for one in (config.cron, config.interval_s, config.run_at) if one is not None]
    if len(given) != 1:
        raise InvalidTimes("Give one of cron, interval_s and run_at, and not two of them.")
    starts_at, ends_at = config.starts_at, config.ends_at
    for name, moment in (("run_at", config.run_at), ("starts_at", starts_at), ("ends_at", ends_at)):
        if moment is not None and not MIN_YEAR <= moment.year < FINAL_YEAR:
            detail = (
                f"{name}: the year {moment.year} is not between {MIN_YEAR} and {FINAL_YEAR - 1}."
            )
            raise InvalidTimes(detail, field=name, part=name)
    if starts_at is not None and ends_at is not None and ends_at < starts_at:
        detail = "ends_at: the end lies before starts_at. Write a later one, or none."
        raise InvalidTimes(detail, field="ends_at", part="ends_at")
    if len(config.exclude) > MAX_EXCLUDED_DAYS:
        detail = (
            f"exclude: there are more than {MAX_EXCLUDED_DAYS} days. Leave out those that are over."
        )
        raise InvalidTimes(detail, field="exclude", part="exclude")


def _cadence(config: TimesConfig, zone: Zone, anchor: datetime) -> Cadence:
    excluded = frozenset(config.exclude)
    if config.run_at is not None:
        return _once(config.run_at, zone, excluded)
    if config.interval_s is not None:
        seconds = parse_interval(config.interval_s)
        return IntervalCadence(seconds, instant_of(anchor), zone, excluded)
    return CronCadence(parse_cron(config.cron).without(excluded), zone)


def _once(run_at: datetime, zone: Zone, excluded: frozenset[date]) -> OnceCadence:
    at = instant_of(run_at)
    if zone.local_date(at) in excluded:
        detail = "exclude: the day of run_at is excluded. Leave it out, or write another run_at."
        raise InvalidTimes(detail, field="exclude", part="exclude")
    return OnceCadence(at)
