/** What the table of pages answers: which of them a person may open, what an address shows, what is offered where. */
import type { Key } from "../lib/i18n";
import { AREAS, CREATE, KINDS, OBJECTS, PAGES } from "../nav";
import type { Area, CreateRow, KindRow, ObjectRow, PageRow, Role } from "../nav";

export interface Person {
  isAdmin: boolean;
  canTrain: boolean;
}
export const mayOpen = (row: { role?: Role }, person: Person): boolean =>
  row.role === "admin" ? person.isAdmin : row.role === "member" ? person.canTrain : true;

export const trimmed = (path: string): string => path.replace(/\/+$/, "") || "/";
export const pageAt = (path: string, pages = PAGES): PageRow | undefined => pages.find((row) => row.path === path);

/** The thing at an address: its number, which is NaN where the address has a name. */
export function objectAt(path: string, objects = OBJECTS): { row: ObjectRow; id: number; address: string } | undefined {
  for (const row of objects) {
    const address = row.pattern.exec(path)?.[1];
    if (address) return { row, id: Number(address), address };
  }
  return undefined;
}

/** The areas of the side bar with the pages that a person may open; an empty one is left out. */
export function areasFor(person: Person, pages = PAGES): { area: Area; label: Key | null; rows: PageRow[] }[] {
  return AREAS.map(({ area, label }) => ({
    area,
    label,
    rows: pages.filter((row) => row.area === area && mayOpen(row, person)),
  })).filter((one) => one.rows.length);
}

/** The pages that the palette offers: what is created and compared begins elsewhere. */
const ELSEWHERE: ReadonlySet<string> = new Set(["/compare", "/new", "/benchmarks/new", "/benchmarks/compare"]);
export const forPalette = (person: Person, pages = PAGES): PageRow[] =>
  pages.filter((row) => mayOpen(row, person) && !ELSEWHERE.has(row.path));

/** Where a match of the search is opened and how it is shown; undefined for a kind without a row. */
export function thingOf(
  match: { kind: string; id: number },
  kinds = KINDS,
): (Omit<KindRow, "path"> & { path: string }) | undefined {
  const row = kinds[match.kind];
  return row && { ...row, path: row.path(match.id) };
}

/** Whether an address belongs to a page of the side bar. */
export function isWithin(row: PageRow, path: string): boolean {
  const within = (top: string): boolean => path === top || (top !== "/" && path.startsWith(`${top}/`));
  return within(row.path) || (row.below ?? []).some(within);
}

/** What can be created, the things of the open page first. */
export function createsFor(path: string): CreateRow[] {
  const own = (row: CreateRow): boolean => path === row.of || path.startsWith(`${row.of}/`);
  return [...CREATE].sort((a, b) => Number(own(b)) - Number(own(a)));
}
