/** What needs attention, grouped by its cause, so that one fault of many runs is one entry. */
import type { Need } from "../../lib/types";

export interface Cause {
  key: string;
  kind: Need["kind"];
  /** What the server says of it, without numbers that differ from run to run. */
  detail: string;
  needs: Need[];
}

/** Numbers and hexadecimal ids differ from run to run where the cause is one. */
const alike = (detail: string): string => detail.replace(/\b0x[0-9a-f]+\b|\b[0-9a-f]{8,}\b|\d+(?:[.,]\d+)*/gi, "#");

/** The causes in the order of their newest need; the needs of each in the order given. */
export function causesOf(needs: readonly Need[]): Cause[] {
  const byKey = new Map<string, Cause>();
  for (const need of needs) {
    const key = `${need.kind}|${alike(need.detail)}`;
    const cause = byKey.get(key);
    if (cause) cause.needs.push(need);
    else byKey.set(key, { key, kind: need.kind, detail: need.detail, needs: [need] });
  }
  return [...byKey.values()];
}
