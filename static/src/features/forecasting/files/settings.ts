/** How a series becomes a column: the fields of its form and what they are called on the wire. */
import type { Key } from "../../../lib/i18n";
import { HORIZONS } from "../horizon";
import { typedNumber, type SeriesFile } from "../wire";

export const FORMS: readonly { wire: string; label: Key }[] = [
  { wire: "Historische Daten", label: "forecast.form_historical" },
  { wire: "Historische Prognosen", label: "forecast.form_forecasts" },
  { wire: "Aktueller Wert", label: "forecast.form_current" },
];
export const METHODS: readonly { wire: string; label: Key }[] = [
  { wire: "Lineare Interpolation", label: "forecast.method_linear" },
  { wire: "Mittelwertbildung", label: "forecast.method_mean" },
  { wire: "Nächster Wert", label: "forecast.method_nearest" },
];

export const NUMBERS = [
  "zeithorizont_start",
  "zeithorizont_end",
  "max_gap_min",
  "skalierung_min",
  "skalierung_max",
  "untergrenze",
  "obergrenze",
] as const;
export type NumberName = (typeof NUMBERS)[number];

export interface Typed extends Record<NumberName, string> {
  bezeichnung: string;
  datenform: string;
  datenanpassung: string;
  average: boolean;
  scale: boolean;
}

const DEFAULTS: Readonly<Partial<Record<NumberName, number>>> = { skalierung_min: 0, skalierung_max: 1 };

export function typedOf(file: SeriesFile): Typed {
  const [start, end] = HORIZONS[file.type];
  const defaults: Partial<Record<NumberName, number>> = {
    ...DEFAULTS,
    zeithorizont_start: start,
    zeithorizont_end: end,
  };
  const numbers = Object.fromEntries(
    NUMBERS.map((name) => [name, String(file[name] ?? defaults[name] ?? "")]),
  ) as Record<NumberName, string>;
  return {
    ...numbers,
    bezeichnung: file.bezeichnung,
    datenform: file.datenform ?? FORMS[0]!.wire,
    datenanpassung: file.datenanpassung ?? METHODS[0]!.wire,
    average: file.mittelwertbildung_uber_den_zeithorizont === "ja",
    scale: file.skalierung === "ja",
  };
}

export type SettingsFault = "number" | "order" | "needed" | "positive";

export function faultsOf(typed: Typed): Partial<Record<NumberName | "bezeichnung", SettingsFault>> {
  const faults: Partial<Record<NumberName | "bezeichnung", SettingsFault>> = {};
  const value = (name: NumberName): number | null => typedNumber(typed[name]);
  for (const name of NUMBERS) {
    const number = value(name);
    if (number !== null && !Number.isFinite(number)) faults[name] = "number";
  }
  for (const name of ["zeithorizont_start", "zeithorizont_end"] as const)
    if (value(name) === null) faults[name] = "needed";
  const ordered = (low: NumberName, high: NumberName): void => {
    const [from, to] = [value(low), value(high)];
    if (from !== null && to !== null && from >= to) faults[high] ??= "order";
  };
  if (typed.datenform !== "Aktueller Wert") ordered("zeithorizont_start", "zeithorizont_end");
  if (typed.scale) ordered("skalierung_min", "skalierung_max");
  ordered("untergrenze", "obergrenze");
  const gap = value("max_gap_min");
  if (gap !== null && gap <= 0) faults.max_gap_min ??= "positive";
  if (!typed.bezeichnung.trim()) faults.bezeichnung = "needed";
  return faults;
}

/** What differs from the file as it is, as the API takes it. */
export function changesOf(file: SeriesFile, typed: Typed): Record<string, unknown> {
  const before = typedOf(file);
  const wire = (one: Typed): Record<string, unknown> => ({
    ...Object.fromEntries(NUMBERS.map((name) => [name, typedNumber(one[name])])),
    bezeichnung: one.bezeichnung.trim(),
    datenform: one.datenform,
    datenanpassung: one.datenanpassung,
    mittelwertbildung_uber_den_zeithorizont: one.average ? "ja" : "nein",
    skalierung: one.scale ? "ja" : "nein",
  });
  const [old, next] = [wire(before), wire(typed)];
  return Object.fromEntries(Object.entries(next).filter(([name, value]) => value !== old[name]));
}
