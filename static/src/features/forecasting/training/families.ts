/** Families of models and the settings that are typed for them. */
import { typedNumber, type Family, type ModelField } from "../wire";

/** A model to train: its family and what was typed, by the names of the wire; what is empty is the default. */
export interface Choice {
  key: string;
  mode: string;
  values: Record<string, string>;
  /** The run of the earlier model that it goes on from. */
  start?: number | undefined;
}

/** A model that another one of its family and architecture can go on from. */
export interface EarlierModel {
  run_id: number;
  name: string;
  mode: string;
  settings: Record<string, unknown>;
}
/** What decides the shapes of a network's weights, by the names of the wire. */
const ARCHITECTURE = ["LAY", "N", "K", "ACTF"];

/** The choice with an earlier model as its beginning, and with that model's architecture. */
export function startingFrom(choice: Choice, family: Family, model: EarlierModel): Choice {
  const values = { ...choice.values };
  for (const field of family.fields.filter((one) => ARCHITECTURE.includes(one.wire))) {
    const text = String(model.settings[field.wire]);
    if (text === defaultText(field)) delete values[field.wire];
    else values[field.wire] = text;
  }
  return { ...choice, values, start: model.run_id };
}

/** What every server trains, where it does not describe its families. */
export const PLAIN: readonly Family[] = [{ mode: "LIN", label: "Linear", about: "", fields: [] }];

export const familyOf = (families: readonly Family[], mode: string): Family | undefined =>
  families.find((family) => family.mode === mode);

let next = 1;
export function newChoice(mode: string): Choice {
  return { key: `${Date.now().toString(36)}-${next++}`, mode, values: {} };
}

/** Choices that this browser kept; what is not of their form is left out. */
export function chosenFrom(kept: unknown): Choice[] {
  if (!Array.isArray(kept)) return [];
  return kept.filter(
    (one): one is Choice =>
      typeof one?.key === "string" &&
      typeof one.mode === "string" &&
      one.values !== null &&
      typeof one.values === "object",
  );
}

export const defaultText = (field: ModelField): string => (field.default === null ? "" : String(field.default));

export type Fault = { kind: "number" | "whole" | "odd" | "choice" } | { kind: "low" | "high" | "above"; bound: number };

/** What is wrong with a typed value; null where nothing is. The bounds are those of the server. */
export function faultOf(field: ModelField, text: string | undefined): Fault | null {
  if (!text?.trim()) return null;
  if (field.type === "choice") return field.choices?.includes(text) ? null : { kind: "choice" };
  const value = typedNumber(text);
  if (value === null || !Number.isFinite(value)) return { kind: "number" };
  if (field.type === "integer" && !Number.isInteger(value)) return { kind: "whole" };
  // the server says null where a bound does not apply
  if (typeof field.minimum === "number" && value < field.minimum) return { kind: "low", bound: field.minimum };
  if (typeof field.above === "number" && value <= field.above) return { kind: "above", bound: field.above };
  if (typeof field.maximum === "number" && value > field.maximum) return { kind: "high", bound: field.maximum };
  return field.odd && value % 2 === 0 ? { kind: "odd" } : null;
}

export function isFaultless(family: Family | undefined, choice: Choice): boolean {
  return (family?.fields ?? []).every((field) => faultOf(field, choice.values[field.wire]) === null);
}

/** What is sent for a choice: only what was typed, numbers as numbers. */
export function settingsOf(family: Family | undefined, choice: Choice): Record<string, unknown> {
  const typed = (family?.fields ?? []).flatMap((field) => {
    const text = choice.values[field.wire]?.trim();
    if (!text) return [];
    return [[field.wire, field.type === "choice" ? text : typedNumber(text)] as const];
  });
  const start = choice.start ? { start_from: choice.start } : {};
  return { MODE: choice.mode, ...Object.fromEntries(typed), ...start };
}
