/** What is said of a persona, in the order of the page, and what each may be. */
import type { Persona } from "../wire";

export const SHOWN = [
  "age",
  "gender",
  "origin",
  "religion",
  "sexuality",
  "marriage_status",
  "migration_status",
  "education",
  "occupation",
] as const satisfies readonly (keyof Persona)[];
export type Said = (typeof SHOWN)[number];

/** The values that are a choice of few; what is not here is typed, and the server judges it. */
export const CHOICES: Readonly<Partial<Record<Said, readonly string[]>>> = {
  gender: ["female", "male", "diverse"],
  religion: ["Buddhists", "Christians", "Hindus", "Jews", "Muslims", "Other_religions", "Religiously_unaffiliated"],
  sexuality: ["heterosexual", "homosexual", "bisexual"],
  marriage_status: ["single", "married", "widowed", "divorced"],
  migration_status: ["with_migration", "without_migration"],
};

/** What differs between a persona and the texts of a form; an empty one says nothing of them. */
export function changesOf(before: Persona, said: Readonly<Record<Said, string>>): Partial<Record<Said, unknown>> {
  const changed = SHOWN.filter((name) => said[name].trim() !== String(before[name] ?? ""));
  return Object.fromEntries(changed.map((name) => [name, said[name].trim() || null]));
}
