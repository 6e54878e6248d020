/** What the map of sites and rounds shows: a value per cell, its shade, and who is out. */
import { t, type Key } from "../../../lib/i18n";
import { bytes, duration, metric } from "../../../lib/format";
import type { ClientView } from "./runview";
import { own } from "../../../lib/own";

export const MEASURES = ["loss", "seconds", "bytes"] as const;
export type Measure = (typeof MEASURES)[number];
const WORDS: Record<Measure, Key> = {
  loss: "run.measure_loss",
  seconds: "run.measure_seconds",
  bytes: "run.measure_bytes",
};
export const measureWord = (measure: Measure): string => t(WORDS[measure]);

const LOSSES = ["val_loss", "eval_loss", "train_loss", "loss"];

/** The loss after training where the ledger has it, else what the site reported. */
function lossOf(client: ClientView): number | null {
  if (typeof client.loss_after === "number") return client.loss_after;
  for (const name of LOSSES) {
    const value = own(client.metrics, name);
    if (typeof value === "number") return value;
  }
  return null;
}

export function measureOf(client: ClientView, measure: Measure): number | null {
  if (measure === "loss") return lossOf(client);
  if (measure === "seconds") return client.seconds;
  const { bytes_down: down, bytes_up: up } = client;
  return down == null && up == null ? null : (down ?? 0) + (up ?? 0);
}

export const say = (value: number | null, measure: Measure): string =>
  value === null
    ? t("run.not_measured")
    : measure === "seconds"
      ? duration(value)
      : measure === "bytes"
        ? bytes(value)
        : metric(value);

/** Per cent of the full colour, from the least to the greatest value in sight. */
export function shadeOf(value: number | null, low: number | null, high: number | null): number {
  if (value === null || low === null || high === null) return 0;
  return high > low ? Math.round(12 + (88 * (value - low)) / (high - low)) : 50;
}

export const isOut = (client: ClientView): boolean => /refused|failed|dropped|late/.test(client.status);

/** At work when the run ended: neither done nor to blame. */
export const isLeft = (client: ClientView): boolean => client.status === "interrupted";

/** The parts of a site's round in order, in seconds; null where the ledger does not know. */
export interface Span {
  part: "waiting" | "training" | "sending";
  from: number;
  seconds: number;
}

export function spansOf(client: ClientView): Span[] {
  const parts = [
    ["waiting", client.waiting_seconds],
    ["training", client.training_seconds ?? (client.waiting_seconds == null ? client.seconds : null)],
    ["sending", client.sending_seconds],
  ] as const;
  let from = 0;
  const spans: Span[] = [];
  for (const [part, seconds] of parts) {
    if (typeof seconds !== "number" || seconds < 0) continue;
    spans.push({ part, from, seconds });
    from += seconds;
  }
  return spans;
}
