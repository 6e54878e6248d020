/** The calendar of a session as a form: five features, each with its details, and the zone and country. */
import { CATEGORIES, type Category } from "../holding";
import { typedNumber, type Block, type Calendar, type SeriesFile } from "../wire";

/** Contract 3.5: where the horizon of each feature begins if nothing is said, in hours; all end at 0. */
export const STARTS: Readonly<Record<Category, number>> = {
  jahr: -24,
  monat: -1,
  woche: -24,
  tag: -24,
  feiertag: -100,
};
/** The three that the contract names; others by their ISO code. */
export const COUNTRIES = ["Österreich", "Deutschland", "Schweiz"] as const;

export interface Feature {
  on: boolean;
  /** Aligned with a horizon, or the value at the reference time alone. */
  current: boolean;
  start: string;
  end: string;
  local: boolean;
  scale: boolean;
  scaleMin: string;
  scaleMax: string;
}
export interface CalendarForm {
  zone: string;
  features: Record<Category, Feature>;
  country: string;
  region: string;
  school: boolean;
  closing: string;
}

const text = (value: unknown, fallback: number | string): string =>
  value === null || value === undefined || value === "" ? String(fallback) : String(value);
const isYes = (value: unknown): boolean => value === true || value === "ja" || value === "true";

/** The zone of a place in which the files were read, "UTC" where they name none or several. */
export function zoneOf(files: readonly SeriesFile[]): string {
  const zones = new Set(files.map((file) => file.importOptions?.timezone));
  const [zone] = zones;
  return zones.size === 1 && typeof zone === "string" && zone.includes("/") ? zone : "UTC";
}

/** The form of what is saved; `zone` is prefilled where no zone is. */
export function formOf(calendar: Calendar, zone = "UTC"): CalendarForm {
  const blockOf = (name: Category): Block => calendar.category_data?.[name] ?? {};
  const holiday = blockOf("feiertag");
  const feature = (name: Category): Feature => {
    const block = blockOf(name);
    return {
      on: calendar[name] === true,
      current: block.datenform === "Aktuelle Zeit",
      start: text(block.zeithorizontStart, STARTS[name]),
      end: text(block.zeithorizontEnd, 0),
      local: isYes(block.detaillierteBerechnung),
      scale: isYes(block.skalierung),
      scaleMin: text(block.skalierungMin, 0),
      scaleMax: text(block.skalierungMax, 1),
    };
  };
  const days = holiday.schliesstage;
  return {
    zone: text(calendar.zeitzone, zone),
    features: Object.fromEntries(CATEGORIES.map((name) => [name, feature(name)])) as Record<Category, Feature>,
    country: text(holiday.land, "Deutschland"),
    region: text(holiday.region, ""),
    school: isYes(holiday.schulferien),
    closing: Array.isArray(days) ? days.join(", ") : "",
  };
}

const yes = (value: boolean): string => (value ? "ja" : "nein");

/** What is sent: a block for each feature that is on, the holidays' own fields in theirs. */
export function wireOf(form: CalendarForm): Calendar {
  const block = (name: Category): Block => {
    const one = form.features[name];
    const horizon = one.current
      ? {}
      : { zeithorizontStart: typedNumber(one.start), zeithorizontEnd: typedNumber(one.end) };
    const scale = one.scale
      ? { skalierungMin: typedNumber(one.scaleMin), skalierungMax: typedNumber(one.scaleMax) }
      : {};
    return {
      datenform: one.current ? "Aktuelle Zeit" : "Zeithorizont",
      ...horizon,
      detaillierteBerechnung: one.local,
      skalierung: yes(one.scale),
      ...scale,
      ...(name === "feiertag" ? holidayFields(form) : {}),
    };
  };
  const on = CATEGORIES.filter((name) => form.features[name].on);
  return {
    ...Object.fromEntries(CATEGORIES.map((name) => [name, form.features[name].on])),
    zeitzone: form.zone.trim() || "UTC",
    category_data: Object.fromEntries(on.map((name) => [name, block(name)])),
  };
}

function holidayFields(form: CalendarForm): Block {
  const days = form.closing.split(/[,;\s]+/).filter(Boolean);
  return {
    land: form.country.trim(),
    ...(form.region.trim() ? { region: form.region.trim() } : {}),
    ...(form.school ? { schulferien: "ja" } : {}),
    ...(days.length ? { schliesstage: days } : {}),
  };
}

/** The horizons or days that cannot be read, by the name of their feature. */
export function calendarFaults(form: CalendarForm): Partial<Record<Category | "closing", "horizon" | "days">> {
  const faults: Partial<Record<Category | "closing", "horizon" | "days">> = {};
  for (const name of CATEGORIES) {
    const { on, current, start, end } = form.features[name];
    if (!on || current) continue;
    const [from, to] = [typedNumber(start), typedNumber(end)];
    if (from === null || to === null || !(from < to)) faults[name] = "horizon";
  }
  const days = form.closing.split(/[,;\s]+/).filter(Boolean);
  const isDay = (day: string): boolean => /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(day));
  if (form.features.feiertag.on && !days.every(isDay)) faults.closing = "days";
  return faults;
}
