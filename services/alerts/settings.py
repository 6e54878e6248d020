"""The rules as they hold: the defaults, and what admins have changed of them."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.db.upsert import insert_into
from app.errors import Invalid, NotFound
from app.models.alert import AlertSetting
from app.models.user import User
from services.alerts.rules import MINUTE, RULES, STATE, AlertRule

SETTABLE = ("threshold", "recovery", "window_s", "hold_s", "min_count", "remind_s")
OF_STATES = ("hold_s", "remind_s", "enabled")  # what a rule without a number has to set


@dataclass(frozen=True, kw_only=True)
class RuleInForce:
    """A rule as it holds, its defaults, and who changed it last."""

    rule: AlertRule
    default: AlertRule
    changed_at: datetime | None = None
    changed_by: str | None = None


def rules_in_force(session: Session) -> dict[str, AlertRule]:
    """Return every rule as it holds, by name."""
    rows = {row.rule: row for row in session.scalars(select(AlertSetting))}
    return {name: _merged(rule, rows.get(name)) for name, rule in RULES.items()}


def list_rules(database: Database) -> list[RuleInForce]:
    """Return every rule as it holds beside its defaults."""
    query = select(AlertSetting, User.name).outerjoin(User, User.id == AlertSetting.changed_by_id)
    with database.read() as session:
        rows = {row.rule: (row, who) for row, who in session.execute(query)}
    return [_in_force(rule, *rows.get(name, (None, None))) for name, rule in RULES.items()]


def change_rule(
    database: Database, actor: Actor, name: str, changes: Mapping[str, Any]
) -> RuleInForce:
    """Change what a rule says from the next look on; None for a field is its default.

    Raises NotFound for a name that no rule has, Invalid for values that contradict each other.
    """
    if name not in RULES:
        raise NotFound(f"There is no rule of this name; there are {', '.join(sorted(RULES))}.")
    with database.write() as unit:
        row = _locked(unit.session, name)
        before = _merged(RULES[name], row)
        for field, value in changes.items():
            setattr(row, field, value)
        after = _merged(RULES[name], row)
        _check(after, changes)
        row.changed_at, row.changed_by_id = now(), actor.audit_id
        record(unit, actor, "alert_rule_changed", f"alert_rule:{name}", _difference(before, after))
    return next(one for one in list_rules(database) if one.rule.name == name)


def _locked(session: Session, name: str) -> AlertSetting:
    """Return the row of a rule, made if it is the first change of it."""
    values = {"rule": name, "enabled": True, "changed_at": now()}
    insert = insert_into(session, AlertSetting).values(values)
    session.execute(insert.on_conflict_do_nothing(index_elements=["rule"]))
    return session.get_one(AlertSetting, name, with_for_update=True)


def _merged(rule: AlertRule, row: AlertSetting | None) -> AlertRule:
    if row is None:
        return rule
    given = {name: getattr(row, name) for name in SETTABLE}
    changed = {name: value for name, value in given.items() if value is not None}
    return replace(rule, enabled=row.enabled, **changed)


def _in_force(rule: AlertRule, row: AlertSetting | None, who: str | None) -> RuleInForce:
    return RuleInForce(
        rule=_merged(rule, row),
        default=rule,
        changed_at=None if row is None else row.changed_at,
        changed_by=who,
    )


def _check(rule: AlertRule, changes: Mapping[str, Any]) -> None:
    """Raise Invalid, naming the field, where a rule could not work so."""
    if rule.unit == STATE and (others := sorted(set(changes) - set(OF_STATES))):
        detail = "This rule watches a state and no number: it has no such value."
        raise Invalid(detail, errors={name: [detail] for name in others})
    if (rule.recovery < rule.threshold) if rule.falls else (rule.recovery > rule.threshold):
        side = "at or above" if rule.falls else "at or below"
        detail = f"recovery is {rule.recovery:g}: it lies {side} the threshold {rule.threshold:g}."
        raise Invalid(detail, errors={"recovery": [detail]})
    has_window = RULES[rule.name].window_s > 0
    if has_window and not MINUTE <= rule.window_s <= rule.max_window_s:
        detail = f"window_s is {rule.window_s}: give {MINUTE} to {rule.max_window_s} seconds."
        raise Invalid(detail, errors={"window_s": [detail]})


def _difference(before: AlertRule, after: AlertRule) -> dict[str, list[Any]]:
    pairs = {
        one.name: [getattr(before, one.name), getattr(after, one.name)] for one in fields(AlertRule)
    }
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
