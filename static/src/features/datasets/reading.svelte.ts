/** How a table is read, as a person chooses it: roles, gaps, limits, marks; for a form and for a body. */
import { fieldsOf, isMeasured, parsedLimits, rolesOf, withRole, type Role, type Roles } from "../../lib/dataset";
import type { ColumnView, DatasetDetail } from "../../lib/types";

export type MissingChoice = NonNullable<ColumnView["missing_choice"]>;
export type CensoredChoice = NonNullable<ColumnView["censored_choice"]>;
export type MissingRows = "refuse" | "drop" | "keep";

const EVERY = "*";
const LISTS = ["text_columns", "ignored_columns", "category_columns"];

export class Reading {
  roles = $state.raw<Roles>(new Map());
  missing = $state.raw<ReadonlyMap<string, MissingChoice>>(new Map());
  censored = $state.raw<ReadonlyMap<string, CensoredChoice>>(new Map());
  missingRows = $state<MissingRows>("refuse");
  decimal = $state<"" | "." | ",">("");
  keepRepeats = $state(false);
  /** Limits between the classes of a target of measurements, as typed. */
  classLimits = $state("");

  /** Begin with the roles that the columns have; choices for all columns stay, roles if `keep`. */
  suggest(columns: readonly ColumnView[], keep = false): void {
    this.roles = keep ? new Map([...rolesOf(columns), ...this.roles]) : rolesOf(columns);
    if (keep) return;
    this.missing = every(this.missing);
    this.censored = every(this.censored);
  }
  /** Begin with how a dataset was read. */
  take(dataset: DatasetDetail): void {
    const reading = dataset.reading as Partial<{
      missing_features: Record<string, MissingChoice>;
      censored: Record<string, CensoredChoice>;
      missing_rows: MissingRows;
      decimal: "." | "," | null;
      duplicate_rows: string;
      class_limits: number[];
    }>;
    this.roles = rolesOf(dataset.column_schema);
    this.missing = new Map(Object.entries(reading.missing_features ?? {}));
    this.censored = new Map(Object.entries(reading.censored ?? {}));
    this.missingRows = reading.missing_rows ?? "refuse";
    this.decimal = reading.decimal ?? "";
    this.keepRepeats = reading.duplicate_rows === "keep";
    this.classLimits = (reading.class_limits ?? []).join("; ");
  }
  reset(): void {
    [this.missing, this.censored, this.missingRows, this.decimal] = [new Map(), new Map(), "refuse", ""];
    this.keepRepeats = false;
    this.classLimits = "";
  }
  use(column: string, role: Role, columns: readonly ColumnView[], kind: string): void {
    this.roles = withRole(this.roles, columns, column, role, kind);
  }
  missingOf(column: string = EVERY): MissingChoice {
    const choice = this.missing.get(column) ?? this.missing.get(EVERY) ?? "refuse";
    return choice === "median" && this.roles.get(column) === "category" ? "mode" : choice; // texts have no median
  }
  censoredOf(column: string = EVERY): CensoredChoice {
    return this.censored.get(column) ?? this.censored.get(EVERY) ?? "refuse";
  }
  fillGaps(choice: MissingChoice, column: string = EVERY): void {
    this.missing = new Map(this.missing).set(column, choice);
  }
  countLimits(choice: CensoredChoice, column: string = EVERY): void {
    this.censored = new Map(this.censored).set(column, choice);
  }
  /** The column that a model learns to tell; null as long as nobody chose one. */
  get target(): string | null {
    return [...this.roles].find(([, role]) => role === "target")?.[0] ?? null;
  }
  /** Whether the target may be divided into classes: it holds many numbers, or limits are there. */
  divides(columns: readonly ColumnView[]): boolean {
    return Boolean(this.classLimits) || isMeasured(columns.find((one) => one.name === this.target));
  }
  /** The limits between classes; null for what are no rising numbers. */
  get limits(): number[] | null {
    return parsedLimits(this.classLimits);
  }
  isFeature(column: string): boolean {
    const role = this.roles.get(column);
    return role === "feature" || role === "category";
  }

  /** The fields of the form that say how a file is read. */
  form(columns: readonly ColumnView[] | null, kind: string): [string, string][] {
    const fields: [string, string][] = [
      ["missing_rows", this.missingRows],
      ["duplicate_rows", this.keepRepeats ? "keep" : "refuse"],
    ];
    if (columns) fields.push(...fieldsOf(this.roles, columns));
    if (this.limits?.length) fields.push(["class_limits", JSON.stringify(this.limits)]);
    if (kind === "images") return fields;
    if (this.decimal) fields.push(["decimal", this.decimal]);
    const gaps = this.#gaps();
    const limits = this.#features(this.censored);
    if (gaps) fields.push(["missing_features", JSON.stringify(gaps)]);
    if (limits) fields.push(["censored", JSON.stringify(limits)]);
    return fields;
  }
  /** The body that says the same of a dataset that is here. */
  body(columns: readonly ColumnView[]): Record<string, unknown> {
    const named = fieldsOf(this.roles, columns).map(([field, value]): [string, unknown] => [
      field,
      LISTS.includes(field) ? JSON.parse(value) : value,
    ]);
    return {
      ...Object.fromEntries(named),
      missing_rows: this.missingRows,
      duplicate_rows: this.keepRepeats ? "keep" : "refuse",
      decimal: this.decimal || null,
      class_limits: this.limits ?? [],
      missing_features: this.#gaps() ?? {},
      censored: this.#features(this.censored) ?? {},
    };
  }
  #gaps(): Record<string, string> | null {
    const named = [...this.missing.keys()].filter((column) => column !== EVERY);
    const own = named.map((column): [string, string] => [column, this.missingOf(column)]);
    return this.#features(new Map([...this.missing, ...own]));
  }
  /** Choices for all columns and for those that are learned from; of others there is nothing to choose. */
  #features(choices: ReadonlyMap<string, string>): Record<string, string> | null {
    const kept = [...choices].filter(([column]) => column === EVERY || this.isFeature(column));
    return kept.length ? Object.fromEntries(kept) : null;
  }
}

function every<T>(choices: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  const one = choices.get(EVERY);
  return new Map(one === undefined ? [] : [[EVERY, one]]);
}
