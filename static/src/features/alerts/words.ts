/** How alerts and their rules are put into words. */
import { fixed } from "../../lib/format";
import { t, type Key } from "../../lib/i18n";
import { own } from "../../lib/own";
import type { components } from "../../lib/schema";
import type { Alert, AlertStep } from "./alerts.svelte";

export type Rule = components["schemas"]["AlertRuleView"];
const STATE: Record<Alert["state"], Key> = {
  calm: "alerts.state_calm",
  pending: "alerts.state_pending",
  firing: "alerts.state_firing",
  recovered: "alerts.state_recovered",
};
const SEVERITY: Record<Alert["severity"], Key> = {
  info: "alerts.severity_info",
  warning: "alerts.severity_warning",
  critical: "alerts.severity_critical",
};
const STEP: Record<AlertStep["type"], Key> = {
  pending: "alerts.step_pending",
  calm: "alerts.step_calm",
  firing: "alerts.step_firing",
  raised: "alerts.step_raised",
  reminder: "alerts.step_reminder",
  recovered: "alerts.step_recovered",
  muted: "alerts.step_muted",
  unmuted: "alerts.step_unmuted",
};
const RULE: Record<string, Key> = {
  error_rate: "alerts.rule_error_rate",
  task_success: "alerts.rule_task_success",
  dashboard_slow: "alerts.rule_dashboard_slow",
  slow_statements: "alerts.rule_slow_statements",
  reconcile_failed: "alerts.rule_reconcile_failed",
  counter_drift: "alerts.rule_counter_drift",
  unwatched_connections: "alerts.rule_unwatched_connections",
  owner_skipped: "alerts.rule_owner_skipped",
  not_begun: "alerts.rule_not_begun",
  not_over: "alerts.rule_not_over",
  takes_long: "alerts.rule_takes_long",
  circuit_open: "alerts.rule_circuit_open",
  sign_in_again: "alerts.rule_sign_in_again",
};
const UNIT: Partial<Record<Rule["unit"], Key>> = {
  percent: "alerts.unit_percent",
  seconds: "alerts.unit_seconds",
  milliseconds: "alerts.unit_milliseconds",
  times: "alerts.unit_times",
};

export const stateWord = (state: Alert["state"]): string => t(STATE[state]);
export const severityWord = (severity: Alert["severity"]): string => t(SEVERITY[severity]);
export const stepWord = (step: AlertStep): string => t(STEP[step.type], { who: step.who ?? t("alerts.somebody") });

export function ruleWord(name: string): string {
  const key = own(RULE, name);
  return key ? t(key) : name;
}

const number = (value: number): string => (Number.isInteger(value) ? String(value) : fixed(value, 1));

/** A threshold with its unit: "5 %". */
export function quantity(value: number, unit: Rule["unit"]): string {
  const key = UNIT[unit];
  return key ? t(key, { value: number(value) }) : number(value);
}

/** A time that a rule names: "15 minutes". */
export function timeWord(seconds: number): string {
  const hours = seconds / 3600;
  if (hours >= 1 && Number.isInteger(hours)) return t("alerts.hours", { count: hours });
  return t("alerts.minutes", { count: Math.round(seconds / 60) });
}

/** What a rule does, in sentences. */
export function sentencesOf({ values, unit, falls }: Rule): string[] {
  const limits = { threshold: quantity(values.threshold, unit), recovery: quantity(values.recovery, unit) };
  const sentences = [
    unit === "state"
      ? t("alerts.words_state")
      : values.recovery === values.threshold
        ? t("alerts.words_more_than", limits)
        : t(falls ? "alerts.words_below" : "alerts.words_above", limits),
  ];
  if (values.window_s) sentences.push(t("alerts.words_window", { time: timeWord(values.window_s) }));
  if (values.min_count > 1) sentences.push(t("alerts.words_count", { count: values.min_count }));
  if (values.hold_s) sentences.push(t("alerts.words_hold", { time: timeWord(values.hold_s) }));
  sentences.push(t("alerts.words_remind", { time: timeWord(values.remind_s) }));
  return sentences;
}
