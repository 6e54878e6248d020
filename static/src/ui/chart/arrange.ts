/** Charts in groups: by the part of their names before the slash, or as a person has put them together. */
import { own } from "../../lib/own";
import type { ChartsChoice } from "../../lib/types";
import type { Panel } from "./chart";

/** A chart with the name that a choice is kept under, and the group that its name gives it. */
export interface Chart {
  id: string;
  section: string;
  panel: Panel;
}

export interface ChartGroup {
  /** Empty for charts whose names have no slash. */
  name: string;
  pinned: boolean;
  charts: Chart[];
}

export const NO_CHOICE: ChartsChoice = { groups: {}, titles: {}, pinned: [] };

/** What a panel is called wherever it stands: `loss`, or `train/loss` in the section `train`. */
export const chartOf = (panel: Panel, section: string): Chart => ({
  id: section && !panel.key.startsWith(`${section}/`) ? `${section}/${panel.key}` : panel.key,
  section,
  panel,
});

/** The part of a name before its last slash. */
export const sectionOf = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf("/")));

const groupOf = (chart: Chart, choice: ChartsChoice): string => own(choice.groups, chart.id) ?? chart.section;

/** The groups in order: what is pinned, charts without a group, then the others by name. */
export function arrange(charts: readonly Chart[], choice: ChartsChoice | null): ChartGroup[] {
  const made = choice ?? NO_CHOICE;
  const shown = charts.map((chart) => {
    const title = own(made.titles, chart.id);
    return title ? { ...chart, panel: { ...chart.panel, title } } : chart;
  });
  const pinned = made.pinned?.flatMap((id) => shown.filter((chart) => chart.id === id)) ?? [];
  const groups = new Map<string, Chart[]>();
  for (const chart of shown) {
    if (pinned.includes(chart)) continue;
    const name = groupOf(chart, made);
    groups.set(name, [...(groups.get(name) ?? []), chart]);
  }
  const rest = [...groups]
    .map(([name, members]) => ({ name, pinned: false, charts: members }))
    .sort((a, b) => Number(a.name !== "") - Number(b.name !== "") || a.name.localeCompare(b.name, "en"));
  return pinned.length ? [{ name: "", pinned: true, charts: pinned }, ...rest] : rest;
}

/** Put a text under a chart's name, or take it away where it says nothing else than usual. */
function put(texts: Record<string, string> = {}, id: string, text: string, usual: string): Record<string, string> {
  const others = Object.entries(texts).filter(([name]) => name !== id);
  return Object.fromEntries(text && text !== usual ? [...others, [id, text]] : others);
}

/** A group that is named by hand may be any, also one that names give to other charts. */
export const moved = (choice: ChartsChoice | null, chart: Chart, group: string): ChartsChoice => ({
  ...NO_CHOICE,
  ...choice,
  groups: put(choice?.groups, chart.id, group.trim(), chart.section),
});

export const titled = (choice: ChartsChoice | null, chart: Chart, title: string, usual: string): ChartsChoice => ({
  ...NO_CHOICE,
  ...choice,
  titles: put(choice?.titles, chart.id, title.trim(), usual),
});

export const pinned = (choice: ChartsChoice | null, chart: Chart, on: boolean): ChartsChoice => {
  const others = (choice?.pinned ?? []).filter((id) => id !== chart.id);
  return { ...NO_CHOICE, ...choice, pinned: on ? [...others, chart.id] : others };
};

/** All charts of a group under another name. */
export const renamed = (choice: ChartsChoice | null, group: ChartGroup, name: string): ChartsChoice =>
  group.charts.reduce<ChartsChoice>((made, chart) => moved(made, chart, name), { ...NO_CHOICE, ...choice });

/** Whether a person has arranged this chart. */
export const isArranged = (choice: ChartsChoice | null, id: string): boolean =>
  own(choice?.groups, id) !== undefined || own(choice?.titles, id) !== undefined || isPinned(choice, id);

export const isPinned = (choice: ChartsChoice | null, id: string): boolean => choice?.pinned?.includes(id) ?? false;
